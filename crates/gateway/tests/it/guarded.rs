//! Sends of limited keys to a remote account: understood, priced, reserved, and corrected by what came of them.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use postern_domain::key::Role;
use postern_testkit::{Message, ScriptedUpstream, answer};
use serde_json::{Value, json};

use crate::house::{House, problem};

/// 25 cents a message.
const CENTS: usize = 25;

/// Answers as the provider does, and counts the messages that it accepted.
struct Provider {
    upstream: ScriptedUpstream,
    accepted: Arc<AtomicUsize>,
}

impl Provider {
    /// `send` answers the send whose messages are so many.
    async fn with(send: impl Fn(usize) -> Option<Vec<u8>> + Send + Sync + 'static) -> Provider {
        let accepted = Arc::new(AtomicUsize::new(0));
        let counted = accepted.clone();
        let upstream = ScriptedUpstream::answering(move |message| {
            let body: Value = serde_json::from_slice(&message.body).unwrap_or_default();
            let count = body["messages"].as_array().map_or(1, Vec::len);
            if message.head.contains("/price ") {
                return Some(bill(count, count));
            }
            counted.fetch_add(count, Ordering::SeqCst);
            send(count)
        })
        .await;
        Provider { upstream, accepted }
    }

    async fn honest() -> Provider {
        Provider::with(|count| Some(bill(count, count))).await
    }

    fn accepted(&self) -> usize {
        self.accepted.load(Ordering::SeqCst)
    }
}

/// A bill for `count` messages of which `queued` are accepted.
fn bill(count: usize, queued: usize) -> Vec<u8> {
    let price = CENTS as f64 / 100.0;
    let message =
        json!({"message_price": format!("{price:.4}"), "message_parts": 1, "status": "SUCCESS"});
    let data = json!({"total_price": price * queued as f64, "total_count": count, "queued_count": queued,
        "messages": vec![message; count], "_currency": {"currency_name_short": "AUD"}});
    let body =
        json!({"http_code": 200, "response_code": "SUCCESS", "response_msg": "", "data": data});
    answer(
        "200 OK",
        "content-type: application/json\r\n",
        body.to_string().as_bytes(),
    )
}

fn texts(count: usize) -> String {
    let message = |n: usize| json!({"to": format!("+6141100{n:04}"), "body": "b"});
    json!({"messages": (0..count).map(message).collect::<Vec<_>>()}).to_string()
}

const JSON: &str = "content-type: application/json\r\n";

async fn send(house: &House, key: &str, body: &str) -> Message {
    house
        .call("POST", "/clicksend/v3/sms/send", key, JSON, body)
        .await
}

fn word(message: &Message) -> String {
    problem(message).1
}

