//! `PUT /v3/sms/{message_id}/cancel` and `/v3/sms/cancel-all`.

use postern_domain::message::Event;
use postern_testkit::FixedClock;
use serde_json::{Value, json};

use crate::world::World;

const LATER: i64 = FixedClock::START.0 / 1_000_000 + 3_600;
const NOT_FOUND: (u16, &str, &str) = (404, "NOT_FOUND", "Message record not found.");

fn cancel(row: &Value) -> String {
    format!("/v3/sms/{}/cancel", row["message_id"].as_str().unwrap())
}

#[tokio::test]
async fn a_scheduled_message_is_cancelled_once_and_paid_back() {
    let world = World::new().await;
    let rows = world
        .send(json!([{"to": "+15551234567", "body": "later", "schedule": LATER}]))
        .await;
    assert_eq!(world.balance().await, 9_970_000);
    let answer = world.put(&cancel(&rows[0]), "").await;
    assert!(answer.data().is_null());
    assert_eq!(
        answer.body["response_msg"],
        "Scheduled sms message has been cancelled."
    );
    assert_eq!(world.balance().await, 10_000_000);
    assert_eq!(world.put(&cancel(&rows[0]), "{}").await.error(), NOT_FOUND);
    let history = world.get("/v3/sms/history").await;
    assert_eq!(
        (
            &history.data()["data"][0]["status"],
            &history.data()["data"][0]["status_code"]
        ),
        (&json!("Cancelled"), &json!("301"))
    );
}

#[tokio::test]
async fn what_is_gone_or_never_was_is_not_found() {
    let world = World::new().await;
    let rows = world
        .send(json!([{"to": "+15551234567", "body": "now"}]))
        .await;
    world.report(1, Event::Delivered, None).await;
    assert_eq!(world.put(&cancel(&rows[0]), "").await.error(), NOT_FOUND);
    assert_eq!(
        world.put("/v3/sms/nonsense/cancel", "").await.error(),
        NOT_FOUND
    );
    assert_eq!(
        world
            .put("/v3/sms/1EF2E372-DE78-6000-ABAB-ABABABABABAB/cancel", "")
            .await
            .error(),
        NOT_FOUND
    );
}

#[tokio::test]
async fn all_scheduled_messages_are_cancelled_in_one_call() {
    let world = World::new().await;
    let batch: Vec<_> = (0..300)
        .map(|n| json!({"to": format!("+1555123{n:04}"), "body": "later", "schedule": LATER}))
        .collect();
    world.send(json!(batch)).await;
    world
        .send(json!([{"to": "+15551234567", "body": "now"}]))
        .await;
    let answer = world.put("/v3/sms/cancel-all", "{}").await;
    assert_eq!(answer.data(), &json!({"count": 300}));
    assert_eq!(
        answer.body["response_msg"],
        "300 sms messages have been cancelled."
    );
    assert_eq!(world.balance().await, 9_970_000);
    assert_eq!(
        world.put("/v3/sms/cancel-all", "").await.data(),
        &json!({"count": 0})
    );
}

#[tokio::test]
async fn a_custom_string_limits_what_is_cancelled() {
    let world = World::new().await;
    let later = |n: usize, custom: &str| json!({"to": format!("+1555123{n:04}"), "body": "later", "schedule": LATER, "custom_string": custom});
    world
        .send(json!([later(1, "a"), later(2, "b"), later(3, "a")]))
        .await;
    assert_eq!(
        world
            .put("/v3/sms/cancel-all", r#"{"custom_string":"a"}"#)
            .await
            .data()["count"],
        2
    );
    assert_eq!(
        world
            .put("/v3/sms/cancel-all", r#"{"custom_string":null}"#)
            .await
            .data()["count"],
        1
    );
}
