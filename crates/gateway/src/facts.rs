//! What the steps need to know of a request's head, and the checks that make it unambiguous, whatever transport it came by.

use http::Method;
use http::request::Parts;
use postern_h1::{RequestBody, RequestHead, request_body};

use crate::refusal::Refusal;

/// The head of a request, as far as it decides something.
pub(crate) struct Facts<'a> {
    pub(crate) method: &'a Method,
    /// As received, with its leading slash, without query.
    pub(crate) path: &'a str,
    pub(crate) query: Option<&'a str>,
    /// Host and port as the client wrote them.
    pub(crate) authority: Option<&'a str>,
    pub(crate) authorization: Option<&'a [u8]>,
    /// The connection that the caller chose.
    pub(crate) connection: Option<&'a [u8]>,
    pub(crate) content_length: Option<u64>,
    /// The client waits for a word before it sends the body.
    pub(crate) asks_first: bool,
    /// A token of `Connection`.
    pub(crate) wants: Wants,
}

/// What the client says about the connection.
#[derive(Clone, Copy, Default)]
pub(crate) struct Wants {
    pub(crate) close: bool,
    pub(crate) keep_alive: bool,
    /// It nominates further headers that concern this hop only.
    pub(crate) nominates: bool,
}

impl<'a> Facts<'a> {
    /// Of an HTTP/2 request. (Its library refuses headers that concern one hop.)
    pub(crate) fn of_parts(parts: &'a Parts) -> Result<Self, Refusal> {
        let mut gathered = Gathered::default();
        for (name, value) in &parts.headers {
            gathered.note(name.as_str().as_bytes(), value.as_bytes())?;
        }
        if parts.headers.contains_key(http::header::TRANSFER_ENCODING) {
            return Err(Refusal::Ambiguous("it has a Transfer-Encoding in HTTP/2"));
        }
        let content_length = gathered.length()?;
        let authority = parts.uri.authority().map(http::uri::Authority::as_str);
        let host = agreed(authority, gathered.host, true)?;
        gathered.facts(
            &parts.method,
            parts.uri.path(),
            parts.uri.query(),
            host,
            content_length,
        )
    }

    /// Of an HTTP/1 request; also how its body is framed.
    pub(crate) fn of_head(
        head: &RequestHead<'_, 'a>,
        method: &'a Method,
    ) -> Result<(Self, RequestBody), Refusal> {
        let body = request_body(head.headers, head.minor).map_err(Refusal::Framing)?;
        let mut gathered = Gathered::default();
        for header in head.headers {
            gathered.note(header.name.as_bytes(), header.value)?;
        }
        // An upgrade to HTTP/2 is an offer that may be passed over; anything else would turn the connection into a tunnel.
        if gathered
            .upgrade
            .is_some_and(|protocol| !protocol.eq_ignore_ascii_case(b"h2c"))
        {
            return Err(Refusal::Upgrade);
        }
        let (authority, target) = split_target(head.target)?;
        let host = agreed(authority, gathered.host, head.minor == 0)?;
        let (path, query) = match memchr::memchr(b'?', target.as_bytes()) {
            Some(at) => (&target[..at], Some(&target[at + 1..])),
            None => (target, None),
        };
        let content_length = match body {
            RequestBody::Length(length) => Some(length),
            RequestBody::Empty => gathered.length()?,
            RequestBody::Chunked => None,
        };
        gathered
            .facts(method, path, query, host, content_length)
            .map(|facts| (facts, body))
    }
}

/// Header values that matter, each at most once.
#[derive(Default)]
struct Gathered<'a> {
    host: Option<&'a [u8]>,
    authorization: Option<&'a [u8]>,
    maton: Option<&'a [u8]>,
    postern: Option<&'a [u8]>,
    length: Option<&'a [u8]>,
    upgrade: Option<&'a [u8]>,
    asks_first: bool,
    wants: Wants,
}

impl<'a> Gathered<'a> {
    fn note(&mut self, name: &[u8], value: &'a [u8]) -> Result<(), Refusal> {
        let is = |known: &str| name.eq_ignore_ascii_case(known.as_bytes());
        let once = |slot: &mut Option<&'a [u8]>, several: &'static str| match slot.replace(value) {
            Some(_) => Err(Refusal::Ambiguous(several)),
            None => Ok(()),
        };
        match name.len() {
            4 if is("host") => once(&mut self.host, "it has several Host headers"),
            6 if is("expect") => {
                self.asks_first |= value.eq_ignore_ascii_case(b"100-continue");
                Ok(())
            }
            7 if is("upgrade") => {
                self.upgrade = Some(value);
                Ok(())
            }
            10 if is("connection") => {
                self.wants.read(value);
                Ok(())
            }
            13 if is("authorization") => once(
                &mut self.authorization,
                "it has several Authorization headers",
            ),
            14 if is("content-length") => {
                once(&mut self.length, "it has several Content-Length headers")
            }
            16 if is("maton-connection") => once(&mut self.maton, SEVERAL_CONNECTIONS),
            18 if is("postern-connection") => once(&mut self.postern, SEVERAL_CONNECTIONS),
            _ => Ok(()),
        }
    }

