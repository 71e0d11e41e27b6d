//! Accounts that an operator limits: their own calls, without a key in front, meet the same guard.

use std::sync::{Arc, Mutex};

use axum::body::Body;
use http::{Method, Request};
use postern_guard::{Plan, ScopeKind};
use postern_platform::PlatformConfig;
use serde_json::{Value, json};

use crate::guarded::ticket;
use crate::world::{Answer, World, as_john};

/// What stands before everything but reads.
async fn world(plan: Arc<Mutex<Plan>>) -> World {
    let sends = |method: &Method, path: &str| !method.is_safe() && !path.ends_with("/price");
    World::guarded(
        PlatformConfig::default(),
        Arc::new(move |_, method, path| match sends(method, path) {
            true => plan.lock().unwrap().clone(),
            false => Plan::default(),
        }),
    )
    .await
}

async fn post(world: &World, path: &str, body: Value) -> Answer {
    let request = as_john(Request::post(path)).body(Body::from(body.to_string()));
    world.call(request.unwrap()).await
}

fn texts(count: usize) -> Value {
    saying("hello", count)
}

/// The same text again would be held back as a repeat.
fn saying(text: &str, count: usize) -> Value {
    let one = |n| json!({"to": format!("+1555123456{n}"), "body": text});
    json!({"messages": (0..count).map(one).collect::<Vec<_>>()})
}

#[tokio::test]
async fn a_limited_account_is_refused_in_its_own_surfaces_words() {
    let limits = json!({"messages_per_day": 3, "approval_above": {"messages": 2}});
    let plan = Arc::new(Mutex::new(Plan {
        frozen: None,
        ticket: Some(ticket(limits)),
    }));
    let world = world(plan.clone()).await;
    assert_eq!(
        post(&world, "/v3/sms/send", texts(2)).await.data()["queued_count"],
        2
    );
    let answer = post(&world, "/v3/sms/send", saying("hello again", 2)).await;
    let (status, code, sentence) = answer.error();
    assert_eq!((status, code), (403, "FORBIDDEN"));
    assert!(
        sentence.contains("at most 3 messages a day; 2 used")
            && sentence.contains("Resending will not help"),
        "{sentence}"
    );
    // What cannot be counted is not sent; what sends nothing is not asked.
    let answer = post(
        &world,
        "/v3/sms/receipts",
        json!({"url": "http://127.0.0.1:1/"}),
    )
    .await;
    assert_eq!(answer.status, 403, "{}", answer.body);
    assert_eq!(post(&world, "/v3/sms/price", texts(2)).await.status, 200);

    plan.lock().unwrap().ticket = Some(ticket(json!({"approval_above": {"messages": 2}})));
    let answer = post(&world, "/v3/sms/send", saying("hello all", 3)).await;
    let (status, _, sentence) = answer.error();
    assert_eq!(status, 403);
    assert!(
        sentence.contains("cannot wait for an approval"),
        "{sentence}"
    );
}

#[tokio::test]
async fn while_everything_is_frozen_so_are_native_calls() {
    let plan = Arc::new(Mutex::new(Plan {
        frozen: Some(ScopeKind::Installation),
        ticket: None,
    }));
    let world = world(plan.clone()).await;
    let answer = post(&world, "/v3/sms/send", texts(1)).await;
    let (status, code, sentence) = answer.error();
    assert_eq!((status, code), (403, "FORBIDDEN"));
    assert!(sentence.starts_with("Sending is frozen."), "{sentence}");
    let request = as_john(Request::get("/v3/account")).body(Body::empty());
    assert_eq!(world.call(request.unwrap()).await.status, 200);
    *plan.lock().unwrap() = Plan::default();
    assert_eq!(
        post(&world, "/v3/sms/send", texts(1)).await.data()["queued_count"],
        1
    );
}