#[tokio::test]
async fn an_agent_without_limits_has_the_cautious_ones() {
    let (house, provider) = (House::open().await, Provider::honest().await);
    house
        .connection("clicksend", &provider.upstream.url())
        .await;
    let agent = house.key(Role::Agent).await;
    assert_eq!(
        word(&send(&house, &agent, &texts(11)).await),
        "limit_messages_per_call"
    );
    let passed = send(&house, &agent, &texts(10)).await;
    assert_eq!(passed.status(), Some(200));
    assert_eq!(
        passed
            .header("postern-limit-messages-day")
            .map(|told| told.split(", reset").next().unwrap()),
        Some("limit=50, used=10, remaining=40")
    );
    assert!(
        passed.header("postern-limit-spend-day").is_some_and(
            |told| told.starts_with("limit=5.000000, used=2.500000, remaining=2.500000")
        ),
        "{passed:?}"
    );
    assert_eq!(send(&house, &agent, &texts(10)).await.status(), Some(200));
    // 5.00 are gone, long before 50 messages.
    let refused = send(&house, &agent, &texts(1)).await;
    assert_eq!(word(&refused), "limit_spend_per_day");
    let told: Value = serde_json::from_slice(&refused.body).unwrap();
    assert!(
        told["message"]
            .as_str()
            .unwrap()
            .ends_with("Resending will not help."),
        "{told}"
    );
    assert_eq!(
        (&told["verdicts"][0]["used"], &told["verdicts"][0]["asked"]),
        (&json!("5.000000"), &json!("0.250000"))
    );
    assert_eq!(provider.accepted(), 20);
    // A full key is not limited.
    let full = house.key(Role::Full).await;
    assert_eq!(send(&house, &full, &texts(11)).await.status(), Some(200));
    let unlimited = house
        .limited_key(Role::Agent, r#"{"unlimited":true}"#)
        .await;
    assert_eq!(
        send(&house, &unlimited, &texts(11)).await.status(),
        Some(200)
    );
    let audit = house
        .audit_until(|entries| {
            entries
                .iter()
                .filter(|entry| entry.decision == "refused")
                .count()
                == 2
        })
        .await;
    let mut codes: Vec<_> = audit
        .iter()
        .filter_map(|entry| entry.code.as_deref())
        .collect();
    codes.sort_unstable();
    assert_eq!(codes, ["limit_messages_per_call", "limit_spend_per_day"]);
}

#[tokio::test]
async fn the_bytes_that_were_judged_are_the_bytes_that_leave() {
    let (house, peer) = (House::open().await, ScriptedUpstream::echo().await);
    house.connection("clicksend", &peer.url()).await;
    let key = house
        .limited_key(Role::Agent, r#"{"messages_per_day":5}"#)
        .await;
    let body = "{ \"messages\" : [ {\"to\":\"+61411000000\",  \"body\":\"\\u00e9\"} ] }";
    let echoed = send(&house, &key, body).await;
    // But for our reference, where the caller has none.
    let echoed = echoed.text();
    let start = echoed.find("\"custom_string\":\"").expect("our reference");
    let end = echoed[start..].find(",").expect("more") + 1;
    let without = format!("{}{}", &echoed[..start], &echoed[start + end..]);
    assert!(without.ends_with(body), "{echoed}");
    let own = body.replace("{\"to\"", "{\"custom_string\":\"own\",\"to\"");
    assert!(send(&house, &key, &own).await.text().ends_with(&own));
}

#[tokio::test]
async fn what_was_not_sent_is_given_back_and_what_may_have_been_is_not() {
    let house = House::open().await;
    let provider = Provider::with(|count| match count {
        // Refused, accepted in part, accepted but said otherwise, hung up.
        2 => Some(answer("401 Unauthorized", "", b"{}")),
        3 => Some(bill(3, 1)),
        4 => Some(answer("500 Oops", "", b"{}")),
        _ => None,
    })
    .await;
    house
        .connection("clicksend", &provider.upstream.url())
        .await;
    let key = house
        .limited_key(Role::Agent, r#"{"messages_per_day":100}"#)
        .await;
    let left = async || {
        let tried = house
            .call(
                "POST",
                "/clicksend/v3/sms/send",
                &key,
                &format!("{JSON}postern-dry-run: true\r\n"),
                &texts(1),
            )
            .await;
        let told: Value = serde_json::from_slice(&tried.body).unwrap();
        told["rules"][0]["used"]
            .as_str()
            .unwrap()
            .parse::<i64>()
            .unwrap()
    };
    for (count, status, used) in [(2, 401, 0), (3, 200, 1), (4, 409, 5), (5, 409, 10)] {
        assert_eq!(
            send(&house, &key, &texts(count)).await.status(),
            Some(status)
        );
        assert_eq!(left().await, used, "after {count}");
    }
    let nowhere = house.connection("clicksend", "http://127.0.0.1:1").await;
    let headers = format!("{JSON}postern-connection: {nowhere}\r\n");
    let refused = house
        .call("POST", "/clicksend/v3/sms/send", &key, &headers, &texts(1))
        .await;
    assert_eq!(refused.status(), Some(502));
    assert_eq!(left().await, 10);
    let sends = house
        .store
        .read(|tx| postern_store::sends::page(tx, &Default::default(), None, 10))
        .await
        .unwrap();
    let mut states: Vec<_> = sends.iter().map(|send| send.state.as_str()).collect();
    states.sort_unstable();
    assert_eq!(
        states,
        ["answered", "answered", "failed", "unknown", "unknown"]
    );
}

#[tokio::test]
async fn what_nobody_understands_does_not_leave() {
    let (house, provider) = (House::open().await, Provider::honest().await);
    house
        .connection("clicksend", &provider.upstream.url())
        .await;
    let key = house
        .limited_key(Role::Full, r#"{"messages_per_day":5}"#)
        .await;
    for (path, headers, body) in [
        (
            "/clicksend/v3/sms/send",
            JSON,
            r#"{"messages":[{"list_id":1,"body":"b"}]}"#,
        ),
        (
            "/clicksend/v3/sms/send",
            JSON,
            r#"{"messages":[{"to":"+61411000000","to":"+61411000001","body":"b"}]}"#,
        ),
        (
            "/clicksend/v3/sms/send",
            "content-type: text/plain\r\n",
            r#"{"messages":[{"to":"+61411000000","body":"b"}]}"#,
        ),
        (
            "/clicksend/v3/sms/send",
            "content-type: application/json\r\ncontent-type: text/plain\r\n",
            r#"{"messages":[{"to":"+61411000000","body":"b"}]}"#,
        ),
        (
            "/clicksend/v3/sms/send?x=1",
            JSON,
            r#"{"messages":[{"to":"+61411000000","body":"b"}]}"#,
        ),
        (
            "/clicksend/v3/sms-campaigns/send",
            JSON,
            r#"{"list_id":1,"name":"n","body":"b"}"#,
        ),
        ("/clicksend/v3/fax/send", JSON, r#"{"messages":[]}"#),
        ("/clicksend/v3/email/send", JSON, "{}"),
        ("/clicksend/v3/nobody/knows", JSON, "{}"),
    ] {
        let refused = house.call("POST", path, &key, headers, body).await;
        assert_eq!(
            problem(&refused),
            (403, "send_not_understood".into()),
            "{path} {body}"
        );
    }
    let large = format!(
        r#"{{"messages":[{{"to":"+61411000000","body":"{}"}}]}}"#,
        "x".repeat(1 << 20)
    );
    assert_eq!(word(&send(&house, &key, &large).await), "inspection_limit");
    assert_eq!(provider.accepted(), 0);
}

#[tokio::test]
async fn a_price_that_is_not_to_be_had_is_above_every_limit_of_money() {
    let house = House::open().await;
    let peer = ScriptedUpstream::answering(|_| Some(answer("404 Not Found", "", b"{}"))).await;
    house.connection("clicksend", &peer.url()).await;
    let agent = house.key(Role::Agent).await;
    assert_eq!(
        word(&send(&house, &agent, &texts(1)).await),
        "price_unknown"
    );
    let other = house
        .limited_key(Role::Agent, r#"{"spend_per_day":"1","currency":"USD"}"#)
        .await;
    assert_eq!(
        word(&send(&house, &other, &texts(1)).await),
        "currency_mismatch"
    );
}

#[tokio::test]
async fn many_at_once_pass_exactly_up_to_the_cap() {
    let (house, provider) = (House::open().await, Provider::honest().await);
    house
        .connection("clicksend", &provider.upstream.url())
        .await;
    let key = house
        .limited_key(
            Role::Agent,
            r#"{"messages_per_day":20,"recipients_per_day":20}"#,
        )
        .await;
    // No two are the same: of those only one would leave.
    let each: Vec<_> = (0..32)
        .map(|n| json!({"messages": [{"to": format!("+6141100{n:04}"), "body": "b"}]}).to_string())
        .collect();
    let calls = each.iter().map(|body| send(&house, &key, body));
    let statuses = futures_util::future::join_all(calls).await;
    let passed = statuses
        .iter()
        .filter(|message| message.status() == Some(200))
        .count();
    assert_eq!((passed, provider.accepted()), (20, 20));
}

#[tokio::test]
async fn trying_a_call_sends_nothing_and_says_what_it_would_do() {
    let (house, provider) = (House::open().await, Provider::honest().await);
    let connection = house
        .connection("clicksend", &provider.upstream.url())
        .await;
    let key = house
        .limited_key(
            Role::Agent,
            r#"{"messages_per_day":2,"recipients_allow":["+61*"]}"#,
        )
        .await;
    let dry = format!("{JSON}postern-dry-run: true\r\n");
    for (count, verdict) in [(2, "allowed"), (3, "refused")] {
        let tried = house
            .call("POST", "/clicksend/v3/sms/send", &key, &dry, &texts(count))
            .await;
        let body: Value = serde_json::from_str(&texts(count)).unwrap();
        let asked =
            json!({"connection": connection, "path": "/clicksend/v3/sms/send", "body": body});
        let previewed = house
            .call("POST", "/sends/preview", &key, JSON, &asked.to_string())
            .await;
        for message in [tried, previewed] {
            assert_eq!(message.status(), Some(200), "{message:?}");
            let told: Value = serde_json::from_slice(&message.body).unwrap();
            assert_eq!(told["verdict"], verdict);
            assert_eq!(told["rules"].as_array().unwrap().len(), 2);
            assert_eq!(
                (&told["messages"], &told["currency"]),
                (&json!(count), &json!("AUD"))
            );
            assert_eq!(told["cost"], format!("0.{}0000", count * CENTS));
            assert_eq!(told["first"], "+61411000000");
        }
    }
    // Also for somebody without limits; never for what is no send.
    let full = house.key(Role::Full).await;
    let tried = house
        .call("POST", "/clicksend/v3/sms/send", &full, &dry, &texts(3))
        .await;
    assert!(String::from_utf8_lossy(&tried.body).contains("\"allowed\""));
    let refused = house
        .call("POST", "/clicksend/v3/lists", &full, &dry, "{}")
        .await;
    assert_eq!(problem(&refused), (400, "dry_run".into()));
    let refused = house
        .call(
            "POST",
            "/clicksend/v3/sms/send",
            &full,
            &format!("{JSON}postern-dry-run: yes\r\n"),
            &texts(1),
        )
        .await;
    assert_eq!(problem(&refused), (400, "dry_run".into()));
    for asked in [
        "",
        "{}",
        r#"{"path":"/keys","body":{}}"#,
        r#"{"path":"http://a.test/clicksend/v3/sms/send","body":{}}"#,
    ] {
        let refused = house
            .call("POST", "/sends/preview", &full, JSON, asked)
            .await;
        assert_eq!(refused.status(), Some(422), "{asked} {refused:?}");
    }
    let stranger = house
        .call(
            "POST",
            "/sends/preview",
            "",
            JSON,
            r#"{"path":"/clicksend/v3/sms/send","body":{}}"#,
        )
        .await;
    assert_eq!(stranger.status(), Some(401));
    assert_eq!(provider.accepted(), 0);
}

#[tokio::test]
async fn old_windows_are_forgotten_and_what_is_held_ends_with_them() {
    let house = House::open().await;
    let provider = Provider::with(|count| (count == 1).then(|| bill(1, 1))).await;
    house
        .connection("clicksend", &provider.upstream.url())
        .await;
    let key = house
        .limited_key(
            Role::Agent,
            r#"{"messages_per_hour":5,"recipients_per_day":5}"#,
        )
        .await;
    assert_eq!(send(&house, &key, &texts(1)).await.status(), Some(200));
    assert_eq!(send(&house, &key, &texts(2)).await.status(), Some(409));
    assert_eq!(house.gateway.forget().await.unwrap(), 0);
    house.clock.advance_seconds(40 * 86_400);
    // Three windows, two recipients, and the reservations: the one that was settled, and the one that nobody cleared up in all that time.
    assert_eq!(house.gateway.forget().await.unwrap(), 7);
    assert_eq!(house.gateway.forget().await.unwrap(), 0);
}

#[tokio::test]
async fn the_limits_of_a_connection_hold_for_every_key_together() {
    let (house, provider) = (House::open().await, Provider::honest().await);
    let connection = house
        .connection("clicksend", &provider.upstream.url())
        .await;
    let scope = format!("connection:{connection}");
    let now = house.clock.now();
    let written = r#"{"messages_per_day":3}"#;
    house
        .store
        .write(postern_store::Lane::CONTROL, move |tx| {
            postern_store::limits::put(tx, &scope, Some(written), now)
        })
        .await
        .unwrap();
    house.directory.refresh().await.unwrap();
    let full = house.key(Role::Full).await;
    let agent = house
        .limited_key(Role::Agent, r#"{"unlimited":true}"#)
        .await;
    assert_eq!(send(&house, &full, &texts(2)).await.status(), Some(200));
    let refused = send(&house, &agent, &texts(2)).await;
    assert_eq!(word(&refused), "limit_messages_per_day");
    let told: Value = serde_json::from_slice(&refused.body).unwrap();
    assert_eq!(told["verdicts"][0]["scope"], "connection");
    assert_eq!(send(&house, &agent, &texts(1)).await.status(), Some(200));
    assert_eq!(provider.accepted(), 3);
}

#[tokio::test]
async fn without_the_accounts_price_what_it_charged_before_holds_and_then_a_ceiling() {
    let house = House::open().await;
    // Tells its price once; charges 30 cents for each of two parts, in Australia.
    let asked = AtomicUsize::new(0);
    let peer = ScriptedUpstream::answering(move |message| {
        if message.head.contains("/price ") && asked.fetch_add(1, Ordering::SeqCst) > 0 {
            return Some(answer("503 Busy", "", b"{}"));
        }
        let row = json!({"message_price": "0.6000", "message_parts": 2, "country": "AU"});
        let data = json!({"total_price": 0.6, "queued_count": 1, "messages": [row], "_currency": {"currency_name_short": "AUD"}});
        let body = json!({"data": data}).to_string();
        Some(answer("200 OK", JSON, body.as_bytes()))
    })
    .await;
    house.connection("clicksend", &peer.url()).await;
    let limits = r#"{"spend_per_day":"50","currency":"AUD","ceiling_price":"1.50"}"#;
    let ceiling = house.limited_key(Role::Agent, limits).await;
    let none = house
        .limited_key(Role::Agent, r#"{"spend_per_day":"50","currency":"AUD"}"#)
        .await;
    let price = async |key: &str, to: &str| {
        let body = json!({"messages": [{"to": to, "body": "b"}]}).to_string();
        let dry = format!("{JSON}postern-dry-run: true\r\n");
        let tried = house
            .call("POST", "/clicksend/v3/sms/send", key, &dry, &body)
            .await;
        let told: Value = serde_json::from_slice(&tried.body).unwrap();
        told["cost"].clone()
    };
    assert_eq!(price(&none, "+61411000000").await, "0.600000");
    // What it said is kept in the background.
    while price(&none, "+61411000000").await != "0.300000" {
        tokio::task::yield_now().await;
    }
    assert_eq!(price(&ceiling, "+61411000000").await, "0.300000");
    // Nobody has sent to New Zealand.
    assert_eq!(price(&ceiling, "+64211234567").await, "1.500000");
    assert_eq!(price(&none, "+64211234567").await, Value::Null);
    // A month later it is forgotten.
    house.clock.advance_seconds(31 * 86_400);
    assert_eq!(price(&ceiling, "+61411000000").await, "1.500000");
    assert_eq!(price(&none, "+61411000000").await, Value::Null);
}
