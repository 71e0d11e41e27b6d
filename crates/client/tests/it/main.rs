//! The client against a scripted server: what it sends, what it makes of each answer, what it repeats, and that it never sends twice.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod pages;
mod retries;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use postern_client::{Client, Error, RawRequest, Retry, Settings};
use postern_wire::clicksend::sms::SendRequest;
use postern_wire::control::NewConnection;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// Answers every connection with `answer` (nothing: hangs up) and keeps the requests.
struct Scripted {
    client: Client,
    arrived: Arc<AtomicUsize>,
    requests: tokio::sync::mpsc::UnboundedReceiver<String>,
}

async fn scripted(answer: &'static str) -> Scripted {
    scripted_all(vec![answer]).await
}

/// One answer after the other, and the last one from then on.
async fn scripted_all(answers: Vec<&'static str>) -> Scripted {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let arrived = Arc::new(AtomicUsize::new(0));
    let (send, requests) = tokio::sync::mpsc::unbounded_channel();
    let counter = arrived.clone();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = Vec::new();
            while !whole(&request) {
                if stream.read_buf(&mut request).await.unwrap() == 0 {
                    break;
                }
            }
            let number = counter.fetch_add(1, Ordering::SeqCst);
            let answer = answers[number.min(answers.len() - 1)];
            send.send(String::from_utf8(request).unwrap()).unwrap();
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
    });
    Scripted {
        client: client(&url),
        arrived,
        requests,
    }
}

fn client(url: &str) -> Client {
    let settings = Settings {
        retry: Retry::NEVER,
        ..Settings::new(url, "pst_test_key".to_owned())
    };
    Client::new(settings).unwrap()
}

fn whole(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request);
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length")
            .then(|| value.trim().parse::<usize>().ok())?
    });
    body.len() >= length.unwrap_or(0)
}

fn answer(status: &str, headers: &str, body: &str) -> &'static str {
    let text = format!(
        "HTTP/1.1 {status}\r\nConnection: close\r\n{headers}Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    Box::leak(text.into_boxed_str())
}

#[tokio::test]
async fn a_problem_keeps_every_word() {
    let body = r#"{"message":"slow down","type":"Too Many Requests","code":429,"error":"rate_limited","request_id":"r1","hint":"wait"}"#;
    let server = scripted(answer("429 Too Many Requests", "Retry-After: 3\r\n", body)).await;
    let Err(Error::Refused(refusal)) = server.client.keys(None).await else {
        panic!("429 is a refusal")
    };
    assert_eq!(
        (refusal.status, refusal.word(), refusal.retry_after_seconds),
        (429, Some("rate_limited"), Some(3))
    );
    assert_eq!(
        refusal.problem.as_ref().unwrap().hint.as_deref(),
        Some("wait")
    );
    assert_eq!(
        server.arrived.load(Ordering::SeqCst),
        1,
        "a refusal is not tried again"
    );
}

#[tokio::test]
async fn an_upstreams_error_is_quoted() {
    let body = r#"{"http_code":402,"response_code":"INSUFFICIENT_CREDIT","response_msg":"no credit","data":null}"#;
    let server = scripted(answer("402 Payment Required", "", body)).await;
    let Err(Error::Refused(refusal)) = server
        .client
        .clicksend(None)
        .sms()
        .send(&SendRequest::default())
        .await
    else {
        panic!("402 is a refusal")
    };
    assert!(refusal.problem.is_none());
    assert_eq!(refusal.message, "no credit");
}

#[tokio::test]
async fn a_send_without_an_answer_is_unknown_and_is_not_repeated() {
    let server = scripted("").await;
    let sent = server
        .client
        .clicksend(None)
        .sms()
        .send(&SendRequest::default())
        .await;
    assert!(matches!(sent, Err(Error::OutcomeUnknown { .. })));
    assert_eq!(server.arrived.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn an_answer_cut_short_after_a_send_is_unknown_too() {
    let server = scripted("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"http_code\":200").await;
    let sent = server
        .client
        .clicksend(None)
        .sms()
        .send(&SendRequest::default())
        .await;
    assert!(matches!(sent, Err(Error::OutcomeUnknown { .. })));
}

#[tokio::test]
async fn a_read_without_an_answer_broke_off() {
    let server = scripted("").await;
    assert!(matches!(
        server.client.keys(None).await,
        Err(Error::BrokenOff { .. })
    ));
}

#[tokio::test]
async fn nobody_there_is_unreachable_even_for_a_send() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let sent = client(&url)
        .clicksend(None)
        .sms()
        .send(&SendRequest::default())
        .await;
    assert!(matches!(sent, Err(Error::Unreachable { .. })));
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_the_key_goes_nowhere_else() {
    let server = scripted(answer("302 Found", "Location: http://127.0.0.1:1/\r\n", "")).await;
    assert!(
        matches!(server.client.keys(None).await, Err(Error::Refused(refusal)) if refusal.status == 302)
    );
}

#[tokio::test]
async fn something_else_than_json_is_foreign() {
    let server = scripted(answer("200 OK", "", "<html>")).await;
    assert!(matches!(
        server.client.keys(None).await,
        Err(Error::Foreign { status: 200, .. })
    ));
}

#[tokio::test]
async fn requests_carry_key_connection_and_body_and_ids_stay_in_their_segment() {
    let mut server = scripted(answer("200 OK", "", r#"{"http_code":200,"data":{}}"#)).await;
    server
        .client
        .clicksend(Some("c-1"))
        .sms()
        .cancel("../../keys?x")
        .await
        .unwrap();
    let request = server.requests.recv().await.unwrap().to_ascii_lowercase();
    assert!(
        request.starts_with("put /clicksend/v3/sms/..%2f..%2fkeys%3fx/cancel http/1.1\r\n"),
        "{request}"
    );
    assert!(request.contains("authorization: bearer pst_test_key\r\n"));
    assert!(request.contains("postern-connection: c-1\r\n"));
    let new = NewConnection {
        app: "clicksend".into(),
        ..NewConnection::default()
    };
    let created = server.client.create_connection(&new).await;
    assert!(matches!(created, Err(Error::Foreign { .. })));
    assert!(
        server
            .requests
            .recv()
            .await
            .unwrap()
            .ends_with(r#"{"app":"clicksend"}"#)
    );
}

#[tokio::test]
async fn a_raw_call_stays_on_its_server() {
    let server = scripted(answer("200 OK", "", "")).await;
    for path in ["//evil.example/x", "@evil.example/x", "/ok"] {
        let answered = server.client.raw(RawRequest::get(path)).await.unwrap();
        assert_eq!(answered.status, 200, "{path} reached our server");
    }
    assert_eq!(server.arrived.load(Ordering::SeqCst), 3);
}

#[test]
fn unusable_settings_say_so_without_the_key() {
    for (url, key) in [("8080", "k"), ("ftp://h", "k"), ("http://h", "secret\nkey")] {
        let Err(error) = Client::new(Settings::new(url, key.to_owned())) else {
            panic!("{url} is unusable")
        };
        assert!(!error.to_string().contains("secret"), "{error}");
    }
}
