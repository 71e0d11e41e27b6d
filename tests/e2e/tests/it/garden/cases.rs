//! The cases, one for each class of bug that proxies had: what is sent, and the most that may arrive.

use super::frames;

/// Where a case goes.
pub struct Place {
    /// Ends with a dot, so that case 1 is not found in case 10.
    pub path: String,
    pub host: String,
    pub key: String,
    pub connection: String,
}

impl Place {
    /// The headers of a good request: host, key, connection.
    fn headers(&self) -> String {
        format!(
            "Host: {}\r\nAuthorization: Bearer {}\r\nMaton-Connection: {}\r\n",
            self.host, self.key, self.connection
        )
    }
}

type Bytes = Box<dyn Fn(&Place) -> Vec<u8> + Send + Sync>;

pub struct Case {
    pub name: String,
    bytes: Bytes,
    pub h2: bool,
    /// Requests with the case's path that the origin may see.
    pub forwards: usize,
    /// Answers the caller may get.
    pub answers: usize,
    /// A good message: it must come through.
    pub must_arrive: bool,
}

impl Case {
    pub fn bytes(&self, place: &Place) -> Vec<u8> {
        (self.bytes)(place)
    }
}

/// What no origin may ever be brought: a request without a key, hidden in the body or behind the end of another.
const HIDDEN: &str = "GET /smuggled HTTP/1.1\r\nHost: hidden\r\n\r\n";

/// The length of [`HIDDEN`] is written out in the cases.
#[test]
fn the_hidden_request_is_as_long_as_the_cases_say() {
    assert_eq!(HIDDEN.len(), 40);
}

