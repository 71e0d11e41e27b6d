//! Framing that two servers could read differently: refused, or forwarded as one unambiguous message.

use postern_domain::key::Role;
use postern_testkit::ScriptedUpstream;

use crate::house::House;

/// What must never reach the upstream as a request of its own.
const MARK: &str = "/v3/smuggled";

struct Case {
    name: &'static str,
    head: String,
    body: &'static str,
}

fn case(name: &'static str, head: &str, body: &'static str) -> Case {
    Case {
        name,
        head: head.to_owned(),
        body,
    }
}

#[tokio::test]
async fn every_message_is_one_message_or_none() {
    let hidden = "0\r\n\r\nGET /v3/smuggled HTTP/1.1\r\nhost: x\r\n\r\n";
    let plain = "GET /v3/smuggled HTTP/1.1\r\nhost: x\r\n\r\n";
    let cases = [
        case(
            "CL.TE",
            "content-length: 46\r\ntransfer-encoding: chunked\r\n",
            hidden,
        ),
        case(
            "TE.CL",
            "transfer-encoding: chunked\r\ncontent-length: 4\r\n",
            hidden,
        ),
        case(
            "two lengths",
            "content-length: 0\r\ncontent-length: 41\r\n",
            plain,
        ),
        case("length list", "content-length: 0, 41\r\n", plain),
        case("length plus", "content-length: +0\r\n", plain),
        case("length hex", "content-length: 0x0\r\n", plain),
        case("length minus", "content-length: -1\r\n", plain),
        case("length empty", "content-length:\r\n", plain),
        case(
            "length underflow",
            "content-length: 99999999999999999999999999\r\n",
            plain,
        ),
        case("length space name", "content-length : 41\r\n", plain),
        case("TE space name", "transfer-encoding : chunked\r\n", hidden),
        case(
            "TE tab",
            "transfer-encoding:\tchunked\r\ncontent-length: 4\r\n",
            hidden,
        ),
        case(
            "TE twice",
            "transfer-encoding: chunked\r\ntransfer-encoding: identity\r\n",
            hidden,
        ),
        case(
            "TE identity",
            "transfer-encoding: identity\r\ncontent-length: 4\r\n",
            hidden,
        ),
        case(
            "TE list",
            "transfer-encoding: identity, chunked\r\n",
            hidden,
        ),
        case("TE xchunked", "transfer-encoding: xchunked\r\n", hidden),
        case("TE quoted", "transfer-encoding: \"chunked\"\r\n", hidden),
        case(
            "TE vertical tab",
            "transfer-encoding: \x0bchunked\r\n",
            hidden,
        ),
        case("TE comma", "transfer-encoding: ,chunked\r\n", hidden),
        case("TE semicolon", "transfer-encoding: chunked;x=y\r\n", hidden),
        case("TE upper", "TRANSFER-ENCODING: CHUNKED\r\n", "0\r\n\r\n"),
        case("obs-fold", "x-a: b\r\n c: d\r\ncontent-length: 0\r\n", ""),
        case("obs-fold TE", "transfer-encoding:\r\n chunked\r\n", hidden),
        case("bare LF", "x-a: b\ncontent-length: 0\r\n", ""),
        case("bare CR", "x-a: b\rcontent-length: 41\r\n", plain),
        case("NUL", "x-a: \0\r\n", ""),
        case("no colon", "x-a\r\n", ""),
        case("empty name", ": x\r\n", ""),
        case("two hosts", "host: y\r\n", ""),
        case(
            "chunk size sign",
            "transfer-encoding: chunked\r\n",
            "+0\r\n\r\n",
        ),
        case(
            "chunk size space",
            "transfer-encoding: chunked\r\n",
            "0 \r\n\r\n",
        ),
        case(
            "chunk size hex prefix",
            "transfer-encoding: chunked\r\n",
            "0x3\r\nabc\r\n0\r\n\r\n",
        ),
        case(
            "chunk size overflow",
            "transfer-encoding: chunked\r\n",
            "10000000000000003\r\nabc\r\n0\r\n\r\n",
        ),
        case(
            "chunk bare LF",
            "transfer-encoding: chunked\r\n",
            "3\nabc\r\n0\r\n\r\n",
        ),
        case(
            "chunk no end",
            "transfer-encoding: chunked\r\n",
            "3\r\nabcX0\r\n\r\n",
        ),
        case(
            "chunk extension LF",
            "transfer-encoding: chunked\r\n",
            "3;a\nb\r\nabc\r\n0\r\n\r\n",
        ),
        case(
            "chunk trailer header",
            "transfer-encoding: chunked\r\n",
            "3\r\nabc\r\n0\r\nauthorization: Basic x\r\ncontent-length: 9\r\n\r\n",
        ),
        case("body of a GET", "content-length: 41\r\n", plain),
        case(
            "upgrade",
            "connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-key: x\r\n",
            "",
        ),
        case(
            "h2c upgrade",
            "connection: upgrade, http2-settings\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABkAAQAAP__\r\n",
            "",
        ),
    ];
    let (house, peer) = (House::open().await, ScriptedUpstream::echo().await);
    house.connection("clicksend", &peer.url()).await;
    let key = house.key(Role::Full).await;
    for case in cases {
        let method = if case.name == "body of a GET" {
            "GET"
        } else {
            "POST"
        };
        let mut raw = house.raw().await;
        raw.write(format!("{method} /clicksend/v3/sms/price HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {key}\r\n{}\r\n{}", case.head, case.body)).await;
        raw.shutdown().await;
        let seen = String::from_utf8_lossy(&raw.rest().await).into_owned();
        let answers = seen.matches("HTTP/1.1 ").count()
            - seen.matches("price HTTP/1.1").count()
            - seen.matches("smuggled HTTP/1.1").count();
        let refused =
            seen.is_empty() || seen.starts_with("HTTP/1.1 4") || seen.starts_with("HTTP/1.1 5");
        if !refused {
            // Passed: then as one message, with one framing, and the hidden part at most as its body.
            let (_, echoed) = seen.split_once("\r\n\r\n").unwrap_or_default();
            let (head, _) = echoed.split_once("\r\n\r\n").unwrap_or_default();
            assert!(
                head.contains(" /v3/sms/price HTTP/1.1\r\n"),
                "{}: {seen}",
                case.name
            );
            let framings = head.matches("content-length:").count()
                + head.matches("transfer-encoding:").count();
            assert!(framings <= 1, "{}: {seen}", case.name);
            assert!(
                !head.contains("upgrade") && !head.contains("http2-settings"),
                "{}: {seen}",
                case.name
            );
        }
        // A second answer could only be to what was hidden, and it must be a refusal of ours: no key, no app.
        if answers > 1 {
            assert!(
                seen.contains("missing_key")
                    || seen.contains("app_missing")
                    || seen.contains("HTTP/1.1 400"),
                "{}: {seen}",
                case.name
            );
        }
        assert!(
            !seen.contains(&format!("GET {MARK} HTTP/1.1\r\nhost: {}", peer.address)),
            "{}: {seen}",
            case.name
        );
    }
}

