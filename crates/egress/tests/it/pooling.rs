//! Connections are used again, by one call at a time, and never after something went wrong on them.

use std::time::Duration;

use http_body_util::BodyExt as _;
use postern_testkit::{ScriptedUpstream, answer, ok};

use crate::setup::{egress, get, rules, send, text, upstream, with};

#[tokio::test]
async fn calls_in_turn_share_a_connection() {
    let peer = ScriptedUpstream::echo().await;
    let (egress, target) = (egress(), upstream(&peer.url()));
    for _ in 0..10 {
        drop(
            text(
                send(&egress, get("/a?b=c"), &target)
                    .await
                    .expect("answered"),
            )
            .await,
        );
    }
    assert_eq!(peer.connections(), 1);
    assert_eq!(egress.sweep(), 1);
}

#[tokio::test]
async fn calls_at_once_do_not() {
    let peer = ScriptedUpstream::echo().await;
    let (egress, target) = (egress(), upstream(&peer.url()));
    let calls = (0..8)
        .map(|_| async { text(send(&egress, get("/"), &target).await.expect("answered")).await });
    let bodies = futures_util::future::join_all(calls).await;
    assert!(
        bodies
            .iter()
            .all(|body| body.starts_with("GET / HTTP/1.1\r\n"))
    );
    assert!((2..=8).contains(&peer.connections()));
    assert_eq!(egress.sweep(), peer.connections());
}

#[tokio::test]
async fn every_kind_of_end_returns_the_connection() {
    let peer = ScriptedUpstream::answering(|message| {
        Some(
            match message.first_line().split(' ').nth(1).unwrap_or_default() {
                "/chunked" => {
                    b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
                        .to_vec()
                }
                "/empty" => answer("200 OK", "", b""),
                "/none" => b"HTTP/1.1 204 No Content\r\n\r\n".to_vec(),
                "/unmodified" => {
                    b"HTTP/1.1 304 Not Modified\r\ncontent-length: 99\r\n\r\n".to_vec()
                }
                "/hinted" => [
                    b"HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n".to_vec(),
                    ok(b"x"),
                ]
                .concat(),
                _ => ok(b"abc"),
            },
        )
    })
    .await;
    let (egress, target) = (egress(), upstream(&peer.url()));
    for path in ["/chunked", "/empty", "/none", "/unmodified", "/hinted", "/"] {
        drop(text(send(&egress, get(path), &target).await.expect(path)).await);
    }
    let head = http::Request::head("/")
        .body(postern_egress::Body::empty())
        .expect("request");
    let response = send(&egress, head, &target).await;
    // The scripted peer answers HEAD with a body, as a broken server would: the connection cannot be used again.
    drop(response);
    assert_eq!(peer.connections(), 1);
}

#[tokio::test]
async fn an_abandoned_answer_closes_its_connection() {
    let peer = ScriptedUpstream::answering(|_| {
        Some(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\npart".to_vec())
    })
    .await;
    let (egress, target) = (egress(), upstream(&peer.url()));
    let mut response = send(&egress, get("/"), &target).await.expect("head");
    let first = response
        .body_mut()
        .frame()
        .await
        .expect("frame")
        .expect("data");
    assert_eq!(first.into_data().expect("data").as_ref(), b"part");
    drop(response);
    assert_eq!(egress.sweep(), 0);
    drop(send(&egress, get("/"), &target).await.expect("head"));
    assert_eq!(peer.connections(), 2);
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_an_error_not_an_end() {
    let peer = ScriptedUpstream::start(|mut raw, _| async move {
        drop(raw.message(false).await);
        raw.write(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\npart")
            .await;
    })
    .await;
    let response = send(&egress(), get("/"), &upstream(&peer.url()))
        .await
        .expect("head");
    assert!(response.into_body().collect().await.is_err());
}

#[tokio::test]
async fn an_answer_that_stands_still_is_cut() {
    let peer = ScriptedUpstream::start(|mut raw, _| async move {
        drop(raw.message(false).await);
        raw.write(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\npart")
            .await;
        raw.rest().await;
    })
    .await;
    let mut rules = rules();
    rules.timeouts.idle = Duration::from_millis(50);
    let response = send(&with(rules), get("/"), &upstream(&peer.url()))
        .await
        .expect("head");
    let error = response.into_body().collect().await.expect_err("cut");
    assert!(
        matches!(error, postern_egress::AnswerError::Idle),
        "{error}"
    );
}

#[tokio::test]
async fn old_connections_are_swept() {
    let peer = ScriptedUpstream::echo().await;
    let mut rules = rules();
    rules.timeouts.pooled = Duration::ZERO;
    let (egress, target) = (with(rules), upstream(&peer.url()));
    drop(text(send(&egress, get("/"), &target).await.expect("answered")).await);
    drop(text(send(&egress, get("/"), &target).await.expect("answered")).await);
    assert_eq!(peer.connections(), 2);
    assert_eq!(egress.sweep(), 0);
}

#[tokio::test]
async fn siblings_share_nothing_but_rules() {
    let peer = ScriptedUpstream::echo().await;
    let (one, target) = (egress(), upstream(&peer.url()));
    let other = one.sibling();
    drop(text(send(&one, get("/"), &target).await.expect("answered")).await);
    drop(text(send(&other, get("/"), &target).await.expect("answered")).await);
    assert_eq!(peer.connections(), 2);
}
