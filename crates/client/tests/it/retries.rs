//! What is tried again: reads, and sends that the server knows by their key.

use super::{Scripted, answer, scripted_all};
use postern_client::{Client, Error, Kind, Retry, SendOptions, Settings};
use postern_wire::clicksend::sms::SendRequest;
use std::sync::atomic::Ordering;
use std::time::Duration;

const DONE: &str = r#"{"http_code":200,"data":{}}"#;

async fn patient(answers: Vec<&'static str>) -> Scripted {
    let mut server = scripted_all(answers).await;
    let settings = Settings {
        retry: Retry {
            wait: Duration::from_millis(1),
            ..Retry::default()
        },
        ..Settings::new(server.client.url(), "pst_test_key".to_owned())
    };
    server.client = Client::new(settings).unwrap();
    server
}

fn header(request: &str, name: &str) -> Option<String> {
    let line = request
        .lines()
        .find(|line| line.to_ascii_lowercase().starts_with(&format!("{name}:")))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

fn problem(status: &str, word: &str) -> &'static str {
    let code = &status[..3];
    let body = format!(
        r#"{{"message":"m","type":"T","code":{code},"error":"{word}","request_id":"r","send_id":"s-1"}}"#
    );
    answer(status, "", &body)
}

#[tokio::test]
async fn a_read_is_tried_again() {
    let busy = problem("503 Service Unavailable", "store_unavailable");
    let server = patient(vec!["", busy, answer("200 OK", "", DONE)]).await;
    server.client.clicksend(None).account().await.unwrap();
    assert_eq!(server.arrived.load(Ordering::SeqCst), 3);
    let server = patient(vec![busy]).await;
    assert!(server.client.clicksend(None).account().await.is_err());
    assert_eq!(
        server.arrived.load(Ordering::SeqCst),
        3,
        "no more than told"
    );
}

#[tokio::test]
async fn a_send_over_a_named_connection_is_tried_again_under_its_key() {
    let mut server = patient(vec!["", answer("200 OK", "", DONE)]).await;
    let sms = server.client.clicksend(Some("c-1")).sms();
    sms.send(&SendRequest::default()).await.unwrap();
    let first = server.requests.recv().await.unwrap();
    let second = server.requests.recv().await.unwrap();
    assert_eq!(first, second, "the very same call");
    let key = header(&first, "idempotency-key").unwrap();
    sms.send(&SendRequest::default()).await.unwrap();
    let third = server.requests.recv().await.unwrap();
    assert_ne!(header(&third, "idempotency-key"), Some(key), "another send");
}

#[tokio::test]
async fn a_send_over_a_default_connection_is_not_and_says_its_key() {
    let mut server = patient(vec![""]).await;
    let sms = server.client.clicksend(None).sms();
    let options = SendOptions {
        idempotency_key: Some("order-17".into()),
    };
    let Err(Error::OutcomeUnknown {
        idempotency_key, ..
    }) = sms.send_with(&SendRequest::default(), options).await
    else {
        panic!("no answer came")
    };
    assert_eq!(idempotency_key.as_deref(), Some("order-17"));
    assert_eq!(server.arrived.load(Ordering::SeqCst), 1);
    let request = server.requests.recv().await.unwrap();
    assert_eq!(
        header(&request, "idempotency-key").as_deref(),
        Some("order-17")
    );
}

#[tokio::test]
async fn a_send_of_unknown_outcome_is_never_tried_again() {
    let server = patient(vec![problem("409 Conflict", "send_unknown")]).await;
    let sent = server
        .client
        .clicksend(Some("c-1"))
        .sms()
        .send(&SendRequest::default())
        .await;
    let error = sent.err().unwrap();
    let kind = error.refusal().map(|refusal| refusal.kind());
    assert_eq!(kind, Some(Kind::SendUnknown { send_id: "s-1" }));
    assert_eq!(server.arrived.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn other_changes_are_made_once() {
    let server = patient(vec![problem(
        "503 Service Unavailable",
        "store_unavailable",
    )])
    .await;
    assert!(
        server
            .client
            .clicksend(Some("c-1"))
            .create_list("people")
            .await
            .is_err()
    );
    assert_eq!(server.arrived.load(Ordering::SeqCst), 1);
}
