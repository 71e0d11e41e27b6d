//! A preview says what the live call says, over random batches and rules, through the gateway to a remote account.

use postern_domain::key::Role;
use postern_testkit::{ScriptedUpstream, answer};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::house::House;

const JSON: &str = "content-type: application/json\r\n";

/// Prices each message by its last digit, as the send does; knows nothing of calls.
fn provider(body: &[u8]) -> Vec<u8> {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let messages = body["messages"].as_array().cloned().unwrap_or_default();
    let tenths = |message: &Value| {
        let to = message["to"].as_str().unwrap_or_default();
        to.chars().last().and_then(|c| c.to_digit(10)).unwrap_or(0)
    };
    let row = |message: &Value| json!({"message_price": format!("0.{}", tenths(message)), "message_parts": 1});
    let total: u32 = messages.iter().map(tenths).sum();
    let data = json!({"total_price": format!("{}.{}", total / 10, total % 10), "queued_count": messages.len(),
        "messages": messages.iter().map(row).collect::<Vec<_>>(), "_currency": {"currency_name_short": "USD"}});
    answer("200 OK", JSON, json!({"data": data}).to_string().as_bytes())
}

fn limits() -> impl Strategy<Value = Value> {
    let cap = |most: i64| proptest::option::of(0..most);
    (
        cap(6),
        cap(12),
        cap(20),
        cap(6),
        cap(4),
        cap(30),
        proptest::option::of(0..3_usize),
        any::<bool>(),
    )
        .prop_map(
            |(call, hour, segments, recipients, repeats, tenths, allow, approve)| {
                let mut limits = json!({"messages_per_month": 1000});
                let caps = [
                    ("messages_per_call", call),
                    ("messages_per_hour", hour),
                    ("segments_per_day", segments),
                    ("recipients_per_day", recipients),
                    ("repeats_per_hour", repeats),
                ];
                for (name, cap) in caps {
                    if let Some(cap) = cap {
                        limits[name] = cap.into();
                    }
                }
                if let Some(tenths) = tenths {
                    limits["spend_per_day"] = format!("{}.{}", tenths / 10, tenths % 10).into();
                    limits["currency"] = "USD".into();
                }
                if let Some(allow) = allow {
                    limits["recipients_allow"] =
                        json!(["+614*", "AU", "+614110000*"].get(allow..=allow));
                }
                if approve {
                    limits["quiet_hours"] = "21:00-08:00".into();
                }
                limits
            },
        )
}

/// Recipients of one call; some are no numbers, some name a field that nobody knows.
fn batch() -> impl Strategy<Value = Value> {
    proptest::collection::vec((0_u32..24, 1_usize..400), 0..6).prop_map(|messages| {
        let message = |(to, length): &(u32, usize)| match to {
            22 => json!({"to": "nobody", "body": "b"}),
            23 => json!({"to": "+61411000000", "body": "b", "bcc": "+61411000001"}),
            to if to % 5 == 4 => {
                json!({"to": format!("+4477000000{to:02}"), "body": "b".repeat(*length)})
            }
            to => json!({"to": format!("+61411000{to:03}"), "body": "b".repeat(*length)}),
        };
        json!({"messages": messages.iter().map(message).collect::<Vec<_>>()})
    })
}

/// What speaks against a call: the words and numbers of every rule that does not pass.
fn against(status: Option<u16>, body: &[u8]) -> Vec<Value> {
    let told: Value = serde_json::from_slice(body).unwrap_or_default();
    let rules = told["rules"].as_array().or(told["verdicts"].as_array());
    let failed = rules
        .into_iter()
        .flatten()
        .filter(|rule| rule["passed"] == false);
    let mut against: Vec<Value> = failed.cloned().collect();
    if status != Some(200) && against.is_empty() {
        against.push(told["error"].clone());
    }
    against
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn equals_live(limits in limits(), batches in proptest::collection::vec((batch(), 0_i64..9000), 1..7)) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        runtime.block_on(async {
            let house = House::open().await;
            let peer = ScriptedUpstream::answering(|message| Some(provider(&message.body))).await;
            house.connection("clicksend", &peer.url()).await;
            let key = house.limited_key(Role::Agent, &limits.to_string()).await;
            for (batch, seconds) in batches {
                house.clock.advance_seconds(seconds);
                let body = batch.to_string();
                let dry = format!("{JSON}postern-dry-run: true\r\n");
                let tried = house.call("POST", "/clicksend/v3/sms/send", &key, &dry, &body).await;
                let asked = json!({"path": "/clicksend/v3/sms/send", "body": batch}).to_string();
                let previewed = house.call("POST", "/sends/preview", &key, JSON, &asked).await;
                let live = house.call("POST", "/clicksend/v3/sms/send", &key, JSON, &body).await;
                let said = against(live.status(), &live.body);
                prop_assert_eq!(&against(tried.status(), &tried.body), &said, "{}", body);
                prop_assert_eq!(&against(previewed.status(), &previewed.body), &said, "{}", body);
                prop_assert_eq!(live.status() == Some(200), said.is_empty());
            }
            Ok(())
        })?;
    }
}
