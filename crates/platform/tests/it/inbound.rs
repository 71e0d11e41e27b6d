//! `/v3/sms/inbound`: listed until read, found by what they reply to.

use postern_domain::message_id::MessageId;
use postern_store::Lane;
use postern_store::inbound::{self, Inbound, Original};
use serde_json::json;

use crate::world::World;

const NOW: i64 = postern_testkit::FixedClock::START.0 / 1_000_000;
const NOT_FOUND: (u16, &str, &str) = (404, "NOT_FOUND", "Inbound record not found.");

/// Somebody replies to John's message.
async fn reply(world: &World, n: u64, to: &str, body: &str) -> String {
    let (john, now) = (world.john, world.clock.now());
    let message = world.message(to).await.unwrap();
    let inbound = Inbound {
        message_id: MessageId::new(now, n.to_be_bytes()),
        at: now,
        sender: message.recipient.clone(),
        recipient: message.sender.clone(),
        body: body.to_owned(),
        original: Some(Original {
            message_id: message.message_id,
            body: message.body.clone(),
            custom_string: message.custom_string.clone(),
        }),
    };
    let id = inbound.message_id.to_string();
    world
        .store
        .write(Lane::of(john.0), move |tx| {
            inbound::record(tx, john, &inbound)
        })
        .await
        .unwrap();
    id
}

#[tokio::test]
async fn a_reply_is_listed_with_what_it_replies_to_until_it_is_read() {
    let world = World::new().await;
    let sent = world
        .send(json!([{"to": "+15551234567", "body": "Come?", "custom_string": "c"}]))
        .await;
    let original = sent[0]["message_id"].as_str().unwrap();
    let id = reply(&world, 1, original, "STOP now").await;
    let row = json!({"timestamp": NOW, "timestamp_send": NOW, "from": "+15551234567", "body": "STOP now", "original_body": "Come?",
        "original_message_id": original, "to": "+15005550100", "custom_string": "c", "message_id": id, "_keyword": "stop"});
    let page = world.get("/v3/sms/inbound").await;
    assert_eq!(page.data()["data"], json!([row]));
    let found = world.get(&format!("/v3/sms/inbound/{original}")).await;
    assert_eq!(found.data(), &row);
    let path = format!("/v3/sms/inbound-read/{id}");
    assert_eq!(world.put(&path, "{}").await.data(), &json!(1));
    assert_eq!(world.put(&path, "").await.data(), &json!(0));
    assert_eq!(world.get("/v3/sms/inbound").await.data()["total"], 0);
    assert_eq!(
        world
            .get(&format!("/v3/sms/inbound/{original}"))
            .await
            .data(),
        &row,
        "read or not"
    );
    for path in [
        format!("/v3/sms/inbound/{id}"),
        "/v3/sms/inbound/nonsense".to_owned(),
    ] {
        assert_eq!(world.get(&path).await.error(), NOT_FOUND);
    }
    let unknown = format!("/v3/sms/inbound-read/{original}");
    assert_eq!(world.put(&unknown, "").await.error(), NOT_FOUND);
}

#[tokio::test]
async fn a_date_reads_what_came_before_it() {
    let world = World::new().await;
    let sent = world
        .send(json!([{"to": "+15551234567", "body": "Come?"}]))
        .await;
    let original = sent[0]["message_id"].as_str().unwrap();
    for n in 0..20 {
        reply(&world, n, original, &format!("reply {n}")).await;
        world.clock.advance_seconds(1);
    }
    let read = world
        .put(
            "/v3/sms/inbound-read",
            &json!({"date_before": NOW + 5}).to_string(),
        )
        .await;
    assert!(read.data().is_null());
    assert_eq!(
        read.body["response_msg"],
        "Inbound messages have been marked as read."
    );
    let page = world.get("/v3/sms/inbound?page=2&limit=10").await;
    assert_eq!(
        (
            &page.data()["total"],
            &page.data()["from"],
            &page.data()["data"][0]["body"]
        ),
        (&json!(15), &json!(11), &json!("reply 15"))
    );
    world.put("/v3/sms/inbound-read", "").await.data();
    assert_eq!(world.get("/v3/sms/inbound").await.data()["total"], 0);
}

#[tokio::test]
async fn a_test_message_comes_in_by_polling() {
    let world = World::new().await;
    let made = world
        .post(
            "/v3/sms/inbound",
            json!({"url": "poll", "webhook_type": "json"}),
        )
        .await;
    assert_eq!(
        made.body["response_msg"],
        "Test inbound message has been added."
    );
    let page = world.get("/v3/sms/inbound").await;
    assert_eq!(&page.data()["data"][0], made.data());
    let path = format!(
        "/v3/sms/inbound/{}",
        made.data()["original_message_id"].as_str().unwrap()
    );
    assert_eq!(world.get(&path).await.data(), made.data());
}
