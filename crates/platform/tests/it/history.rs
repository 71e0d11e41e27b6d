//! `GET /v3/sms/history`: rows, pages, searches, dates.

use postern_domain::message::Event;
use postern_domain::receipt::Cause;
use postern_testkit::FixedClock;
use serde_json::{Value, json};

use crate::world::World;

const NOW: i64 = FixedClock::START.0 / 1_000_000;

async fn with_messages(count: usize) -> World {
    let world = World::new().await;
    for n in 0..count {
        world.send(json!([{"to": format!("+1555123{n:04}"), "body": format!("text {n}"), "custom_string": format!("c{n}")}])).await;
        world.clock.advance_seconds(1);
    }
    world
}

fn bodies(answer: &Value) -> Vec<&str> {
    answer["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|m| m["body"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn a_row_has_every_key_in_the_sdks_types() {
    let world = with_messages(1).await;
    let answer = world.get("/v3/sms/history").await;
    let mut row = answer.data()["data"][0].clone();
    assert_eq!(row["message_id"].take().as_str().unwrap().len(), 36);
    assert_eq!(
        row,
        json!({
            "direction": "out", "date": NOW, "to": "+15551230000", "body": "text 0", "status": "Queued", "from": "+15005550100",
            "schedule": NOW.to_string(), "status_code": null, "status_text": null, "error_code": null, "error_text": null, "message_id": null,
            "message_parts": 1, "message_price": "0.0300", "from_email": null, "list_id": null, "custom_string": "c0", "contact_id": null,
            "user_id": world.john.0, "subaccount_id": world.john.0, "country": "US", "carrier": "", "first_name": null, "last_name": null,
            "_api_username": "john"
        })
    );
}

#[tokio::test]
async fn a_row_follows_its_message() {
    let world = with_messages(2).await;
    world.report(1, Event::Delivered, None).await;
    world
        .report(2, Event::Undelivered, Some(Cause::AbsentSubscriber))
        .await;
    let answer = world.get("/v3/sms/history").await;
    let rows = &answer.data()["data"];
    assert_eq!(
        (&rows[0]["status"], &rows[0]["status_code"]),
        (&json!("Sent"), &json!("201"))
    );
    assert_eq!(rows[0]["status_text"], "Message delivered to the handset");
    assert_eq!(
        (
            &rows[1]["status"],
            &rows[1]["status_code"],
            &rows[1]["error_code"]
        ),
        (&json!("Failed"), &json!("301"), &json!("12"))
    );
}

#[tokio::test]
async fn pages_have_fifteen_rows_oldest_first() {
    let world = with_messages(17).await;
    let first = world.get("/v3/sms/history").await;
    let data = first.data();
    assert_eq!(bodies(data).len(), 15);
    assert_eq!(bodies(data)[0], "text 0");
    let numbers = |d: &Value| {
        [
            "total",
            "per_page",
            "current_page",
            "last_page",
            "from",
            "to",
        ]
        .map(|k| d[k].as_i64())
    };
    assert_eq!(
        numbers(data),
        [Some(17), Some(15), Some(1), Some(2), Some(1), Some(15)]
    );
    assert_eq!(
        (&data["prev_page_url"], &data["next_page_url"]),
        (&json!(null), &json!("/v3/sms/history?page=2"))
    );
    let second = world.get("/v3/sms/history?page=2").await;
    assert_eq!(bodies(second.data()), ["text 15", "text 16"]);
    assert_eq!(
        (
            &second.data()["prev_page_url"],
            &second.data()["next_page_url"]
        ),
        (&json!("/v3/sms/history?page=1"), &json!(null))
    );
    let past = world.get("/v3/sms/history?page=3").await;
    assert_eq!(
        numbers(past.data()),
        [Some(17), Some(15), Some(3), Some(2), None, None]
    );
    let newest = world
        .get("/v3/sms/history?limit=2&order_by=date:desc")
        .await;
    assert_eq!(bodies(newest.data()), ["text 16", "text 15"]);
}

#[tokio::test]
async fn an_empty_history_is_the_page_seen_live() {
    let world = World::new().await;
    let answer = world.get("/v3/sms/history").await;
    assert_eq!(
        answer.data(),
        &json!({"total": 0, "per_page": 15, "current_page": 1, "last_page": 0, "next_page_url": null, "prev_page_url": null, "from": null,
            "to": null, "data": []})
    );
}

#[tokio::test]
async fn searches_find_by_field() {
    let world = with_messages(4).await;
    world.report(2, Event::Delivered, None).await;
    for (query, expected) in [
        ("q=to:%2B15551230001", vec!["text 1"]),
        ("q=to:15551230001", vec!["text 1"]),
        // What a careless client sends: the plus arrives as a space.
        ("q=to:+15551230001", vec!["text 1"]),
        ("q=custom_string:c3", vec!["text 3"]),
        ("q=status:Sent", vec!["text 1"]),
        ("q=status:queued,custom_string:c0", vec!["text 0"]),
        ("q=status:sent,custom_string:c0", vec![]),
        (
            "q=status:sent,custom_string:c0&operator=OR",
            vec!["text 0", "text 1"],
        ),
        ("q=status:WaitApproval", vec![]),
        ("q=message_id:nonsense", vec![]),
        ("q=subaccount_id:1", vec![]),
        ("q=from:%2B15005550100&limit=1", vec!["text 0"]),
        ("order_by=body:desc&limit=1", vec!["text 3"]),
        ("order_by=to", vec!["text 0", "text 1", "text 2", "text 3"]),
        ("q=", vec!["text 0", "text 1", "text 2", "text 3"]),
        (
            "status=ignored",
            vec!["text 0", "text 1", "text 2", "text 3"],
        ),
    ] {
        let answer = world.get(&format!("/v3/sms/history?{query}")).await;
        assert_eq!(bodies(answer.data()), expected, "{query}");
    }
    let all = world.get("/v3/sms/history").await;
    let id = all.data()["data"][2]["message_id"].as_str().unwrap();
    let answer = world
        .get(&format!(
            "/v3/sms/history?q=message_id:{}",
            id.to_lowercase()
        ))
        .await;
    assert_eq!(bodies(answer.data()), ["text 2"]);
}

#[tokio::test]
async fn a_date_window_includes_both_seconds() {
    let world = with_messages(5).await;
    let window = |from: i64, to: i64| {
        format!(
            "/v3/sms/history?date_from={}&date_to={}",
            NOW + from,
            NOW + to
        )
    };
    assert_eq!(
        bodies(world.get(&window(1, 3)).await.data()),
        ["text 1", "text 2", "text 3"]
    );
    assert_eq!(bodies(world.get(&window(4, 99)).await.data()), ["text 4"]);
    assert_eq!(world.get(&window(3, 1)).await.data()["total"], 0);
}

#[tokio::test]
async fn queries_that_mean_nothing_are_refused_by_name() {
    let world = World::new().await;
    for (query, sentence) in [
        ("page=0", "page must be a whole number from 1."),
        ("page=x", "page must be a whole number from 1."),
        ("limit=-3", "limit must be a whole number from 1."),
        (
            "date_from=yesterday",
            "date_from must be a unix time in seconds.",
        ),
        ("q=to", "q: `to` is not `field:value`."),
        (
            "q=colour:red",
            "q: `colour` cannot be searched; use status, to, from, message_id, custom_string, subaccount_id.",
        ),
        ("q=to:1,to:2", "q: `to` is given twice."),
        ("operator=XOR", "operator is AND or OR."),
        (
            "order_by=colour",
            "order_by: `colour` cannot be sorted by; use date, username, from, to, status, body.",
        ),
        (
            "order_by=date:up",
            "order_by: `up` is neither asc nor desc.",
        ),
    ] {
        let answer = world.get(&format!("/v3/sms/history?{query}")).await;
        assert_eq!(answer.error(), (400, "BAD_REQUEST", sentence), "{query}");
    }
    assert_eq!(
        world.get("/v3/sms/history?page=1&page=2").await.error().0,
        400
    );
    assert_eq!(
        world.get("/v3/sms/history?limit=1000").await.data()["per_page"],
        100
    );
}
