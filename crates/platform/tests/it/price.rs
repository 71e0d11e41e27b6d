//! `POST /v3/sms/price`: what a send would charge, with text where a send has numbers, and nothing stored.

use serde_json::json;

use crate::world::World;

#[tokio::test]
async fn a_quote_is_what_a_send_then_charges() {
    let world = World::new().await;
    let messages = json!({"messages": [
        {"to": "+15551234567", "body": "a".repeat(161)},
        {"to": "+61411222333", "body": "ж".repeat(71), "schedule": 1_900_000_000},
        {"to": "+000", "body": "x"},
        {"to": "+80012345678", "body": "x"},
    ]});
    let quote = world.post("/v3/sms/price", messages.clone()).await;
    let quote = quote.data();
    assert_eq!(world.balance().await, 10_000_000);
    assert_eq!(world.get("/v3/sms/history").await.data()["total"], 0);
    let sent = world.post("/v3/sms/send", messages).await;
    let sent = sent.data();
    for key in [
        "total_price",
        "total_count",
        "queued_count",
        "blocked_count",
    ] {
        assert_eq!(quote[key], sent[key], "{key}");
    }
    for n in 0..2 {
        for key in [
            "message_parts",
            "message_price",
            "to",
            "from",
            "country",
            "status",
        ] {
            assert_eq!(quote["messages"][n][key], sent["messages"][n][key], "{key}");
        }
    }
    let total = quote["total_price"].as_f64().unwrap();
    assert_eq!(
        10_000_000 - world.balance().await,
        (total * 1e6).round() as i64
    );
}

#[tokio::test]
async fn dates_are_text_and_refused_rows_cost_nothing() {
    let world = World::new().await;
    let quote = world
        .post(
            "/v3/sms/price",
            json!({"messages": [{"to": "+15551234567", "body": "x"}, {"to": "+000", "body": "x"}]}),
        )
        .await;
    let rows = &quote.data()["messages"];
    assert!(rows[0]["date"].is_string());
    assert_eq!(
        (&rows[0]["schedule"], &rows[0]["message_price"]),
        (&json!(""), &json!("0.0300"))
    );
    assert_eq!(
        (
            &rows[1]["status"],
            &rows[1]["message_price"],
            &rows[1]["message_parts"]
        ),
        (&json!("INVALID_RECIPIENT"), &json!("0.0000"), &json!(0))
    );
}

#[tokio::test]
async fn prices_are_not_throttled() {
    let world = World::new().await;
    for _ in 0..3 {
        let quote = world
            .post(
                "/v3/sms/price",
                json!({"messages": [{"to": "+15551234567", "body": "x"}]}),
            )
            .await;
        assert_eq!(quote.data()["messages"][0]["status"], "SUCCESS");
    }
}