    fn length(&self) -> Result<Option<u64>, Refusal> {
        let Some(digits) = self.length else {
            return Ok(None);
        };
        let number = std::str::from_utf8(digits)
            .ok()
            .filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
        let number = number.and_then(|text| text.parse().ok());
        number
            .map(Some)
            .ok_or(Refusal::Ambiguous("its Content-Length is not a number"))
    }

    fn facts(
        self,
        method: &'a Method,
        path: &'a str,
        query: Option<&'a str>,
        authority: Option<&'a str>,
        content_length: Option<u64>,
    ) -> Result<Facts<'a>, Refusal> {
        if matches!(*method, Method::CONNECT | Method::TRACE) {
            return Err(Refusal::Method);
        }
        if !path.starts_with('/') {
            return Err(Refusal::Ambiguous("its target is not a path"));
        }
        let connection = match (self.maton, self.postern) {
            (Some(one), Some(other)) if one != other => {
                return Err(Refusal::Ambiguous(SEVERAL_CONNECTIONS));
            }
            (one, other) => one.or(other),
        };
        let (authorization, asks_first, wants) = (self.authorization, self.asks_first, self.wants);
        Ok(Facts {
            method,
            path,
            query,
            authority,
            authorization,
            connection,
            content_length,
            asks_first,
            wants,
        })
    }
}

const SEVERAL_CONNECTIONS: &str = "it names several connections";

impl Wants {
    fn read(&mut self, value: &[u8]) {
        for token in value.split(|byte| *byte == b',').map(<[u8]>::trim_ascii) {
            if token.eq_ignore_ascii_case(b"close") {
                self.close = true;
            } else if token.eq_ignore_ascii_case(b"keep-alive") {
                self.keep_alive = true;
            } else if !token.is_empty() {
                self.nominates = true;
            }
        }
    }
}

/// `http://host/path?query` into its authority and the rest; a plain path as it is.
fn split_target(target: &str) -> Result<(Option<&str>, &str), Refusal> {
    if memchr::memchr(b'#', target.as_bytes()).is_some() {
        return Err(Refusal::Ambiguous("its target has a fragment"));
    }
    if target.starts_with('/') {
        return Ok((None, target));
    }
    let scheme = |name: &str| {
        target
            .get(..name.len())
            .filter(|start| start.eq_ignore_ascii_case(name))
            .map(|_| &target[name.len()..])
    };
    let Some(rest) = scheme("http://").or_else(|| scheme("https://")) else {
        return Err(Refusal::Ambiguous("its target is not a path"));
    };
    match rest.find(['/', '?', '#']) {
        Some(at) if rest.as_bytes()[at] == b'/' => Ok((Some(&rest[..at]), &rest[at..])),
        _ => Err(Refusal::Ambiguous("its target has no path")),
    }
}

/// One authority, whether it stands in the target or in `Host`.
fn agreed<'a>(
    target: Option<&'a str>,
    host: Option<&'a [u8]>,
    may_miss: bool,
) -> Result<Option<&'a str>, Refusal> {
    let host = host
        .map(std::str::from_utf8)
        .transpose()
        .map_err(|_| Refusal::Ambiguous("its Host is not text"))?;
    let authority = match (target, host) {
        (Some(target), Some(host)) if !target.eq_ignore_ascii_case(host) => {
            return Err(Refusal::Ambiguous("the target's authority and Host differ"));
        }
        (Some(authority), _) | (None, Some(authority)) => authority,
        (None, None) if may_miss => return Ok(None),
        (None, None) => return Err(Refusal::Ambiguous("it has no Host")),
    };
    if authority.is_empty() || !authority.bytes().all(|byte| AUTHORITY[usize::from(byte)]) {
        return Err(Refusal::Ambiguous("its Host is not a host name"));
    }
    Ok(Some(authority))
}

