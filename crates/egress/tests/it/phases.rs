//! Whether a byte may have left decides what a send's caller is told: each way to fail, and its phase.

use std::time::Duration;

use http::Request;
use postern_egress::{Body, BodyTooLarge, Phase, SendErrorKind, Stage};
use postern_testkit::{ScriptedUpstream, ok};
use tokio::net::TcpListener;

use crate::setup::{egress, get, post, rules, send, text, upstream, with};

#[tokio::test]
async fn nobody_listens() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("port");
    let url = format!("http://{}", listener.local_addr().expect("bound"));
    drop(listener);
    let error = send(&egress(), post("/", "x"), &upstream(&url))
        .await
        .err()
        .expect("refused");
    assert_eq!(error.phase, Phase::BeforeFirstByte);
    assert!(matches!(error.kind, SendErrorKind::Connect(_)));
}

#[tokio::test]
async fn the_upstream_hangs_up_after_reading() {
    let peer = ScriptedUpstream::answering(|_| None).await;
    let error = send(&egress(), post("/", "x"), &upstream(&peer.url()))
        .await
        .err()
        .expect("no answer");
    assert_eq!(error.phase, Phase::MaybeSent);
    assert!(matches!(error.kind, SendErrorKind::Protocol(_)), "{error}");
    assert_eq!(peer.connections(), 1, "never sent twice");
}

#[tokio::test]
async fn the_answer_is_not_http() {
    let peer = ScriptedUpstream::answering(|_| Some(b"SMTP ready\r\n\r\n".to_vec())).await;
    let error = send(&egress(), post("/", "x"), &upstream(&peer.url()))
        .await
        .err()
        .expect("no answer");
    assert_eq!(error.phase, Phase::MaybeSent);
}

#[tokio::test]
async fn the_head_is_too_large() {
    let peer = ScriptedUpstream::answering(|_| {
        Some(format!("HTTP/1.1 200 OK\r\nx: {}\r\n\r\n", "y".repeat(200_000)).into_bytes())
    })
    .await;
    let error = send(&egress(), get("/"), &upstream(&peer.url()))
        .await
        .err()
        .expect("refused");
    assert_eq!(error.phase, Phase::MaybeSent);
}

#[tokio::test]
async fn no_answer_in_time() {
    let peer = ScriptedUpstream::start(|mut raw, _| async move {
        drop(raw.message(false).await);
        raw.rest().await;
    })
    .await;
    let mut rules = rules();
    rules.timeouts.first_byte = Duration::from_millis(50);
    let error = send(&with(rules), post("/", "x"), &upstream(&peer.url()))
        .await
        .err()
        .expect("no answer");
    assert_eq!(error.phase, Phase::MaybeSent);
    assert!(matches!(
        error.kind,
        SendErrorKind::Timeout(Stage::FirstByte)
    ));
}

/// A body that never comes to an end, one frame at a time.
fn trickle(frames: usize, pause: Duration) -> Body {
    use futures_util::stream::{StreamExt as _, unfold};
    let stream = unfold(0, move |sent| async move {
        tokio::time::sleep(if sent < frames {
            pause
        } else {
            Duration::from_secs(3600)
        })
        .await;
        Some((
            Ok::<_, std::io::Error>(http_body::Frame::data(bytes::Bytes::from_static(b"x"))),
            sent + 1,
        ))
    });
    Body::boxed(http_body_util::StreamBody::new(stream.boxed()))
}

#[tokio::test]
async fn an_upload_may_be_slow_but_not_stand_still() {
    let peer = ScriptedUpstream::start(|mut raw, _| async move {
        raw.rest().await;
    })
    .await;
    let mut rules = rules();
    rules.timeouts.idle = Duration::from_millis(200);
    rules.timeouts.first_byte = Duration::from_millis(1);
    let started = tokio::time::Instant::now();
    let request = Request::post("/")
        .body(trickle(4, Duration::from_millis(100)))
        .expect("request");
    let error = send(&with(rules), request, &upstream(&peer.url()))
        .await
        .err()
        .expect("stalls");
    assert!(
        started.elapsed() > Duration::from_millis(400),
        "progress extends the time"
    );
    assert!(
        matches!(error.kind, SendErrorKind::Timeout(Stage::Idle)),
        "{error}"
    );
    assert_eq!(error.phase, Phase::MaybeSent);
}

#[tokio::test]
async fn a_body_that_fails_is_the_callers_fault() {
    let peer = ScriptedUpstream::start(|mut raw, _| async move {
        raw.rest().await;
    })
    .await;
    let failing =
        futures_util::stream::iter([Err::<http_body::Frame<bytes::Bytes>, _>(BodyTooLarge {
            limit_bytes: 3,
        })]);
    let request = Request::post("/")
        .body(Body::boxed(http_body_util::StreamBody::new(failing)))
        .expect("request");
    let error = send(&egress(), request, &upstream(&peer.url()))
        .await
        .err()
        .expect("fails");
    let SendErrorKind::RequestBody(cause) = error.kind else {
        panic!("{error}")
    };
    assert!(cause.downcast_ref::<BodyTooLarge>().is_some(), "{cause}");
}

#[tokio::test]
async fn a_pooled_connection_closed_meanwhile_costs_nothing() {
    // Answers once per connection, then closes, without saying so in the answer.
    let peer = ScriptedUpstream::start(|mut raw, _| async move {
        if raw.message(false).await.is_some() {
            raw.write(ok(b"once")).await;
        }
    })
    .await;
    let (egress, target) = (egress(), upstream(&peer.url()));
    for round in 1..=5 {
        let response = send(&egress, post("/", "x"), &target)
            .await
            .expect("a fresh connection");
        assert_eq!(text(response).await, "once");
        assert_eq!(peer.connections(), round);
        // The closing is seen once the driver has run.
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn a_pooled_connection_that_swallows_a_request_is_not_retried() {
    let peer = ScriptedUpstream::start(|mut raw, _| async move {
        drop(raw.message(false).await);
        raw.write(ok(b"first")).await;
        drop(raw.message(false).await);
    })
    .await;
    let (egress, target) = (egress(), upstream(&peer.url()));
    assert_eq!(
        text(
            send(&egress, post("/", "1"), &target)
                .await
                .expect("answered")
        )
        .await,
        "first"
    );
    let error = send(&egress, post("/", "2"), &target)
        .await
        .err()
        .expect("swallowed");
    assert_eq!(error.phase, Phase::MaybeSent);
    assert_eq!(peer.connections(), 1);
}