#[tokio::test]
async fn http_1_0_is_answered_plainly() {
    let (house, peer) = (House::open().await, ScriptedUpstream::echo().await);
    house.connection("clicksend", &peer.url()).await;
    let key = house.key(Role::Full).await;
    let mut raw = house.raw().await;
    raw.write(format!(
        "GET /clicksend/v3/account HTTP/1.0\r\nauthorization: Bearer {key}\r\n\r\n"
    ))
    .await;
    let reply = raw.message(false).await.expect("an answer");
    assert_eq!(reply.status(), Some(200));
    assert!(
        reply.text().starts_with("GET /v3/account HTTP/1.1\r\n"),
        "{reply:?}"
    );
    assert_eq!(raw.rest().await, b"", "closed behind it");
    let mut raw = house.raw().await;
    raw.write(format!("POST /clicksend/v3/sms/price HTTP/1.0\r\nauthorization: Bearer {key}\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n")).await;
    assert!(
        raw.message(false)
            .await
            .is_none_or(|reply| reply.status() == Some(400))
    );
}

#[tokio::test]
async fn request_lines_that_are_none_are_refused() {
    let (house, peer) = (House::open().await, ScriptedUpstream::echo().await);
    house.connection("clicksend", &peer.url()).await;
    let key = house.key(Role::Full).await;
    for line in [
        "GET /clicksend/v3/account HTTP/1.1 HTTP/1.1",
        "GET  /clicksend/v3/account HTTP/1.1",
        "GET /clicksend/v3/ac count HTTP/1.1",
        "GET /clicksend/v3/account",
        "GET /clicksend/v3/account HTTP/2.0",
        "GET /clicksend/v3/account HTTP/1.2",
        "GET\t/clicksend/v3/account\tHTTP/1.1",
        "G@T /clicksend/v3/account HTTP/1.1",
        "GET clicksend/v3/account HTTP/1.1",
        "GET * HTTP/1.1",
        "OPTIONS * HTTP/1.1",
        "CONNECT evil.test:80 HTTP/1.1",
        "GET ftp://x/clicksend/v3/account HTTP/1.1",
        "GET http:///clicksend/v3/account HTTP/1.1",
        " GET /clicksend/v3/account HTTP/1.1",
    ] {
        let mut raw = house.raw().await;
        raw.write(format!(
            "{line}\r\nhost: x\r\nauthorization: Bearer {key}\r\n\r\n"
        ))
        .await;
        raw.shutdown().await;
        let seen = String::from_utf8_lossy(&raw.rest().await).into_owned();
        assert!(
            seen.is_empty() || seen.starts_with("HTTP/1.1 4") || seen.starts_with("HTTP/1.1 5"),
            "{line}: {seen}"
        );
    }
    assert_eq!(peer.connections(), 0);
}

#[tokio::test]
async fn an_upstreams_framing_is_not_passed_on_blindly() {
    let replies: [&str; 6] = [
        "HTTP/1.1 200 OK\r\ncontent-length: 3\r\ncontent-length: 5\r\n\r\nabcde",
        "HTTP/1.1 200 OK\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: x\r\n\r\nabc",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: xchunked\r\n\r\nabc",
        "HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n",
        "HTTP/1.1 200 OK\r\nx: y\r\n\r\nabc",
    ];
    for reply in replies {
        let peer = ScriptedUpstream::start(move |mut raw, _| async move {
            drop(raw.message(false).await);
            raw.write(reply).await;
        })
        .await;
        let house = House::open().await;
        house.connection("clicksend", &peer.url()).await;
        let key = house.key(Role::Full).await;
        let mut raw = house.raw().await;
        raw.write(format!(
            "GET /clicksend/v3/account HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {key}\r\n\r\n"
        ))
        .await;
        raw.shutdown().await;
        let seen = String::from_utf8_lossy(&raw.rest().await).into_owned();
        let head = seen
            .split("\r\n\r\n")
            .next()
            .unwrap_or_default()
            .to_ascii_lowercase();
        let framings =
            head.matches("content-length:").count() + head.matches("transfer-encoding:").count();
        assert!(framings <= 1, "{reply}: {seen}");
        assert!(
            !head.starts_with("http/1.1 101") && !head.contains("upgrade"),
            "{reply}: {seen}"
        );
    }
}
