//! Sends to a remote account that wait for a person: the very bytes that were shown leave, once, never dearer.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use postern_domain::key::Role;
use postern_store::Lane;
use postern_store::approvals::{self, Decision, State};
use postern_testkit::{Message, ScriptedUpstream, answer};
use serde_json::{Value, json};

use crate::house::{House, problem};

/// An account that bills `cents` a message and keeps the bodies of sends.
struct Provider {
    upstream: ScriptedUpstream,
    cents: Arc<AtomicUsize>,
    bodies: Arc<Mutex<Vec<Vec<u8>>>>,
}

impl Provider {
    async fn open(answers: bool) -> Provider {
        let cents = Arc::new(AtomicUsize::new(25));
        let bodies: Arc<Mutex<Vec<Vec<u8>>>> = Arc::default();
        let (price, kept) = (cents.clone(), bodies.clone());
        let upstream = ScriptedUpstream::answering(move |message| {
            let body: Value = serde_json::from_slice(&message.body).unwrap_or_default();
            let count = body["messages"].as_array().map_or(1, Vec::len);
            let cents = price.load(Ordering::SeqCst);
            if !message.head.contains("/price ") {
                kept.lock()
                    .expect("no test panics in here")
                    .push(message.body.clone());
                if !answers {
                    return None;
                }
            }
            let each = json!({"message_price": cents as f64 / 100.0, "message_parts": 1});
            let data = json!({"total_price": (cents * count) as f64 / 100.0, "queued_count": count,
                "messages": vec![each; count], "_currency": {"currency_name_short": "AUD"}});
            let body =
                json!({"http_code": 200, "response_code": "SUCCESS", "data": data}).to_string();
            Some(answer(
                "200 OK",
                "content-type: application/json\r\n",
                body.as_bytes(),
            ))
        })
        .await;
        Provider {
            upstream,
            cents,
            bodies,
        }
    }

    fn bodies(&self) -> Vec<Vec<u8>> {
        self.bodies.lock().expect("no test panics in there").clone()
    }
}

const LIMITS: &str = r#"{"messages_per_day":10,"approval_above":{"messages":1}}"#;
/// Spaces and escapes that whoever writes it anew would write in another way.
const BODY: &str = "{ \"messages\" : [ {\"custom_string\":\"own\",\"to\":\"+61411000001\",\"body\":\"a\\u00e9 \\/ \"},{\"custom_string\":\"own\",\"to\":\"+61411000002\",\"body\":\"b\"} ] }";

async fn send(house: &House, key: &str, headers: &str) -> Message {
    let headers = format!("content-type: application/json\r\n{headers}");
    house
        .call("POST", "/clicksend/v3/sms/send", key, &headers, BODY)
        .await
}

async fn held(house: &House, key: &str, headers: &str) -> String {
    let said = send(house, key, headers).await;
    assert_eq!(
        problem(&said),
        (403, "approval_required".to_owned()),
        "{said:?}"
    );
    let said: Value = serde_json::from_slice(&said.body).expect("JSON");
    assert!(
        said["message"]
            .as_str()
            .expect("a sentence")
            .contains("Resending will not help.")
    );
    said["approval_id"].as_str().expect("an id").to_owned()
}

async fn approve(house: &House, id: &str) {
    let (id, now) = (id.to_owned(), house.clock.now());
    let decided = house.store.write(Lane::CONTROL, move |tx| {
        let digest = approvals::get(tx, &id)?.expect("held").digest;
        let decision = Decision {
            approved: true,
            digest,
            operator_id: "ada".to_owned(),
            reason: None,
        };
        approvals::decide(tx, &id, &decision, now)
    });
    assert_eq!(decided.await.expect("stored"), approvals::Decided::Done);
}

/// Releases what is ready, and gives how it stands then.
async fn released(house: &House, id: &str) -> approvals::Approval {
    let courier = house.gateway.courier();
    assert!(
        courier
            .release_ready(&house.approvals)
            .await
            .expect("readable")
    );
    let found = house.approvals.get(id).await.expect("readable");
    found.expect("there")
}

async fn opened(limits: &str, answers: bool) -> (House, Provider, String) {
    let (house, provider) = (House::open().await, Provider::open(answers).await);
    house
        .connection("clicksend", &provider.upstream.url())
        .await;
    let key = house.limited_key(Role::Agent, limits).await;
    (house, provider, key)
}

#[tokio::test]
async fn the_very_bytes_that_were_shown_leave_once() {
    let (house, provider, key) = opened(LIMITS, true).await;
    let id = held(&house, &key, "").await;
    assert_eq!(held(&house, &key, "").await, id);
    let approval = house
        .approvals
        .get(&id)
        .await
        .expect("readable")
        .expect("there");
    let shown = house
        .approvals
        .open(&approval)
        .expect("readable")
        .expect("kept");
    assert_eq!(shown.body, BODY.as_bytes());
    assert!(provider.bodies().is_empty());
    approve(&house, &id).await;
    for _ in 0..3 {
        let ended = released(&house, &id).await;
        assert_eq!(
            (ended.state, ended.status),
            (State::Sent, Some(200)),
            "{ended:?}"
        );
    }
    assert_eq!(provider.bodies(), [BODY.as_bytes()]);
    let answer = house
        .approvals
        .get(&id)
        .await
        .expect("readable")
        .expect("there");
    let answer = house
        .approvals
        .answer(&answer)
        .expect("readable")
        .expect("kept");
    assert_eq!(answer.status, 200);
    // Limits are counted when it is sent: eight are left.
    for _ in 0..4 {
        let next = held(&house, &key, "").await;
        approve(&house, &next).await;
        assert_eq!(released(&house, &next).await.state, State::Sent);
    }
    let over = send(&house, &key, "").await;
    assert_eq!(problem(&over).1, "limit_messages_per_day");
}