/// The bytes of an authority: a name or address, and a port. No user, no path.
const AUTHORITY: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 128 {
        table[byte] = (byte as u8).is_ascii_alphanumeric()
            || matches!(byte as u8, b'-' | b'.' | b'_' | b':' | b'[' | b']');
        byte += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::*;

    /// Both ways to the facts: an HTTP/1 head, and (where HTTP/2 can say it) the same as parts.
    fn fine(target: &str, headers: &[(&str, &str)]) -> bool {
        let lines: String = headers
            .iter()
            .map(|(name, value)| format!("{name}: {value}\r\n"))
            .collect();
        let text = format!("POST {target} HTTP/1.1\r\n{lines}\r\n");
        let mut slots = postern_h1::Slots::new();
        let head = postern_h1::request(text.as_bytes(), &mut slots)
            .expect("a head")
            .expect("whole");
        Facts::of_head(&head, &Method::POST).is_ok()
    }

    #[test]
    fn one_reading_or_none() {
        let host = ("host", "a.test");
        for (target, headers, want) in [
            ("/x", vec![host], true),
            ("/x", vec![], false),
            ("/x", vec![host, host], false),
            ("/x", vec![("host", "a.test@evil.test")], false),
            ("/x", vec![("host", "a.test:x@evil")], false),
            ("/x", vec![("host", "a.test/evil")], false),
            ("/x", vec![("host", "")], false),
            ("/x", vec![("host", "[::1]:8080")], true),
            ("http://a.test/x", vec![host], true),
            ("HTTP://A.TEST/x", vec![host], true),
            ("http://a.test/x", vec![], true),
            ("http://evil.test/x", vec![host], false),
            ("http://a.test@evil.test/x", vec![host], false),
            ("http://a.test?x=/y", vec![host], false),
            ("http:///x", vec![host], false),
            ("ftp://a.test/x", vec![host], false),
            ("a.test:80", vec![host], false),
            ("*", vec![host], false),
            ("/x", vec![host, ("content-length", "3")], true),
            (
                "/x",
                vec![host, ("content-length", "3"), ("content-length", "3")],
                false,
            ),
            ("/x", vec![host, ("content-length", "+3")], false),
            (
                "/x",
                vec![
                    host,
                    ("content-length", "3"),
                    ("transfer-encoding", "chunked"),
                ],
                false,
            ),
            ("/x", vec![host, ("transfer-encoding", "chunked")], true),
            (
                "/x",
                vec![host, ("transfer-encoding", "gzip, chunked")],
                false,
            ),
            (
                "/x",
                vec![host, ("authorization", "a"), ("Authorization", "b")],
                false,
            ),
            (
                "/x",
                vec![host, ("maton-connection", "a"), ("postern-connection", "a")],
                true,
            ),
            (
                "/x",
                vec![host, ("maton-connection", "a"), ("Postern-Connection", "b")],
                false,
            ),
            (
                "/x",
                vec![host, ("upgrade", "websocket"), ("connection", "upgrade")],
                false,
            ),
            (
                "/x",
                vec![host, ("upgrade", "h2c"), ("connection", "upgrade")],
                true,
            ),
        ] {
            assert_eq!(fine(target, &headers), want, "{target} {headers:?}");
        }
    }

    #[test]
    fn parts_of_http_2_are_held_to_the_same() {
        let parts = |target: &str, headers: &[(&'static str, &str)]| {
            let builder = headers
                .iter()
                .fold(http::Request::get(target), |builder, (name, value)| {
                    builder.header(*name, *value)
                });
            builder.body(()).expect("a request").into_parts().0
        };
        for (target, headers, want) in [
            ("http://a.test/x?y", vec![], true),
            ("http://a.test/x", vec![("host", "A.test")], true),
            ("http://a.test/x", vec![("host", "evil.test")], false),
            (
                "http://a.test/x",
                vec![("content-length", "3"), ("content-length", "3")],
                false,
            ),
            (
                "http://a.test/x",
                vec![("transfer-encoding", "chunked")],
                false,
            ),
            (
                "http://a.test/x",
                vec![("authorization", "a"), ("authorization", "b")],
                false,
            ),
        ] {
            let parts = parts(target, &headers);
            let facts = Facts::of_parts(&parts);
            assert_eq!(facts.is_ok(), want, "{target} {headers:?}");
            if let Ok(facts) = facts {
                assert_eq!((facts.path, facts.authority), ("/x", Some("a.test")));
            }
        }
    }

    #[test]
    fn what_the_client_wants() {
        let mut wants = Wants::default();
        wants.read(b"Keep-Alive , X-Private");
        assert!(wants.keep_alive && wants.nominates && !wants.close);
        wants.read(b"close,");
        assert!(wants.close);
    }
}
