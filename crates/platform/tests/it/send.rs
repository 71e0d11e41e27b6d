//! `POST /v3/sms/send`: rows, money, schedules, refusals, riders.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::body::Body;
use http::Request;
use postern_domain::message::Status;
use postern_platform::PlatformConfig;
use postern_store::{Error, Lane, Rider, RiderDone, queue, settings};
use postern_testkit::FixedClock;
use serde_json::{Value, json};

use crate::world::{World, acting};

const NOW: i64 = FixedClock::START.0 / 1_000_000;

#[tokio::test]
async fn an_accepted_message_has_all_nineteen_keys() {
    let world = World::new().await;
    let answer = world
        .post("/v3/sms/send", json!({"messages": [{"to": "+15551234567", "body": "Hello from ClickSend!", "source": "api"}]}))
        .await;
    assert_eq!(answer.body["response_msg"], "Messages queued for delivery.");
    let data = answer.data();
    let mut row = data["messages"][0].clone();
    let id = row["message_id"].take();
    let id = id.as_str().unwrap();
    assert_eq!(
        (id.len(), &id[14..15], id.to_uppercase()),
        (36, "6", id.to_owned())
    );
    assert_eq!(
        row,
        json!({
            "direction": "out", "date": NOW, "to": "+15551234567", "body": "Hello from ClickSend!", "from": "+15005550100", "schedule": NOW,
            "message_id": null, "message_parts": 1, "message_price": "0.0300", "from_email": null, "list_id": null, "custom_string": "",
            "contact_id": null, "user_id": world.john.0, "subaccount_id": world.john.0, "is_shared_system_number": true, "country": "US",
            "carrier": "", "status": "SUCCESS"
        })
    );
    assert_eq!(data["total_price"], json!(0.03));
    assert_eq!(
        (
            &data["total_count"],
            &data["queued_count"],
            &data["blocked_count"]
        ),
        (&json!(1), &json!(1), &json!(0))
    );
    assert_eq!(data["_currency"]["currency_name_short"], "USD");
    assert_eq!(world.balance().await, 9_970_000);
    let stored = world.message(id).await.unwrap();
    assert_eq!(
        (stored.status, stored.key.seq, stored.simulated),
        (Status::Queued, 1, false)
    );
}

