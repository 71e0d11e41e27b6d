//! `/v3/mms`: what SDK 6 reads, type by type, and that a picture is paid for, kept, cancelled and reported like a text.

use postern_domain::message::Event;
use postern_testkit::FixedClock;
use serde_json::{Value, json};

use crate::media::Files;
use crate::world::World;

const NOW: i64 = FixedClock::START.0 / 1_000_000;
/// Pictures are numbered from here.
const FIRST: i64 = 2_000_000_000_000_001;

/// Where pictures come from is not what these tests are about.
async fn open_world() -> World {
    World::with(postern_platform::PlatformConfig {
        any_sender: true,
        ..postern_platform::PlatformConfig::default()
    })
    .await
}

fn cat() -> Value {
    json!({"to": "+15551234567", "subject": "Look", "body": "A cat", "from": "+15550001111", "source": "test"})
}

async fn send(world: &World, messages: Value) -> Vec<Value> {
    let pictures = Files::serve().await;
    let answer = world
        .post(
            "/v3/mms/send",
            json!({"media_file": pictures.url("cat.gif"), "messages": messages}),
        )
        .await;
    answer.data()["messages"].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_picture_is_accepted_with_the_sdks_types() {
    let world = open_world().await;
    let pictures = Files::serve().await;
    let answer = world
        .post(
            "/v3/mms/send",
            json!({"media_file": pictures.url("cat.gif"), "messages": [cat()]}),
        )
        .await;
    let mut data = answer.data().clone();
    assert_eq!(
        data["messages"][0]["message_id"]
            .take()
            .as_str()
            .unwrap()
            .len(),
        36
    );
    data["_currency"].take();
    let copy = data["messages"][0]["_media_file_url"].take();
    assert!(
        copy.as_str()
            .unwrap()
            .starts_with("http://127.0.0.1:8081/v3/uploads/"),
        "{copy}"
    );
    assert_eq!(
        data,
        json!({"total_price": 0.18, "total_count": 1, "queued_count": 1, "blocked_count": 0, "_currency": null, "messages": [{
            "to": "+15551234567", "subject": "Look", "from": "+15550001111", "body": "A cat", "country": "US", "custom_string": "",
            "schedule": "", "message_parts": 1, "message_price": "0.1800", "_media_file_url": null, "message_id": null,
            "status": "SUCCESS"}]})
    );
    assert_eq!(world.balance().await, 10_000_000 - 180_000);
}

#[tokio::test]
async fn the_picture_may_stand_in_each_message_as_on_the_skill_page() {
    let world = open_world().await;
    let mut message = cat();
    let pictures = Files::serve().await;
    message["media_file"] = json!(pictures.url("cat.gif"));
    let answer = world
        .post("/v3/mms/send", json!({"messages": [message]}))
        .await;
    assert_eq!(answer.data()["messages"][0]["status"], "SUCCESS");
    let without = world
        .post("/v3/mms/send", json!({"messages": [cat()]}))
        .await;
    assert_eq!(
        without.data()["messages"][0]["status"],
        "INVALID_MEDIA_FILE"
    );
    let mut bare = cat();
    bare["subject"] = json!("");
    assert_eq!(
        send(&world, json!([bare])).await[0]["status"],
        "SUBJECT_REQUIRED"
    );
    assert_eq!(world.balance().await, 10_000_000 - 180_000);
}

#[tokio::test]
async fn a_quote_is_what_a_picture_costs() {
    let world = open_world().await;
    let pictures = Files::serve().await;
    let quoted = world
        .post(
            "/v3/mms/price",
            json!({"media_file": pictures.url("cat.gif"), "messages": [cat()]}),
        )
        .await;
    assert_eq!(quoted.data()["total_price"], 0.18);
    assert!(quoted.data()["messages"][0].get("message_id").is_none());
    assert_eq!(world.balance().await, 10_000_000);
}

#[tokio::test]
async fn history_has_text_where_texts_have_numbers() {
    let world = open_world().await;
    let sent = send(&world, json!([cat()])).await;
    let page = world.get("/v3/mms/history").await;
    assert_eq!(page.data()["total"], 1);
    assert_eq!(
        page.data()["data"][0],
        json!({"direction": "out", "date": NOW.to_string(), "to": "+15551234567", "body": "A cat", "subject": "Look", "priority": 2,
            "_media_file_url": sent[0]["_media_file_url"], "status": "Queued", "from": "+15550001111", "schedule": NOW.to_string(), "date_added": NOW,
            "status_code": null, "status_text": null, "error_code": null, "error_text": "", "message_id": sent[0]["message_id"],
            "message_parts": "1.00", "message_price": "0.180000", "from_email": null, "list_id": null, "custom_string": "",
            "contact_id": 0, "user_id": world.john.0, "subaccount_id": world.john.0, "country": "US", "carrier": "", "first_name": "",
            "last_name": "", "_api_username": "john"})
    );
    assert_eq!(world.get("/v3/sms/history").await.data()["total"], 0);
}

#[tokio::test]
async fn receipts_are_listed_read_and_looked_up() {
    let world = open_world().await;
    let sent = send(&world, json!([cat()])).await;
    let id = sent[0]["message_id"].as_str().unwrap();
    world.report(FIRST, Event::Delivered, None).await;
    let page = world.get("/v3/mms/receipts").await;
    assert_eq!(
        page.data()["data"],
        json!([{"timestamp_send": NOW.to_string(), "timestamp": NOW.to_string(), "message_id": id, "status_code": "201",
            "status_text": "Success: Message received on handset.", "error_code": "", "error_text": "", "custom_string": "",
            "subaccount_id": world.john.0, "message_type": "mms"}])
    );
    let one = world.get(&format!("/v3/mms/receipts/{id}")).await;
    assert_eq!(
        (&one.data()["status"], &one.data()["subject"]),
        (&json!("Sent"), &json!("Look"))
    );
    assert!(
        world
            .put("/v3/mms/receipts-read", "{}")
            .await
            .data()
            .is_null()
    );
    assert_eq!(world.get("/v3/mms/receipts").await.data()["total"], 0);
    let text = world
        .send(json!([{"to": "+15551234567", "body": "a text"}]))
        .await;
    let path = format!(
        "/v3/mms/receipts/{}",
        text[0]["message_id"].as_str().unwrap()
    );
    assert_eq!(world.get(&path).await.error().0, 404);
}

#[tokio::test]
async fn scheduled_pictures_are_cancelled_one_by_one_and_all() {
    let world = open_world().await;
    let later = |n: i64| {
        let mut message = cat();
        message["to"] = json!(format!("+1555123{n:04}"));
        message["schedule"] = json!(NOW + 3600);
        message
    };
    let rows = send(&world, json!([later(1), later(2), later(3)])).await;
    assert_eq!(rows[0]["schedule"], (NOW + 3600).to_string());
    let path = format!("/v3/mms/{}/cancel", rows[0]["message_id"].as_str().unwrap());
    let cancelled = world.put(&path, "").await;
    assert!(cancelled.data().is_null());
    assert_eq!(world.put(&path, "").await.error().0, 404);
    let all = world.put("/v3/mms/cancel-all", "").await;
    assert_eq!(all.data(), &json!({"count": 2}));
    assert_eq!(all.body["response_msg"], "2 MMS have been cancelled.");
    assert_eq!(world.balance().await, 10_000_000);
}
