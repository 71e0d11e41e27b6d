//! Answers pass as they are: redirects, large bodies with back-pressure, services of this process.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use http::{Request, Response};
use http_body_util::{BodyExt as _, Full};
use postern_egress::{Body, InProcess, Treatment, Upstream};
use postern_testkit::{ScriptedUpstream, answer};

use crate::setup::{basic, egress, get, post, send, text, upstream, with_credential};

#[tokio::test]
async fn redirects_are_returned() {
    let peer = ScriptedUpstream::answering(|_| {
        Some(answer(
            "302 Found",
            "location: http://169.254.169.254/\r\n",
            b"",
        ))
    })
    .await;
    let response = send(&egress(), get("/"), &upstream(&peer.url()))
        .await
        .expect("answered");
    assert_eq!(response.status(), 302);
    assert_eq!(response.headers()["location"], "http://169.254.169.254/");
    assert_eq!(peer.connections(), 1);
}

#[tokio::test]
async fn a_large_answer_waits_for_its_reader() {
    const PIECE: usize = 64 * 1024;
    const PIECES: usize = 2000;
    let written = Arc::new(AtomicUsize::new(0));
    let counter = written.clone();
    let peer = ScriptedUpstream::start(move |mut raw, _| {
        let counter = counter.clone();
        async move {
            drop(raw.message(false).await);
            raw.write(format!(
                "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n",
                PIECE * PIECES
            ))
            .await;
            let piece = vec![b'x'; PIECE];
            for _ in 0..PIECES {
                raw.write(&piece).await;
                counter.fetch_add(1, Ordering::SeqCst);
            }
            raw.rest().await;
        }
    })
    .await;
    let (egress, credential) = (egress(), basic());
    let response = egress
        .send(
            get("/"),
            &upstream(&peer.url()),
            with_credential(&credential),
        )
        .await
        .expect("head");
    // Nobody reads: the upstream stands still once socket buffers are full.
    let mut before = usize::MAX;
    while before != written.load(Ordering::SeqCst) {
        before = written.load(Ordering::SeqCst);
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    assert!(
        before < PIECES / 2,
        "{before} of {PIECES} pieces were taken by nobody"
    );
    assert_eq!(
        response
            .into_body()
            .collect()
            .await
            .expect("whole")
            .to_bytes()
            .len(),
        PIECE * PIECES
    );
    assert_eq!(egress.sweep(), 1);
}

#[tokio::test]
async fn uploads_have_a_length_or_chunks() {
    let peer = ScriptedUpstream::echo().await;
    let echoed = text(
        send(&egress(), post("/", "hello"), &upstream(&peer.url()))
            .await
            .expect("answered"),
    )
    .await;
    assert!(
        echoed.contains("content-length: 5\r\n") && echoed.ends_with("hello"),
        "{echoed}"
    );
    let stream = futures_util::stream::iter([Ok::<_, std::io::Error>(http_body::Frame::data(
        bytes::Bytes::from_static(b"pieces"),
    ))]);
    let request = Request::post("/")
        .body(Body::boxed(http_body_util::StreamBody::new(stream)))
        .expect("request");
    let echoed = text(
        send(&egress(), request, &upstream(&peer.url()))
            .await
            .expect("answered"),
    )
    .await;
    assert!(
        echoed.contains("transfer-encoding: chunked\r\n") && echoed.ends_with("pieces"),
        "{echoed}"
    );
}

#[tokio::test]
async fn a_service_of_this_process_is_called_without_a_socket() {
    let service = tower::service_fn(|request: Request<Body>| async move {
        let seen = format!(
            "{} {} {:?}",
            request.method(),
            request.uri(),
            request.extensions().get::<u8>()
        );
        let body = request
            .into_body()
            .collect()
            .await
            .expect("body")
            .to_bytes();
        Ok::<_, Infallible>(Response::new(Full::new(bytes::Bytes::from(format!(
            "{seen} {}",
            body.len()
        )))))
    });
    let upstream = Upstream::InProcess(InProcess::new(service));
    let mut request = post("/v3/x?y=z", "hello");
    request.extensions_mut().insert(7_u8);
    let response = egress()
        .send(request, &upstream, Treatment::default())
        .await
        .expect("answered");
    assert_eq!(text(response).await, "POST /v3/x?y=z Some(7) 5");
}