#[tokio::test]
async fn dearer_than_approved_is_refused_and_cheaper_is_not() {
    let (house, provider, key) = opened(LIMITS, true).await;
    let id = held(&house, &key, "").await;
    approve(&house, &id).await;
    provider.cents.store(26, Ordering::SeqCst);
    let ended = released(&house, &id).await;
    assert_eq!(ended.state, State::Failed);
    assert!(
        ended
            .reason
            .expect("why")
            .starts_with("dearer_than_approved")
    );
    assert!(provider.bodies().is_empty());
    let id = held(&house, &key, "").await;
    provider.cents.store(24, Ordering::SeqCst);
    approve(&house, &id).await;
    assert_eq!(released(&house, &id).await.state, State::Sent);
}

#[tokio::test]
async fn without_an_answer_it_is_unknown_and_never_sent_again() {
    let (house, provider, key) = opened(LIMITS, false).await;
    let id = held(&house, &key, "").await;
    approve(&house, &id).await;
    let ended = released(&house, &id).await;
    assert_eq!(ended.state, State::Unknown, "{ended:?}");
    assert!(ended.send_id.is_some());
    assert_eq!(released(&house, &id).await.state, State::Unknown);
    assert_eq!(provider.bodies().len(), 1);
}

#[tokio::test]
async fn a_crash_between_the_send_and_its_end_sends_nothing_again() {
    let (house, provider, key) = opened(LIMITS, true).await;
    let id = held(&house, &key, "").await;
    approve(&house, &id).await;
    assert_eq!(released(&house, &id).await.state, State::Sent);
    // As a process finds it that was killed before it could write down the end.
    let approval = house
        .approvals
        .get(&id)
        .await
        .expect("readable")
        .expect("there");
    let again = approvals::Approval {
        approval_id: approval.approval_id.clone(),
        state: State::Approved,
        ended_at: None,
        status: None,
        answer_sealed: None,
        ..approval
    };
    house
        .store
        .write(Lane::CONTROL, move |tx| {
            // Gone and there again, under the same id.
            let later = postern_domain::time::UnixMicros(i64::MAX);
            approvals::sweep(tx, later, later, 10)?;
            approvals::hold(tx, &again, false)
        })
        .await
        .expect("stored");
    let ended = released(&house, &id).await;
    assert_eq!(ended.state, State::Sent, "{ended:?}");
    assert_eq!(provider.bodies().len(), 1);
    // Begun too long ago to be looked up: nobody tries.
    let id = held(&house, &key, "").await;
    approve(&house, &id).await;
    house.approvals.begin(&id).await.expect("stored");
    house.clock.advance_millis(24 * 3600 * 1000);
    assert_eq!(released(&house, &id).await.state, State::Unknown);
    assert_eq!(provider.bodies().len(), 1);
}

#[tokio::test]
async fn nobody_decided_in_time_and_a_name_stays_a_name() {
    let (house, provider, key) = opened(LIMITS, true).await;
    let named = "idempotency-key: order-7\r\n";
    let id = held(&house, &key, named).await;
    approve(&house, &id).await;
    assert_eq!(released(&house, &id).await.state, State::Sent);
    let again = send(&house, &key, named).await;
    assert_eq!(again.status(), Some(200), "{again:?}");
    assert_eq!(again.header("postern-approval"), Some(id.as_str()));
    assert_eq!(provider.bodies().len(), 1);
    let late = held(&house, &key, "").await;
    house.clock.advance_millis(3600 * 1000);
    house.approvals.tidy().await.expect("stored");
    let found = house
        .approvals
        .get(&late)
        .await
        .expect("readable")
        .expect("there");
    assert_eq!(found.state, State::Expired);
    assert_ne!(held(&house, &key, "").await, late, "a new one waits");
}

#[tokio::test]
async fn what_is_refused_anyway_is_not_held() {
    let limits = r#"{"messages_per_call":1,"approval_above":{"messages":1}}"#;
    let (house, _provider, key) = opened(limits, true).await;
    let said = send(&house, &key, "").await;
    assert_eq!(problem(&said).1, "limit_messages_per_call");
    let tried = send(&house, &key, "postern-dry-run: true\r\n").await;
    assert_eq!(tried.status(), Some(200));
    let wrong = send(&house, &key, "postern-callback: nowhere\r\n").await;
    assert_eq!(problem(&wrong).1, "invalid_callback");
}