#[tokio::test]
async fn each_message_of_a_call_has_its_own_fate() {
    let world = World::new().await;
    let data = world
        .post(
            "/v3/sms/send",
            json!({"messages": [
                {"to": "+61411222333", "body": "ok", "custom_string": "a", "from": "MyShop"},
                {"to": "+000", "body": "bad number", "custom_string": "b"},
                {"to": "+61411222333", "body": ""},
                {"to": "+80012345678", "body": "no country"},
                {"body": "no recipient"},
                {"to": "+61411222333", "body": "later", "schedule": NOW + 60},
                {"to": "+61411111111", "body": "test number"},
            ]}),
        )
        .await;
    let data = data.data();
    let statuses: Vec<_> = data["messages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|m| m["status"].as_str().unwrap())
        .collect();
    assert_eq!(
        statuses,
        [
            "SUCCESS",
            "INVALID_RECIPIENT",
            "EMPTY_MESSAGE",
            "COUNTRY_NOT_ENABLED",
            "MISSING_REQUIRED_FIELDS",
            "SUCCESS",
            "SUCCESS"
        ]
    );
    assert_eq!(
        (
            &data["total_count"],
            &data["queued_count"],
            &data["blocked_count"]
        ),
        (&json!(7), &json!(3), &json!(1))
    );
    assert_eq!(data["total_price"], json!(0.104));
    let rows = &data["messages"];
    let mut refused = rows[1].clone();
    assert_eq!(refused["message_id"].take().as_str().unwrap().len(), 36);
    assert_eq!(
        refused,
        json!({"to": "+000", "body": "bad number", "from": "", "message_id": null, "custom_string": "b", "is_shared_system_number": false,
            "status": "INVALID_RECIPIENT"})
    );
    assert_eq!(
        (
            &rows[3]["message_parts"],
            &rows[3]["message_price"],
            &rows[3]["carrier"]
        ),
        (&json!(0), &json!("0.0000"), &json!(""))
    );
    assert_eq!(
        (&rows[0]["from"], &rows[0]["is_shared_system_number"]),
        (&json!("MyShop"), &json!(false))
    );
    assert_eq!(rows[5]["schedule"], NOW + 60);
    assert_eq!(
        (&rows[6]["message_parts"], &rows[6]["message_price"]),
        (&json!(0), &json!("0.0000"))
    );
    let stored = |n: usize| rows[n]["message_id"].as_str().unwrap();
    assert_eq!(
        world.message(stored(5)).await.unwrap().status,
        Status::Scheduled
    );
    assert_eq!(
        world.message(stored(6)).await.unwrap().status,
        Status::Completed
    );
    assert!(world.message(stored(1)).await.is_none());
}

#[tokio::test]
async fn without_credit_a_message_is_refused_by_itself() {
    let world = World::new().await;
    world.open_account("poor", 70_000, false).await;
    let body = json!({"messages": [
        {"to": "+15551234567", "body": "one"}, {"to": "+15551234568", "body": "two"}, {"to": "+15551234569", "body": "three"}
    ]});
    let request = Request::post("/v3/sms/send")
        .header(
            "authorization",
            crate::world::basic("poor", crate::world::API_KEY),
        )
        .body(Body::from(body.to_string()))
        .unwrap();
    let answer = world.call(request).await;
    let data = answer.data();
    let row = &data["messages"][2];
    assert_eq!(
        (&row["status"], &row["message_price"], &row["message_parts"]),
        (&json!("INSUFFICIENT_CREDIT"), &json!("0.0000"), &json!(1))
    );
    assert_eq!(
        (
            &data["total_price"],
            &data["queued_count"],
            &data["total_count"]
        ),
        (&json!(0.06), &json!(2), &json!(3))
    );
}

#[tokio::test]
async fn a_free_call_totals_the_integer_zero() {
    let world = World::new().await;
    let answer = world
        .post(
            "/v3/sms/send",
            json!({"messages": [{"to": "+61411111111", "body": "x"}]}),
        )
        .await;
    assert_eq!(answer.data()["total_price"].to_string(), "0");
}

#[tokio::test]
async fn a_thousand_messages_go_in_one_call_and_not_one_more() {
    let world = World::new().await;
    let many = |n: usize| -> Value {
        let messages: Vec<_> = (0..n)
            .map(|i| json!({"to": format!("+1555123{i:04}"), "body": "x"}))
            .collect();
        json!({"messages": messages})
    };
    let data = world.post("/v3/sms/send", many(1000)).await;
    // Ten units buy 333 messages at 0.03.
    assert_eq!(
        (&data.data()["queued_count"], &data.data()["total_count"]),
        (&json!(333), &json!(1000))
    );
    let refused = world.post("/v3/sms/send", many(1001)).await;
    assert_eq!(
        refused.error(),
        (
            400,
            "BAD_REQUEST",
            "messages: 1001 messages in one call; send at most 1000."
        )
    );
    assert_eq!(world.get("/v3/sms/history").await.data()["total"], 333);
}

#[tokio::test]
async fn a_repeat_within_the_window_is_throttled_and_costs_nothing() {
    let world = World::with(PlatformConfig {
        repeat_window_ms: 10_000,
        ..PlatformConfig::default()
    })
    .await;
    let message = json!([{"to": "+15551234567", "body": "hello"}]);
    assert_eq!(world.send(message.clone()).await[0]["status"], "SUCCESS");
    world.clock.advance_seconds(9);
    assert_eq!(world.send(message.clone()).await[0]["status"], "THROTTLED");
    assert_eq!(world.balance().await, 9_970_000);
    world.clock.advance_seconds(1);
    assert_eq!(world.send(message).await[0]["status"], "SUCCESS");
}

#[tokio::test]
async fn a_refused_message_does_not_throttle_the_next_try() {
    let world = World::with(PlatformConfig {
        repeat_window_ms: 10_000,
        ..PlatformConfig::default()
    })
    .await;
    let failing = Rider::new(|_, _| Err(Error::Unavailable("asked for".into())));
    let request = |rider: Option<Rider>| {
        let mut request = acting(Request::post("/v3/sms/send"), world.john);
        if let Some(rider) = rider {
            request = request.extension(rider);
        }
        request
            .body(Body::from(
                r#"{"messages":[{"to":"+15551234567","body":"hello"}]}"#,
            ))
            .unwrap()
    };
    assert_eq!(world.call(request(Some(failing))).await.error().0, 503);
    assert_eq!(
        world.balance().await,
        10_000_000,
        "the rider's failure undid the send"
    );
    assert_eq!(world.call(request(None)).await.data()["queued_count"], 1);
}

#[tokio::test]
async fn a_sandbox_account_is_pinned_to_the_simulator() {
    let world = World::new().await;
    let sandbox = world.open_account("sandbox", 1_000_000, true).await;
    let request = acting(Request::post("/v3/sms/send"), sandbox)
        .body(Body::from(
            r#"{"messages":[{"to":"+15551234567","body":"hello"}]}"#,
        ))
        .unwrap();
    world.call(request).await.data();
    let (now, lease) = (
        world.clock.now(),
        queue::Lease {
            until: FixedClock::START.plus_secs(9),
            claim: 1,
        },
    );
    let claimed = world
        .store
        .write(Lane::CONTROL, move |tx| queue::claim(tx, now, 9, lease))
        .await
        .unwrap()
        .messages;
    assert!(claimed[0].simulated);
}

#[tokio::test]
async fn a_rider_is_committed_with_the_send_and_says_so() {
    let world = World::new().await;
    let runs = Arc::new(AtomicUsize::new(0));
    let counted = runs.clone();
    let rider = Rider::new(move |tx, status| {
        counted.fetch_add(1, Ordering::SeqCst);
        settings::put(tx, "rider", &status.to_string(), FixedClock::START)
    });
    let request = |body: &'static str| {
        acting(Request::post("/v3/sms/send"), world.john)
            .extension(rider.clone())
            .body(Body::from(body))
            .unwrap()
    };
    let answer = world
        .call(request(
            r#"{"messages":[{"to":"+15551234567","body":"hello"}]}"#,
        ))
        .await;
    assert_eq!(answer.data()["queued_count"], 1);
    assert!(answer.extensions.get::<RiderDone>().is_some());
    // A call whose messages are all refused is an answered send, too.
    let answer = world
        .call(request(r#"{"messages":[{"to":"+000","body":"hello"}]}"#))
        .await;
    assert_eq!(answer.data()["queued_count"], 0);
    assert!(answer.extensions.get::<RiderDone>().is_some());
    assert_eq!(runs.load(Ordering::SeqCst), 2);
    assert_eq!(
        world
            .store
            .read(|tx| settings::get(tx, "rider"))
            .await
            .unwrap()
            .as_deref(),
        Some("200")
    );
    // A call that is refused whole decides nothing; its rider is somebody else's to run.
    let answer = world.call(request("{}")).await;
    assert_eq!(answer.status, 400);
    assert!(answer.extensions.get::<RiderDone>().is_none());
}

#[tokio::test]
async fn delivery_is_woken_after_the_commit() {
    let world = World::new().await;
    world
        .send(json!([{"to": "+15551234567", "body": "hello"}]))
        .await;
    // A stored permit: this would wait for ever without it.
    world.wake.notified().await;
}

#[tokio::test]
async fn milliseconds_are_echoed_and_meant() {
    let world = World::new().await;
    let at = (NOW + 3600) * 1000;
    let row = &world
        .send(json!([{"to": "+15551234567", "body": "later", "schedule": at}]))
        .await[0];
    assert_eq!(row["schedule"], at);
    assert_eq!(
        world
            .store
            .read(queue::next_due)
            .await
            .unwrap()
            .unwrap()
            .secs(),
        NOW + 3600
    );
}

#[tokio::test]
async fn long_texts_are_cut_at_the_accounts_limit() {
    let world = World::new().await;
    let row = &world
        .send(json!([{"to": "+15551234567", "body": "a".repeat(2000)}]))
        .await[0];
    assert_eq!(row["message_parts"], 6);
    assert_eq!(row["message_price"], "0.1800");
    assert_eq!(row["body"].as_str().unwrap().len(), 918);
}