pub fn all() -> Vec<Case> {
    [
        good(),
        lengths(),
        encodings(),
        chunks(),
        lines(),
        targets(),
        connections(),
        second_version(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn h1(name: impl Into<String>, bytes: impl Fn(&Place) -> Vec<u8> + Send + Sync + 'static) -> Case {
    // A hidden request that is read as one of its own is answered 401 or 404: a second answer, and nothing at the origin.
    Case {
        name: name.into(),
        bytes: Box::new(bytes),
        h2: false,
        forwards: 1,
        answers: 2,
        must_arrive: false,
    }
}

/// A POST with these extra header lines, and these bytes after its head.
fn post(name: impl Into<String>, lines: &'static str, after: impl Into<Vec<u8>>) -> Case {
    let after = after.into();
    h1(name, move |place| {
        let head = format!(
            "POST {} HTTP/1.1\r\n{}{lines}\r\n",
            place.path,
            place.headers()
        );
        [head.as_bytes(), &after].concat()
    })
}

fn hidden_after(body: &str) -> Vec<u8> {
    format!("{body}{HIDDEN}").into_bytes()
}

/// Without these the garden would be content with a gateway that refuses everything.
fn good() -> Vec<Case> {
    let good = |mut case: Case, messages| {
        case.must_arrive = true;
        case.forwards = messages;
        case.answers = messages;
        case
    };
    vec![
        good(
            post("a body with a length", "Content-Length: 5\r\n", "hello"),
            1,
        ),
        good(
            post(
                "a chunked body",
                "Transfer-Encoding: chunked\r\n",
                "5\r\nhello\r\n0\r\n\r\n",
            ),
            1,
        ),
        good(
            post(
                "chunks with extensions and a trailer",
                "Transfer-Encoding: chunked\r\n",
                "5;a=b\r\nhello\r\n0\r\nX-T: 1\r\n\r\n",
            ),
            1,
        ),
        good(
            post(
                "a hidden request well inside a length",
                "Content-Length: 40\r\n",
                HIDDEN,
            ),
            1,
        ),
        good(
            h1("two requests in one write", |place| {
                let one = format!("GET {} HTTP/1.1\r\n{}\r\n", place.path, place.headers());
                one.repeat(2).into_bytes()
            }),
            2,
        ),
        good(
            h1("a GET with a body", |place| {
                format!(
                    "GET {} HTTP/1.1\r\n{}Content-Length: 40\r\n\r\n{HIDDEN}",
                    place.path,
                    place.headers()
                )
                .into_bytes()
            }),
            1,
        ),
    ]
}

fn lengths() -> Vec<Case> {
    let values = [
        "Content-Length: 5\r\nContent-Length: 45\r\n",
        "Content-Length: 45\r\nContent-Length: 5\r\n",
        "Content-Length: 5, 45\r\n",
        "Content-Length: 5 45\r\n",
        "Content-Length: +5\r\n",
        "Content-Length: -5\r\n",
        "Content-Length: 0x5\r\n",
        "Content-Length: 5.0\r\n",
        "Content-Length: 5e0\r\n",
        "Content-Length: \r\n",
        "Content-Length: five\r\n",
        "Content-Length: 18446744073709551621\r\n",
        "Content-Length: 5\x0b\r\n",
        "Content-Length: 5\0\r\n",
        "Content-Length : 5\r\n",
        "Content-Length\t: 5\r\n",
        "Content-Length: 5\r\n Content-Length: 45\r\n",
        "X: y\r\n Content-Length: 5\r\n",
        "Content_Length: 45\r\nContent-Length: 5\r\n",
        "\u{a0}Content-Length: 5\r\n",
        "Content-Length: 5\nContent-Length: 45\r\n",
        "Content-Length: 5\rContent-Length: 45\r\n",
    ];
    values
        .into_iter()
        .map(|lines| post(format!("length {lines:?}"), lines, hidden_after("hello")))
        .collect()
}

fn encodings() -> Vec<Case> {
    let values = [
        "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
        "Content-Length: 45\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
        "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked, identity\r\n",
        "Transfer-Encoding: identity, chunked\r\n",
        "Transfer-Encoding: chunked, chunked\r\n",
        "Transfer-Encoding: gzip, chunked\r\n",
        "Transfer-Encoding: chunked, gzip\r\n",
        "Transfer-Encoding: xchunked\r\nContent-Length: 5\r\n",
        "Transfer-Encoding: chunkedx\r\nContent-Length: 5\r\n",
        "Transfer-Encoding: \"chunked\"\r\nContent-Length: 5\r\n",
        "Transfer-Encoding:\tchunked\r\nContent-Length: 5\r\n",
        "Transfer-Encoding: chunked\t\r\nContent-Length: 5\r\n",
        "Transfer-Encoding: \x0bchunked\r\nContent-Length: 5\r\n",
        "Transfer-Encoding: chunked;q=1\r\nContent-Length: 5\r\n",
        "Transfer-Encoding : chunked\r\nContent-Length: 5\r\n",
        "Transfer-Encoding\r\n : chunked\r\nContent-Length: 5\r\n",
        "Transfer-Encoding:\r\n chunked\r\nContent-Length: 5\r\n",
        "Transfer_Encoding: chunked\r\nContent-Length: 5\r\n",
        "TRANSFER-ENCODING: CHUNKED\r\nContent-Length: 5\r\n",
        "X: y\rTransfer-Encoding: chunked\r\nContent-Length: 5\r\n",
        "X: y\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n",
        "Foo\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n",
        "Transfer-Encoding: \r\nContent-Length: 5\r\n",
        "TE: chunked\r\nTE: trailers\r\nContent-Length: 5\r\n",
    ];
    let mut cases: Vec<Case> = values
        .into_iter()
        .map(|lines| {
            post(
                format!("encoding {lines:?}"),
                lines,
                hidden_after("0\r\n\r\n"),
            )
        })
        .collect();
    cases.push(h1("an encoding in HTTP/1.0", |place| {
        let head = format!(
            "POST {} HTTP/1.0\r\n{}Connection: keep-alive\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n",
            place.path,
            place.headers()
        );
        [head.as_bytes(), &hidden_after("0\r\n\r\n")].concat()
    }));
    cases
}

fn chunks() -> Vec<Case> {
    let bodies: [&str; 22] = [
        "0x5\r\nhello\r\n0\r\n\r\n",
        "+5\r\nhello\r\n0\r\n\r\n",
        "-1\r\nhello\r\n0\r\n\r\n",
        " 5\r\nhello\r\n0\r\n\r\n",
        "5 \r\nhello\r\n0\r\n\r\n",
        "5\nhello\r\n0\r\n\r\n",
        "5\rhello\r\n0\r\n\r\n",
        "5\r\nhello\n0\r\n\r\n",
        "5\r\nhelloXX0\r\n\r\n",
        "5\r\nhello0\r\n\r\n",
        "\r\n5\r\nhello\r\n0\r\n\r\n",
        "g\r\nhello\r\n0\r\n\r\n",
        "5g\r\nhello\r\n0\r\n\r\n",
        "10000000000000005\r\nhello\r\n0\r\n\r\n",
        "fffffffffffffffb\r\nhello\r\n0\r\n\r\n",
        "5;\nhello\r\n0\r\n\r\n",
        "5;a\rb\r\nhello\r\n0\r\n\r\n",
        "5;a=\"\nGET /smuggled HTTP/1.1\"\r\nhello\r\n0\r\n\r\n",
        "5\r\nhello\r\n0\r\nContent-Length: 45\r\n\r\n",
        "5\r\nhello\r\n0\r\nTransfer-Encoding: chunked\r\n\r\n",
        "5\r\nhello\r\n0\r\nno colon\r\n\r\n",
        "5\r\nhello\r\n0\n\n",
    ];
    bodies
        .into_iter()
        .map(|body| {
            post(
                format!("chunks {body:?}"),
                "Transfer-Encoding: chunked\r\n",
                hidden_after(body),
            )
        })
        .collect()
}

/// The request line, and lines that are none.
fn lines() -> Vec<Case> {
    let written: [(&str, &'static str); 21] = [
        ("two spaces", "GET  @PATH@ HTTP/1.1\r\n@HEADERS@\r\n"),
        ("a tab", "GET\t@PATH@\tHTTP/1.1\r\n@HEADERS@\r\n"),
        ("a space before", " GET @PATH@ HTTP/1.1\r\n@HEADERS@\r\n"),
        (
            "a space in the path",
            "GET @PATH@ x HTTP/1.1\r\n@HEADERS@\r\n",
        ),
        ("no version", "GET @PATH@\r\n@HEADERS@\r\n"),
        ("version 2.0", "GET @PATH@ HTTP/2.0\r\n@HEADERS@\r\n"),
        ("version 1.2", "GET @PATH@ HTTP/1.2\r\n@HEADERS@\r\n"),
        ("version 1.10", "GET @PATH@ HTTP/1.10\r\n@HEADERS@\r\n"),
        (
            "version in small letters",
            "GET @PATH@ http/1.1\r\n@HEADERS@\r\n",
        ),
        ("line feeds alone", "GET @PATH@ HTTP/1.1\n@HEADERS@\n"),
        (
            "a carriage return alone",
            "GET @PATH@ HTTP/1.1\r@HEADERS@\r\n",
        ),
        (
            "a method with a bracket",
            "GE(T @PATH@ HTTP/1.1\r\n@HEADERS@\r\n",
        ),
        (
            "a header without a colon",
            "GET @PATH@ HTTP/1.1\r\n@HEADERS@nonsense\r\n\r\n",
        ),
        (
            "a header without a name",
            "GET @PATH@ HTTP/1.1\r\n@HEADERS@: nonsense\r\n\r\n",
        ),
        (
            "a name with a space",
            "GET @PATH@ HTTP/1.1\r\n@HEADERS@X Y: z\r\n\r\n",
        ),
        (
            "a zero in a value",
            "GET @PATH@ HTTP/1.1\r\n@HEADERS@X: a\0b\r\n\r\n",
        ),
        (
            "a carriage return in a value",
            "GET @PATH@ HTTP/1.1\r\n@HEADERS@X: a\rb\r\n\r\n",
        ),
        (
            "a line feed in a value",
            "GET @PATH@ HTTP/1.1\r\n@HEADERS@X: a\nGET /smuggled HTTP/1.1\r\n\r\n",
        ),
        (
            "a folded header",
            "GET @PATH@ HTTP/1.1\r\n@HEADERS@X: a\r\n b\r\n\r\n",
        ),
        (
            "a fold before any header",
            "GET @PATH@ HTTP/1.1\r\n X: a\r\n@HEADERS@\r\n",
        ),
        (
            "an escape in the path",
            "GET @PATH@%0d%0aX: y HTTP/1.1\r\n@HEADERS@\r\n",
        ),
    ];
    written
        .into_iter()
        .map(|(name, text)| {
            h1(name, move |place| {
                text.replace("@PATH@", &place.path)
                    .replace("@HEADERS@", &place.headers())
                    .into_bytes()
            })
        })
        .collect()
}

/// Who is meant: one authority, or none.
fn targets() -> Vec<Case> {
    let written: [(&str, &'static str); 12] = [
        (
            "an absolute target of another host",
            "GET http://evil.example@PATH@ HTTP/1.1\r\n@HEADERS@\r\n",
        ),
        (
            "an absolute target with a user",
            "GET http://@HOST@:x@evil.example@PATH@ HTTP/1.1\r\n@HEADERS@\r\n",
        ),
        (
            "another scheme",
            "GET ftp://@HOST@@PATH@ HTTP/1.1\r\n@HEADERS@\r\n",
        ),
        ("no host", "GET @PATH@ HTTP/1.1\r\n@KEY@\r\n"),
        (
            "two hosts",
            "GET @PATH@ HTTP/1.1\r\n@HEADERS@Host: evil.example\r\n\r\n",
        ),
        (
            "two equal hosts",
            "GET @PATH@ HTTP/1.1\r\n@HEADERS@Host: @HOST@\r\n\r\n",
        ),
        (
            "a host with a user",
            "GET @PATH@ HTTP/1.1\r\nHost: @HOST@:x@evil.example\r\n@KEY@\r\n",
        ),
        (
            "a host with a path",
            "GET @PATH@ HTTP/1.1\r\nHost: @HOST@/evil\r\n@KEY@\r\n",
        ),
        (
            "a host with a space",
            "GET @PATH@ HTTP/1.1\r\nHost: @HOST@ evil.example\r\n@KEY@\r\n",
        ),
        ("an empty host", "GET @PATH@ HTTP/1.1\r\nHost:\r\n@KEY@\r\n"),
        (
            "CONNECT",
            "CONNECT evil.example:443 HTTP/1.1\r\n@HEADERS@\r\n",
        ),
        (
            "OPTIONS of everything",
            "OPTIONS * HTTP/1.1\r\n@HEADERS@\r\n",
        ),
    ];
    written
        .into_iter()
        .map(|(name, text)| {
            h1(name, move |place| {
                let key = format!(
                    "Authorization: Bearer {}\r\nMaton-Connection: {}\r\n",
                    place.key, place.connection
                );
                text.replace("@PATH@", &place.path)
                    .replace("@HEADERS@", &place.headers())
                    .replace("@HOST@", &place.host)
                    .replace("@KEY@", &key)
                    .into_bytes()
            })
        })
        .collect()
}

/// Headers about the connection must not take the framing with them, nor turn a message into a tunnel.
fn connections() -> Vec<Case> {
    vec![
        post(
            "a nominated length",
            "Connection: content-length\r\nContent-Length: 40\r\n",
            HIDDEN,
        ),
        post(
            "a nominated encoding",
            "Connection: transfer-encoding\r\nTransfer-Encoding: chunked\r\n",
            hidden_after("0\r\n\r\n"),
        ),
        post(
            "a nominated host",
            "Connection: host, authorization\r\nContent-Length: 40\r\n",
            HIDDEN,
        ),
        post(
            "an upgrade to h2c",
            "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\nContent-Length: 5\r\n",
            hidden_after("hello"),
        ),
        post(
            "an upgrade to a web socket",
            "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n",
            hidden_after(""),
        ),
        post(
            "an expectation nobody knows",
            "Expect: 200-everything\r\nContent-Length: 5\r\n",
            hidden_after("hello"),
        ),
        post(
            "an expectation twice",
            "Expect: 100-continue\r\nExpect: 100-continue\r\nContent-Length: 5\r\n",
            hidden_after("hello"),
        ),
        post(
            "a trailer that is announced as framing",
            "Trailer: Content-Length\r\nTransfer-Encoding: chunked\r\n",
            hidden_after("0\r\nContent-Length: 45\r\n\r\n"),
        ),
        post(
            "a method override",
            "X-HTTP-Method-Override: DELETE\r\nContent-Length: 5\r\n",
            hidden_after("hello"),
        ),
        post(
            "a rewritten address",
            "X-Original-URL: /smuggled\r\nX-Rewrite-URL: /smuggled\r\nContent-Length: 5\r\n",
            hidden_after("hello"),
        ),
    ]
}

/// HTTP/2 that would become something else as HTTP/1.
fn second_version() -> Vec<Case> {
    type Fields = Vec<(String, String)>;
    let case = |name: &str, change: fn(&mut Fields), body: Option<&'static str>| Case {
        name: format!("h2: {name}"),
        bytes: Box::new(move |place: &Place| {
            let own = |name: &str, value: &str| (name.to_owned(), value.to_owned());
            let mut fields = vec![
                own(":method", "POST"),
                own(":scheme", "http"),
                own(":authority", &place.host),
                own(":path", &place.path),
                own("authorization", &format!("Bearer {}", place.key)),
                own("maton-connection", &place.connection),
            ];
            change(&mut fields);
            let fields: Vec<(&str, &str)> = fields
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str()))
                .collect();
            frames::request(&fields, body.map(str::as_bytes))
        }),
        h2: true,
        forwards: 1,
        answers: 1,
        must_arrive: false,
    };
    fn add(fields: &mut Fields, name: &str, value: &str) {
        fields.push((name.to_owned(), value.to_owned()));
    }
    fn set(fields: &mut Fields, name: &str, change: impl Fn(&str) -> String) {
        for (found, value) in fields.iter_mut() {
            if found == name {
                *value = change(value);
            }
        }
    }
    let mut plain = case("a good request", |_| {}, Some("hello"));
    plain.must_arrive = true;
    vec![
        plain,
        case(
            "a length that is too short",
            |fields| add(fields, "content-length", "0"),
            Some(HIDDEN),
        ),
        case(
            "a length that is too long",
            |fields| add(fields, "content-length", "500"),
            Some(HIDDEN),
        ),
        case(
            "two lengths",
            |fields| {
                add(fields, "content-length", "0");
                add(fields, "content-length", "40");
            },
            Some(HIDDEN),
        ),
        case(
            "an encoding",
            |fields| add(fields, "transfer-encoding", "chunked"),
            Some("0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n"),
        ),
        case(
            "an encoding in capitals",
            |fields| add(fields, "Transfer-Encoding", "chunked"),
            Some("0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n"),
        ),
        case(
            "a line end in a value",
            |fields| add(fields, "x", "y\r\ntransfer-encoding: chunked"),
            Some("0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n"),
        ),
        case(
            "a line feed in a value",
            |fields| add(fields, "x", "y\n\nGET /smuggled HTTP/1.1\nHost: x\n\n"),
            None,
        ),
        case(
            "a request in a name",
            |fields| add(fields, "x: y\r\n\r\nGET /smuggled HTTP/1.1\r\nz", "y"),
            None,
        ),
        case(
            "a colon in a name",
            |fields| add(fields, "transfer-encoding: chunked\r\nx", "y"),
            Some("0\r\n\r\n"),
        ),
        case(
            "a space in the path",
            |fields| {
                set(fields, ":path", |path| {
                    format!("{path} HTTP/1.1\r\nx: y\r\n\r\nGET /smuggled")
                })
            },
            None,
        ),
        case(
            "a request in the method",
            |fields| {
                set(fields, ":method", |_| {
                    "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\nGET".into()
                })
            },
            None,
        ),
        case(
            "a request in the authority",
            |fields| {
                set(fields, ":authority", |host| {
                    format!("{host}\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: x")
                })
            },
            None,
        ),
        case(
            "another host beside the authority",
            |fields| add(fields, "host", "evil.example"),
            None,
        ),
        case(
            "an empty path",
            |fields| set(fields, ":path", |_| String::new()),
            None,
        ),
        case(
            "a path without a slash",
            |fields| {
                set(fields, ":path", |path| {
                    path.trim_start_matches('/').to_owned()
                })
            },
            None,
        ),
        case(
            "two paths",
            |fields| add(fields, ":path", "/smuggled"),
            None,
        ),
        case(
            "a pseudo-header behind the others",
            |fields| add(fields, ":x", "y"),
            None,
        ),
        case(
            "a connection header",
            |fields| add(fields, "connection", "content-length"),
            Some(HIDDEN),
        ),
        case(
            "an upgrade",
            |fields| add(fields, "upgrade", "websocket"),
            Some(HIDDEN),
        ),
        case(
            "no method",
            |fields| fields.retain(|(name, _)| name != ":method"),
            None,
        ),
    ]
}
