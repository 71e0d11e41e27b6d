//! Statistics and the month's usage, through the router.

use postern_domain::message::Event;
use serde_json::{Value, json};

use crate::world::World;

const DAY: i64 = 86_400;

fn amount(count: i64, price: f64) -> Value {
    json!({"count": count, "price": if price == 0.0 { json!(0) } else { json!(price) }})
}

fn text(to: &str, body: &str) -> Value {
    json!({"to": to, "body": body})
}

#[tokio::test]
async fn statistics_are_of_days_and_their_sum() {
    let world = World::new().await;
    assert_eq!(
        world.get("/v3/statistics/sms").await.data()["stats"],
        json!([])
    );
    let sent = world
        .send(json!([
            text("+15551234567", "one"),
            text("+15551234568", "two")
        ]))
        .await;
    let price: f64 = sent[0]["message_price"].as_str().unwrap().parse().unwrap();
    let later = json!([{"to": "+15551234569", "body": "three", "schedule": world.clock.now().secs() + 3600}]);
    let scheduled = world.send(later).await;
    world.report(2, Event::Undelivered, None).await;
    let id = scheduled[0]["message_id"].as_str().unwrap();
    world.put(&format!("/v3/sms/{id}/cancel"), "").await.data();
    world
        .post("/v3/sms/inbound", json!({"url": "poll"}))
        .await
        .data();
    let first = world.clock.now().secs() / DAY * DAY;
    world.clock.advance_seconds(DAY);
    world.send(json!([text("+15551234567", "four")])).await;

    let answer = world.get("/v3/statistics/sms").await;
    let data = answer.data();
    assert_eq!(answer.body["response_msg"], "Here are your data.");
    assert_eq!(data["_currency"]["currency_name_short"], "USD");
    let day = |date: i64, messages: i64, inbound: i64, bounced: i64| json!({"date": date, "outbound": amount(messages, price * messages as f64), "inbound": amount(inbound, 0.0), "bounced": amount(bounced, price * bounced as f64)});
    assert_eq!(
        data["stats"],
        json!([day(first, 2, 1, 1), day(first + DAY, 1, 0, 0)])
    );
    assert_eq!(data["total"]["outbound"]["count"], 3);
    assert_eq!(data["total"]["inbound"], amount(1, 0.0));
    assert_eq!(data["total"]["bounced"], amount(1, price));
    assert_eq!(
        world.get("/v3/statistics/voice").await.data()["total"],
        json!({"outbound": amount(0, 0.0), "bounced": amount(0, 0.0)})
    );
}

#[tokio::test]
async fn usage_is_of_a_month() {
    let world = World::new().await;
    world
        .send(json!([text("+15551234567", &"x".repeat(161))]))
        .await;
    let call = json!({"messages": [{"to": "+15551234567", "body": "hello", "voice": "female", "lang": "en-us"}]});
    world.post("/v3/voice/send", call).await.data();
    let (year, month) = (2026, 11);
    let at = world.clock.now().secs();
    assert!(
        (1_793_491_200..1_796_083_200).contains(&at),
        "the clock of tests stands in November 2026: {at}"
    );
    let answer = world
        .get(&format!("/v3/account/usage/{year}/{month}/subaccount"))
        .await;
    let data = answer.data();
    assert_eq!(
        answer.body["response_msg"],
        "Here is your usage for this month."
    );
    let row = &data["sms"][0];
    assert_eq!(
        (&row["subaccount_id"], &row["username"], &row["total_count"]),
        (&json!(world.john.0), &json!("john"), &json!("2.00"))
    );
    assert_eq!(data["sms_total"]["count"], 2);
    assert_eq!(data["sms_total"]["price"], row["total_price"]);
    assert_eq!(data["voice_total"]["count"], 1);
    assert_eq!(data["mms"], json!([]));
    for (year, month) in [
        ("2026", "10"),
        ("2026", "12"),
        ("1970", "01"),
        ("9998", "12"),
    ] {
        let answer = world
            .get(&format!("/v3/account/usage/{year}/{month}/subaccount"))
            .await;
        assert_eq!(answer.data()["sms_total"], amount(0, 0.0), "{year}/{month}");
    }
    for (year, month, part) in [
        ("2026", "13", "month"),
        ("2026", "x", "month"),
        ("1969", "1", "year"),
        ("now", "1", "year"),
        ("2026", "0", "month"),
    ] {
        let answer = world
            .get(&format!("/v3/account/usage/{year}/{month}/subaccount"))
            .await;
        let (status, _, sentence) = answer.error();
        assert!(
            status == 400 && sentence.contains(part),
            "{year}/{month}: {sentence}"
        );
    }
}
