//! A call with a ticket: judged inside the unit that pays, stores and queues; refused whole; and nowhere else let through.

use std::sync::Arc;

use axum::body::Body;
use http::{Method, Request};
use postern_guard::{
    Limits, Outcome, Policy, RecipientKey, Scope, ScopeKind, Stands, Ticket, Zones,
};
use postern_store::RiderDone;
use serde_json::{Value, json};

use crate::world::{Answer, World, acting};

pub(crate) fn ticket(limits: Value) -> Ticket {
    let limits: Arc<Limits> = match Policy::parse(&serde_json::from_value(limits).unwrap()) {
        Ok(Policy::Limited(limits)) => limits,
        other => panic!("{other:?}"),
    };
    let scope = Scope {
        kind: ScopeKind::Key,
        id: "k".into(),
        limits,
    };
    Ticket::new(
        vec![scope],
        RecipientKey([7; 32]),
        Arc::new(Zones::shipped()),
    )
}

async fn send(world: &World, ticket: &Ticket, messages: Value) -> Answer {
    let request = acting(Request::post("/v3/sms/send"), world.john).extension(ticket.clone());
    let body = json!({"messages": messages}).to_string();
    world.call(request.body(Body::from(body)).unwrap()).await
}

fn refused(answer: &Answer) -> &'static str {
    match answer.extensions.get::<Outcome>() {
        Some(Outcome::Refused(verdicts)) => verdicts[0].code,
        other => panic!("{other:?}"),
    }
}

fn text(to: &str) -> Value {
    json!({"to": to, "body": "hello"})
}

#[tokio::test]
async fn only_what_is_accepted_counts_and_a_refusal_leaves_nothing() {
    let world = World::new().await;
    let ticket = ticket(json!({"messages_per_day": 3}));
    // One of two is no number.
    let answer = send(&world, &ticket, json!([text("+15551234567"), text("+000")])).await;
    assert_eq!(answer.data()["queued_count"], 1);
    let Some(Stands(stands)) = answer.extensions.get() else {
        panic!("limits are told")
    };
    assert_eq!((stands[0].used, stands[0].remaining()), (1, 2));
    let balance = world.balance().await;
    let answer = send(
        &world,
        &ticket,
        json!([
            text("+15551234560"),
            text("+15551234568"),
            text("+15551234569")
        ]),
    )
    .await;
    assert_eq!(
        (answer.status.as_u16(), refused(&answer)),
        (403, "limit_messages_per_day")
    );
    assert!(answer.extensions.get::<RiderDone>().is_none());
    assert_eq!(world.balance().await, balance);
    let answer = send(
        &world,
        &ticket,
        json!([text("+15551234568"), text("+15551234569")]),
    )
    .await;
    assert_eq!(answer.data()["queued_count"], 2);
}

#[tokio::test]
async fn what_the_balance_does_not_cover_is_given_back() {
    let world = World::new().await;
    let poor = world.open_account("poor", 40_000, false).await;
    let ticket = ticket(json!({"messages_per_day": 5, "spend_per_day": "5", "currency": "USD"}));
    let body = json!({"messages": [text("+15551234567"), text("+15551234568")]}).to_string();
    let request = acting(Request::post("/v3/sms/send"), poor).extension(ticket.clone());
    let answer = world.call(request.body(Body::from(body)).unwrap()).await;
    assert_eq!(answer.data()["queued_count"], 1);
    let used = world
        .store
        .read(move |tx| {
            let nothing = postern_guard::Sending {
                channel: Default::default(),
                currency: None,
                items: vec![],
                refused_by_platform: 0,
            };
            let ticket = ticket.for_dry_run();
            let judged = ticket.judge(tx, &nothing, postern_testkit::FixedClock::START)?;
            Ok(ticket.standing(&judged))
        })
        .await
        .unwrap();
    assert_eq!(used[0].used, 1);
    assert_eq!(used[1].used, 30_000);
}

#[tokio::test]
async fn a_try_stores_nothing() {
    let world = World::new().await;
    let ticket = ticket(json!({"messages_per_day": 1})).for_dry_run();
    for _ in 0..2 {
        let answer = send(&world, &ticket, json!([text("+15551234567"), text("+000")])).await;
        let Some(Outcome::Previewed(preview)) = answer.extensions.get() else {
            panic!("{answer:?}")
        };
        assert_eq!(
            (
                preview.messages,
                preview.refused_by_platform,
                preview.verdicts[0].passed
            ),
            (1, 1, true)
        );
        assert!(preview.cost.is_some_and(|cost| cost.0 > 0));
    }
    assert_eq!(world.balance().await, 10_000_000);
}

#[tokio::test]
async fn no_other_route_lets_a_limited_key_send() {
    let world = World::new().await;
    let ticket = ticket(json!({"messages_per_day": 1}));
    for (method, path) in [
        (Method::POST, "/v3/sms/receipts"),
        (Method::POST, "/v3/sms/inbound"),
        (Method::POST, "/v3/voice/receipts"),
        (Method::POST, "/v3/email/addresses"),
        (Method::PUT, "/v3/email/address-verify/1/send"),
    ] {
        let request = acting(Request::builder().method(&method).uri(path), world.john)
            .extension(ticket.clone());
        let answer = world.call(request.body(Body::from("{}")).unwrap()).await;
        assert_eq!(
            (answer.status.as_u16(), refused(&answer)),
            (403, "send_not_understood"),
            "{method} {path}"
        );
    }
    for path in ["/v3/mms/send", "/v3/voice/send", "/v3/sms/send/"] {
        let request = acting(Request::post(path), world.john).extension(ticket.clone());
        let answer = world.call(request.body(Body::from("{}")).unwrap()).await;
        assert_eq!(answer.status, 400, "{path}");
    }
}
