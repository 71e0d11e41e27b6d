//! `GET /usage`: the numbers of accounts, summed in every way, and days that are none.

use postern_domain::account::AccountId;
use postern_domain::channel::Content;
use postern_domain::message_id::MessageId;
use postern_domain::money::Micros;
use postern_store::messages::{self, NewMessage};
use postern_store::receipts::{self, Arrival};
use postern_store::{Lane, Through};
use serde_json::json;

use crate::bed::Bed;

fn message(n: u8, country: &str) -> NewMessage {
    NewMessage {
        message_id: MessageId([n; 16]),
        schedule: None,
        due: None,
        recipient: format!("+1555123450{n}"),
        country: country.to_owned(),
        sender: "+15005550100".to_owned(),
        shared_sender: true,
        body: "hello".to_owned(),
        custom_string: String::new(),
        from_email: None,
        source: "test".to_owned(),
        segments: 2,
        price: Micros(30_000),
        test_number: false,
        origin: None,
        content: Content::Sms,
    }
}

#[tokio::test]
async fn sums_are_of_days_channels_countries_and_keys() {
    let bed = Bed::open().await;
    let list = bed.get(&bed.full, "/accounts").await.expect(200);
    let live = list["accounts"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["sandbox"] == false);
    let account = AccountId(live.unwrap()["account_id"].as_i64().unwrap());
    bed.builtin(account, false).await;
    let now = bed.clock.now();
    let by_key = Through {
        key_id: Some("somebody".to_owned()),
        connection_id: None,
    };
    bed.store
        .write(Lane::of(account.0), move |tx| {
            postern_store::accounts::credit(tx, account, Micros(1_000_000), now)?;
            let own = Through::default();
            let batches = [
                (vec![message(1, "US"), message(2, "US")], by_key.clone()),
                (vec![message(3, "AU")], own),
            ];
            for (batch, through) in batches {
                messages::accept(tx, account, &batch, false, &through, now)?.expect("money");
            }
            let failed = Arrival::new(1, postern_domain::message::Event::Refused, None, now);
            receipts::record(tx, account, &[failed], now)
        })
        .await
        .unwrap();
    let usage = bed.get(&bed.full, "/usage").await.expect(200);
    let total =
        json!({"messages": 3, "segments": 6, "failed": 1, "spend": "0.0900", "received": 0});
    assert_eq!(usage["total"], total, "{usage}");
    let day = usage["days"][0]["day"].as_str().unwrap();
    assert_eq!(
        usage["channels"],
        json!([{"channel": "sms", "messages": 3, "segments": 6, "failed": 1, "spend": "0.0900", "received": 0}])
    );
    assert_eq!(
        usage["countries"],
        json!([{"country": "US", "messages": 2, "failed": 1, "spend": "0.0600"}, {"country": "AU", "messages": 1, "failed": 0, "spend": "0.0300"}])
    );
    assert_eq!(
        usage["keys"],
        json!([{"key_id": "somebody", "messages": 2, "failed": 1, "spend": "0.0600"}, {"messages": 1, "failed": 0, "spend": "0.0300"}])
    );
    // `until` is the day after the last one.
    for (query, messages) in [
        (format!("since={day}"), 3),
        (format!("until={day}"), 0),
        ("since=1999-12-31&until=2000-01-02".to_owned(), 0),
    ] {
        let usage = bed
            .get(&bed.full, &format!("/usage?{query}"))
            .await
            .expect(200);
        assert_eq!(usage["total"]["messages"], messages, "{query}: {usage}");
    }
    for (query, field) in [
        ("since=2026-13-01", "since"),
        ("until=tomorrow", "until"),
        ("since=2026-02-02&until=2026-02-02", "since"),
        ("since=1999-01-01&until=2026-01-01", "since"),
        ("since=9999-12-31", "since"),
        ("days=7", "days"),
    ] {
        let said = bed.get(&bed.full, &format!("/usage?{query}")).await;
        let problem = said.expect(422);
        assert_eq!(problem["field"], field, "{query}: {problem}");
    }
}
