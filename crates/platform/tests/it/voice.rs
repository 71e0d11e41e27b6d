//! `/v3/voice`: what SDK 6 reads, type by type, and that a call is paid for, kept, cancelled and reported like a text.

use postern_domain::message::Event;
use postern_domain::receipt::Cause;
use postern_domain::voice::Heard;
use postern_testkit::FixedClock;
use serde_json::{Value, json};

use crate::world::World;

const NOW: i64 = FixedClock::START.0 / 1_000_000;
/// Calls are numbered from here.
const FIRST: i64 = 1_000_000_000_000_001;
const CALL_NOT_FOUND: (u16, &str, &str) = (404, "NOT_FOUND", "Message record not found.");
const RECEIPT_NOT_FOUND: (u16, &str, &str) = (404, "NOT_FOUND", "Receipt record not found.");

async fn call(world: &World, message: Value) -> Value {
    let answer = world
        .post("/v3/voice/send", json!({ "messages": [message] }))
        .await;
    answer.data()["messages"][0].clone()
}

fn hello() -> Value {
    json!({"to": "+15551234567", "body": "Hello", "voice": "male", "lang": "en-au", "require_input": 1, "machine_detection": "1",
        "custom_string": "c"})
}

#[tokio::test]
async fn a_call_is_accepted_with_the_sdks_types() {
    let world = World::new().await;
    let answer = world
        .post("/v3/voice/send", json!({"messages": [hello()]}))
        .await;
    assert_eq!(answer.body["response_msg"], "Messages queued for delivery.");
    let mut data = answer.data().clone();
    let id = data["messages"][0]["message_id"].take();
    assert_eq!(id.as_str().unwrap().len(), 36);
    data["_currency"].take();
    assert_eq!(
        data,
        json!({"total_price": 0.027, "total_count": 1, "queued_count": 1, "blocked_count": 0, "_currency": null, "messages": [{
            "date": NOW.to_string(), "date_added": NOW, "to": "+15551234567", "to_type": "mobile", "body": "Hello",
            "from": "+15005550100", "lang": "en-au", "voice": "male", "schedule": NOW, "message_id": null, "message_parts": 1,
            "message_price": "0.0270", "custom_string": "c", "user_id": world.john.0, "subaccount_id": world.john.0, "country": "US",
            "require_input": 1, "machine_detection": 1, "carrier": "", "status": "SUCCESS"}]})
    );
    assert_eq!(world.balance().await, 10_000_000 - 27_000);
    world.wake.notified().await;
}

#[tokio::test]
async fn a_quote_is_what_a_call_costs_and_keeps_nothing() {
    let world = World::new().await;
    let long = json!({"to": "+15551234567", "body": "a".repeat(2000)});
    let quoted = world
        .post("/v3/voice/price", json!({"messages": [hello(), long]}))
        .await;
    let data = quoted.data();
    assert_eq!(
        (&data["total_price"], &data["queued_count"]),
        (&json!(0.135), &json!(2))
    );
    assert_eq!(data["messages"][1]["message_parts"], 4);
    assert_eq!(data["messages"][1]["body"].as_str().unwrap().len(), 1200);
    assert!(data["messages"][0].get("message_id").is_none());
    assert_eq!(world.balance().await, 10_000_000);
    assert_eq!(world.get("/v3/voice/history").await.data()["total"], 0);
}

