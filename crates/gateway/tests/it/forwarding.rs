//! What passes, unchanged, in both directions.

use postern_domain::key::Role;
use postern_testkit::{ScriptedUpstream, answer};

use crate::house::House;

#[tokio::test]
async fn method_path_query_headers_and_body_pass() {
    let (house, peer) = (House::open().await, ScriptedUpstream::echo().await);
    house.connection("clicksend", &peer.url()).await;
    let key = house.key(Role::Full).await;
    let headers = "user-agent: agent/1\r\naccept: application/json\r\ncontent-type: application/json\r\nx-custom: 1\r\naccept-encoding: gzip\r\n";
    let echoed = house
        .call(
            "PUT",
            "/clicksend/v3/lists/1?q=to:%2B61&x[]=1",
            &key,
            headers,
            "{\"list_name\":\"x\"}",
        )
        .await;
    assert_eq!(echoed.header("content-type"), Some("text/plain"));
    let text = echoed.text();
    assert!(
        text.starts_with("PUT /v3/lists/1?q=to:%2B61&x[]=1 HTTP/1.1\r\n"),
        "{text}"
    );
    for line in [
        "user-agent: agent/1",
        "accept: application/json",
        "content-type: application/json",
        "x-custom: 1",
        "accept-encoding: identity",
        "content-length: 17",
    ] {
        assert!(text.contains(&format!("{line}\r\n")), "{line} in {text}");
    }
    assert!(text.ends_with("{\"list_name\":\"x\"}"), "{text}");
    assert!(
        !text.contains("gzip") && !text.contains("x-forwarded") && !text.contains("pst_live"),
        "{text}"
    );
}

#[tokio::test]
async fn no_agent_is_invented() {
    let (house, peer) = (House::open().await, ScriptedUpstream::echo().await);
    house.connection("clicksend", &peer.url()).await;
    let key = house.key(Role::Full).await;
    let echoed = house.get("/clicksend/v3/account", &key).await.text();
    assert!(!echoed.contains("user-agent"), "{echoed}");
}

#[tokio::test]
async fn status_headers_and_body_come_back() {
    let headers = "content-type: application/json\r\nx-ratelimit-limit: 20\r\nx-request-id: theirs\r\nconnection: x-hop\r\nx-hop: 1\r\nkeep-alive: timeout=5\r\nserver: theirs\r\n";
    let peer = ScriptedUpstream::answering(move |_| {
        Some(answer(
            "429 Too Many Requests",
            headers,
            b"{\"http_code\":429}",
        ))
    })
    .await;
    let house = House::open().await;
    house.connection("clicksend", &peer.url()).await;
    let key = house.key(Role::Full).await;
    let reply = house.get("/clicksend/v3/account", &key).await;
    assert_eq!(reply.status(), Some(429));
    assert_eq!(reply.text(), "{\"http_code\":429}");
    assert_eq!(reply.header("content-type"), Some("application/json"));
    assert_eq!(reply.header("x-ratelimit-limit"), Some("20"));
    assert_eq!(reply.header("server"), Some("theirs"));
    assert_eq!(reply.header("x-upstream-request-id"), Some("theirs"));
    assert_eq!(reply.header("x-request-id").map(str::len), Some(32));
    assert!(reply.header("x-hop").is_none() && reply.header("keep-alive").is_none());
}

#[tokio::test]
async fn many_calls_share_connections_on_both_sides() {
    let (house, peer) = (House::open().await, ScriptedUpstream::echo().await);
    house.connection("clicksend", &peer.url()).await;
    let key = house.key(Role::Full).await;
    let mut raw = house.raw().await;
    let mut ids = std::collections::BTreeSet::new();
    for _ in 0..50 {
        raw.write(format!(
            "GET /clicksend/v3/account HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {key}\r\n\r\n"
        ))
        .await;
        let reply = raw.message(false).await.expect("an answer");
        assert_eq!(reply.status(), Some(200));
        ids.insert(reply.header("x-request-id").expect("an id").to_owned());
    }
    assert_eq!(ids.len(), 50);
    assert_eq!(peer.connections(), 1);
}

#[tokio::test]
async fn pipelined_requests_are_answered_in_order() {
    let (house, peer) = (House::open().await, ScriptedUpstream::echo().await);
    house.connection("clicksend", &peer.url()).await;
    let key = house.key(Role::Full).await;
    let mut raw = house.raw().await;
    let one = |number: u32| {
        format!(
            "POST /clicksend/v3/sms/price?n={number} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {key}\r\ncontent-length: 3\r\n\r\nabc"
        )
    };
    raw.write((0..5).map(one).collect::<String>()).await;
    for number in 0..5 {
        let reply = raw.message(false).await.expect("an answer");
        assert!(
            reply
                .text()
                .starts_with(&format!("POST /v3/sms/price?n={number} ")),
            "{reply:?}"
        );
    }
}

#[tokio::test]
async fn bodies_stream_both_ways_at_once() {
    // Answers each piece of the upload before the next one is sent.
    let peer = ScriptedUpstream::start(|mut raw, _| async move {
        let head = raw.until(b"\r\n\r\n").await.expect("a head");
        assert!(
            String::from_utf8_lossy(&head)
                .to_lowercase()
                .contains("transfer-encoding: chunked")
        );
        raw.write("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
            .await;
        while let Some(size) = raw.until(b"\r\n").await {
            let size =
                usize::from_str_radix(String::from_utf8_lossy(&size).trim(), 16).expect("a size");
            let piece = raw.exactly(size + 2).await.expect("a piece");
            raw.write(format!("{size:x}\r\n{}", String::from_utf8_lossy(&piece)))
                .await;
            if size == 0 {
                break;
            }
        }
    })
    .await;
    let house = House::open().await;
    house.connection("clicksend", &peer.url()).await;
    let key = house.key(Role::Full).await;
    let mut raw = house.raw().await;
    raw.write(format!("POST /clicksend/v3/sms/price HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {key}\r\ntransfer-encoding: chunked\r\n\r\n")).await;
    raw.until(b"\r\n\r\n")
        .await
        .expect("the head comes before the upload ends");
    for piece in ["one", "three", "twelve"] {
        raw.write(format!("{:x}\r\n{piece}\r\n", piece.len())).await;
        let back = raw
            .until(piece.as_bytes())
            .await
            .expect("the piece comes back");
        assert!(back.ends_with(piece.as_bytes()));
    }
    raw.write("0\r\n\r\n").await;
    raw.until(b"0\r\n\r\n").await.expect("and the end");
}

#[tokio::test]
async fn a_client_that_asks_first_is_told_to_continue() {
    let (house, peer) = (House::open().await, ScriptedUpstream::echo().await);
    house.connection("clicksend", &peer.url()).await;
    let key = house.key(Role::Full).await;
    let mut raw = house.raw().await;
    raw.write(format!("POST /clicksend/v3/sms/price HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {key}\r\nexpect: 100-continue\r\ncontent-length: 3\r\n\r\n")).await;
    assert_eq!(
        raw.message(false)
            .await
            .expect("an interim answer")
            .status(),
        Some(100)
    );
    raw.write("abc").await;
    let reply = raw.message(false).await.expect("an answer");
    assert!(
        reply.text().ends_with("abc") && !reply.text().contains("expect"),
        "{reply:?}"
    );
    // Nobody uploads for nothing.
    let mut raw = house.raw().await;
    raw.write("POST /clicksend/v3/sms/price HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: 3\r\n\r\n").await;
    assert_eq!(
        raw.message(false).await.expect("an answer").status(),
        Some(401)
    );
}
