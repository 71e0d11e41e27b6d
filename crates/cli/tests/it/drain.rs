//! Stopping takes no new requests and finishes those that are under way.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::server::{Home, first_key};

const BODY: &str = r#"{"messages":[{"to":"+61411111111","body":"under way"}]}"#;

/// A send of which head and half a body have arrived.
async fn half_a_send(url: &str, path: &str, authorization: &str) -> TcpStream {
    let address = url.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).await.unwrap();
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: {address}\r\nAuthorization: {authorization}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\nExpect: 100-continue\r\n\r\n",
        BODY.len()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    // The server asks for the body once it works on the request: only then is it under way.
    let mut asked = Vec::new();
    while !String::from_utf8_lossy(&asked).contains("100 Continue\r\n\r\n") {
        assert_ne!(
            stream.read_buf(&mut asked).await.unwrap(),
            0,
            "{}",
            String::from_utf8_lossy(&asked)
        );
    }
    stream.write_all(&BODY.as_bytes()[..10]).await.unwrap();
    stream
}

async fn rest_of_it(mut stream: TcpStream) -> String {
    stream.write_all(&BODY.as_bytes()[10..]).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

/// Waits until nobody listens there any more.
async fn closed(url: &str) {
    let address = url.strip_prefix("http://").unwrap();
    let refused = async {
        while TcpStream::connect(address).await.is_ok() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), refused)
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_send_under_way_is_answered() {
    // Both send the same text to the same number, and neither is a mistake.
    let home = Home::new().set("platform.repeat_window_ms", "0");
    let server = home.start().await;
    let first = server.first_run.as_ref().unwrap();
    let basic = {
        use base64::Engine;
        use secrecy::ExposeSecret;
        let pair = format!(
            "{}:{}",
            first.platform_username,
            first.platform_api_key.expose_secret()
        );
        format!(
            "Basic {}",
            base64::engine::general_purpose::STANDARD.encode(pair)
        )
    };
    let bearer = format!("Bearer {}", first_key(&server));
    let (gateway, platform) = (server.urls.gateway.clone(), server.urls.platform.clone());
    let through_gateway = half_a_send(&gateway, "/clicksend/v3/sms/send", &bearer).await;
    let to_platform = half_a_send(&platform, "/v3/sms/send", &basic).await;
    let stopping = tokio::spawn(server.stop());
    closed(&gateway).await;
    closed(&platform).await;
    for stream in [through_gateway, to_platform] {
        let answer = rest_of_it(stream).await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        assert!(answer.contains("\"queued_count\":1"), "{answer}");
    }
    stopping.await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_that_never_ends_does_not_hold_the_stop_for_ever() {
    let home = Home::new().set("timeouts.drain_seconds", "1");
    let server = home.start().await;
    let bearer = format!("Bearer {}", first_key(&server));
    let stuck = half_a_send(
        &server.urls.gateway.clone(),
        "/clicksend/v3/sms/send",
        &bearer,
    )
    .await;
    tokio::time::timeout(Duration::from_secs(20), server.stop())
        .await
        .unwrap();
    drop(stuck);
}