#[tokio::test]
async fn refusals_are_told_call_by_call_in_types_the_sdks_read() {
    let world = World::new().await;
    let with = |field: &str, value: Value| {
        let mut message = hello();
        message[field] = value;
        message
    };
    for (message, status) in [
        (with("lang", json!("tlh")), "INVALID_LANG"),
        (with("voice", json!("robot")), "INVALID_VOICE"),
        (with("to", json!("+000")), "INVALID_RECIPIENT"),
        (with("body", json!("")), "EMPTY_MESSAGE"),
        (with("from", json!("MyShop")), "INVALID_SENDER_ID"),
        (with("schedule", json!("soon")), "INVALID_SCHEDULE"),
    ] {
        let row = call(&world, message).await;
        assert_eq!(row["status"], status);
        assert_eq!(
            (&row["message_parts"], &row["message_price"]),
            (&json!(0), &json!("0.0000"))
        );
        for (key, value) in row.as_object().unwrap() {
            assert!(!value.is_null(), "{key}");
        }
    }
    assert_eq!(world.balance().await, 10_000_000);
    let twice = world
        .post("/v3/voice/send", json!({"messages": [hello(), hello()]}))
        .await;
    assert_eq!(twice.data()["messages"][1]["status"], "THROTTLED");
    // The same words as a text are another message.
    let text = world
        .send(json!([{"to": "+15551234567", "body": "Hello"}]))
        .await;
    assert_eq!(text[0]["status"], "SUCCESS");
}

#[tokio::test]
async fn history_follows_a_call_and_knows_only_calls() {
    let world = World::new().await;
    world
        .send(json!([{"to": "+15551234567", "body": "a text"}]))
        .await;
    let sent = call(&world, hello()).await;
    let page = world.get("/v3/voice/history").await;
    assert_eq!(page.body["response_msg"], "Here is your history.");
    let row = &page.data()["data"][0];
    assert_eq!(page.data()["total"], 1);
    assert_eq!(
        (&row["message_id"], &row["status"], &row["_api_username"]),
        (&sent["message_id"], &json!("Queued"), &json!("john"))
    );
    assert_eq!(
        (&row["date"], &row["date_added"], &row["message_parts"]),
        (&json!(NOW.to_string()), &json!(NOW), &json!(1))
    );
    let heard = Heard {
        digits: Some("7".to_owned()),
        machine: Some(false),
    };
    world
        .report_heard(FIRST, Event::Delivered, None, heard)
        .await;
    let page = world.get("/v3/voice/history?q=status:Sent").await;
    let row = &page.data()["data"][0];
    assert_eq!(
        (
            &row["status_code"],
            &row["digits"],
            &row["machine_detected"]
        ),
        (&json!("201"), &json!("7"), &json!(0))
    );
    assert_eq!(world.get("/v3/sms/history").await.data()["total"], 1);
}

#[tokio::test]
async fn receipts_are_text_throughout_and_leave_the_list_once_read() {
    let world = World::new().await;
    let sent = call(&world, hello()).await;
    let path = format!(
        "/v3/voice/receipts/{}",
        sent["message_id"].as_str().unwrap()
    );
    assert_eq!(world.get(&path).await.error(), RECEIPT_NOT_FOUND);
    let heard = Heard {
        digits: Some("7".to_owned()),
        machine: None,
    };
    world
        .report_heard(FIRST, Event::Delivered, None, heard)
        .await;
    let receipt = json!({"timestamp_send": NOW.to_string(), "timestamp": NOW.to_string(), "message_id": sent["message_id"],
        "status_code": "201", "status_text": "Success: Message received on handset.", "error_code": null, "error_text": null,
        "custom_string": "c", "subaccount_id": world.john.0, "message_type": "voice", "digits": "7"});
    let page = world.get("/v3/voice/receipts").await;
    assert_eq!(page.data()["data"], json!([receipt]));
    assert_eq!(world.get(&path).await.data(), &receipt);
    assert_eq!(
        world.get(&path.replace("/voice/", "/sms/")).await.error(),
        RECEIPT_NOT_FOUND
    );
    // The old generation writes the time into the query.
    world
        .put(&format!("/v3/voice/receipts-read?date_before={NOW}"), "{}")
        .await
        .data();
    assert_eq!(
        world.get("/v3/voice/receipts").await.data()["total"],
        1,
        "before means before"
    );
    let read = world.put("/v3/voice/receipts-read", "").await;
    assert!(read.data().is_null());
    assert_eq!(world.get("/v3/voice/receipts").await.data()["total"], 0);
    assert_eq!(world.get(&path).await.data(), &receipt);
}

