//! `GET /v3/sms/receipts` and `/v3/sms/receipts/{message_id}`.

use postern_domain::message::Event;
use postern_domain::receipt::Cause;
use postern_testkit::FixedClock;
use serde_json::json;

use crate::world::World;

const NOW: i64 = FixedClock::START.0 / 1_000_000;

#[tokio::test]
async fn receipts_are_listed_and_found() {
    let world = World::new().await;
    let rows = world
        .send(json!([{"to": "+15551234567", "body": "a", "custom_string": "mine"}, {"to": "+15551234568", "body": "b"}, {"to": "+15551234569", "body": "c"}]))
        .await;
    world.report(1, Event::Delivered, None).await;
    world
        .report(2, Event::Undelivered, Some(Cause::MemoryFull))
        .await;
    let id = |n: usize| rows[n]["message_id"].as_str().unwrap();
    let answer = world.get("/v3/sms/receipts?limit=15").await;
    assert_eq!(
        answer.body["response_msg"],
        "Here are your delivery receipts."
    );
    let data = answer.data();
    assert_eq!((&data["total"], &data["last_page"]), (&json!(2), &json!(1)));
    let delivered = json!({
        "timestamp_send": NOW, "timestamp": NOW, "message_id": id(0), "status_code": 201,
        "status_text": "Success: Message received on handset.", "error_code": null, "error_text": null, "custom_string": "mine",
        "subaccount_id": world.john.0, "message_type": "sms"
    });
    assert_eq!(data["data"][0], delivered);
    assert_eq!(
        (
            &data["data"][1]["status_code"],
            &data["data"][1]["error_code"]
        ),
        (&json!(301), &json!(13))
    );
    let one = world.get(&format!("/v3/sms/receipts/{}", id(0))).await;
    assert_eq!(one.body["response_msg"], "Your receipt.");
    assert_eq!(one.data(), &delivered);
    let missing = (404, "NOT_FOUND", "Receipt record not found.");
    assert_eq!(
        world
            .get(&format!("/v3/sms/receipts/{}", id(2)))
            .await
            .error(),
        missing
    );
    assert_eq!(
        world.get("/v3/sms/receipts/nonsense").await.error(),
        missing
    );
    assert_eq!(
        world
            .get("/v3/sms/receipts/00000000-0000-0000-0000-000000000000")
            .await
            .error(),
        missing
    );
}

#[tokio::test]
async fn the_newest_receipt_of_a_message_is_shown() {
    let world = World::new().await;
    let rows = world
        .send(json!([{"to": "+15551234567", "body": "a"}]))
        .await;
    let path = format!(
        "/v3/sms/receipts/{}",
        rows[0]["message_id"].as_str().unwrap()
    );
    world
        .report(1, Event::Delayed, Some(Cause::Temporary))
        .await;
    assert_eq!(world.get(&path).await.data()["status_code"], 300);
    world.report(1, Event::Delivered, None).await;
    assert_eq!(world.get(&path).await.data()["status_code"], 201);
    assert_eq!(world.get("/v3/sms/receipts").await.data()["total"], 2);
}

#[tokio::test]
async fn read_receipts_leave_the_list_and_the_pages_close_up() {
    let world = World::new().await;
    for n in 0..5 {
        world
            .send(json!([{"to": format!("+1555123{n:04}"), "body": "hello"}]))
            .await;
    }
    for seq in 1..=5 {
        world.report(seq, Event::Delivered, None).await;
        world.clock.advance_seconds(1);
    }
    let now = postern_testkit::FixedClock::START.0 / 1_000_000;
    for (body, total) in [
        (format!(r#"{{"date_before":{}}}"#, now + 2), 3),
        (format!(r#"{{"date_before":"{}"}}"#, now + 1), 3),
    ] {
        let read = world.put("/v3/sms/receipts-read", &body).await;
        assert!(read.data().is_null());
        assert_eq!(
            read.body["response_msg"],
            "Receipts have been marked as read."
        );
        assert_eq!(world.get("/v3/sms/receipts").await.data()["total"], total);
    }
    let second = world.get("/v3/sms/receipts?page=2&limit=2").await;
    assert_eq!(
        (
            &second.data()["from"],
            &second.data()["data"][0]["timestamp"]
        ),
        (&json!(3), &json!(now + 4))
    );
    world.put("/v3/sms/receipts-read", "").await.data();
    assert_eq!(world.get("/v3/sms/receipts").await.data()["total"], 0);
    let wrong = world
        .put("/v3/sms/receipts-read", r#"{"date_before":"today"}"#)
        .await;
    assert_eq!(
        wrong.error().2,
        "date_before must be a unix time in seconds."
    );
}

#[tokio::test]
async fn a_test_receipt_has_numbers_where_calls_have_text() {
    let world = World::new().await;
    let made = world.post("/v3/sms/receipts", json!({"url": "poll"})).await;
    assert_eq!(made.body["response_msg"], "Receipt has been added");
    assert_eq!(made.data()["status_code"], 201);
    let page = world.get("/v3/sms/receipts").await;
    assert_eq!(&page.data()["data"][0], made.data());
    let path = format!(
        "/v3/sms/receipts/{}",
        made.data()["message_id"].as_str().unwrap()
    );
    assert_eq!(world.get(&path).await.data(), made.data());
    assert_eq!(
        world.get("/v3/sms/history").await.data()["total"],
        0,
        "no message was sent"
    );
}