#[tokio::test]
async fn a_failed_call_says_why() {
    let world = World::new().await;
    call(&world, hello()).await;
    world
        .report(FIRST, Event::Undelivered, Some(Cause::AbsentSubscriber))
        .await;
    let page = world.get("/v3/voice/receipts").await;
    let row = &page.data()["data"][0];
    assert_eq!(
        (&row["status_code"], &row["error_code"]),
        (&json!("301"), &json!("12"))
    );
    assert!(row.get("digits").is_none());
}

#[tokio::test]
async fn scheduled_calls_are_cancelled_one_by_one_and_all() {
    let world = World::new().await;
    let later =
        |n: i64| json!({"to": format!("+1555123{n:04}"), "body": "later", "schedule": NOW + 3600});
    let first = call(&world, later(1)).await;
    assert_eq!(first["schedule"], NOW + 3600);
    let id = first["message_id"].as_str().unwrap();
    assert_eq!(
        world.put(&format!("/v3/sms/{id}/cancel"), "").await.error(),
        CALL_NOT_FOUND,
        "a call is no text"
    );
    let path = format!("/v3/voice/{id}/cancel");
    let cancelled = world.put(&path, "").await;
    assert_eq!(cancelled.data(), &json!([]));
    assert_eq!(cancelled.body["response_msg"], "Voice have been cancelled.");
    assert_eq!(world.put(&path, "").await.error(), CALL_NOT_FOUND);
    call(&world, later(2)).await;
    call(&world, later(3)).await;
    world
        .send(json!([{"to": "+15551239999", "body": "a text", "schedule": NOW + 3600}]))
        .await;
    let all = world.put("/v3/voice/cancel-all", "{}").await;
    assert_eq!(all.data(), &json!({"count": 2}));
    assert_eq!(all.body["response_msg"], "2 messages have been cancelled.");
    assert_eq!(world.balance().await, 9_970_000, "the text still waits");
}

#[tokio::test]
async fn languages_are_a_list_and_genders_a_word_or_a_list() {
    let world = World::new().await;
    let answer = world.get("/v3/voice/lang").await;
    assert_eq!(
        answer.body["response_msg"],
        "Here are the possible languages."
    );
    let langs = answer.data().as_array().unwrap();
    assert_eq!(langs.len(), 23);
    assert_eq!(
        langs[0],
        json!({"code": "en-us", "country": "English, US", "gender": ["female", "male"]})
    );
    assert_eq!(
        langs[3],
        json!({"code": "en-in", "country": "English, India", "gender": "female"})
    );
    assert_eq!(langs[13]["gender"], "male");
}

#[tokio::test]
async fn a_test_receipt_is_listed_and_found() {
    let world = World::new().await;
    let made = world
        .post("/v3/voice/receipts", json!({"url": "poll"}))
        .await;
    assert_eq!(made.body["response_msg"], "Test receipt has been added.");
    assert_eq!(
        (&made.data()["digits"], &made.data()["status_code"]),
        (&json!("2"), &json!("201"))
    );
    let page = world.get("/v3/voice/receipts").await;
    assert_eq!(&page.data()["data"][0], made.data());
    let path = format!(
        "/v3/voice/receipts/{}",
        made.data()["message_id"].as_str().unwrap()
    );
    assert_eq!(world.get(&path).await.data(), made.data());
    for (body, told) in [
        (json!({}), "url is missing; send `poll` or an address."),
        (
            json!({"url": "example.com"}),
            "url must be `poll` or an http or https URL without user name and password.",
        ),
    ] {
        assert_eq!(
            world.post("/v3/voice/receipts", body).await.error(),
            (400, "BAD_REQUEST", told)
        );
    }
}
