//! Which calls leave a record, and what it says.

use postern_domain::key::Role;
use postern_testkit::ScriptedUpstream;

use crate::house::House;

#[tokio::test]
async fn unsafe_calls_and_decisions_leave_records_and_reads_do_not() {
    let (house, peer) = (House::open().await, ScriptedUpstream::echo().await);
    let id = house.connection("clicksend", &peer.url()).await;
    let (agent, full) = (house.key(Role::Agent).await, house.key(Role::Full).await);
    house.get("/clicksend/v3/account", &agent).await;
    house
        .call("POST", "/clicksend/v3/sms/price", &agent, "", "{}")
        .await;
    house
        .call("POST", "/clicksend/v3/sms/send", "nobody", "", "{}")
        .await;
    house.get("/clicksend/v3/subaccounts", &agent).await;
    house
        .call("POST", "/clicksend/v3/sms/send", &agent, "", "{}")
        .await;
    house
        .call("PUT", "/clicksend/v3/sms/61411111111/cancel", &full, "", "")
        .await;
    house
        .call("POST", "/clicksend/v3/sms/send", &full, "", "{}")
        .await;
    house.get("/clicksend/v3/subaccounts", &full).await;
    let entries = house
        .audit_until(|entries| {
            entries.len() >= 4 && entries.iter().all(|entry| entry.closed_at.is_some())
        })
        .await;
    let mut seen: Vec<_> = entries
        .iter()
        .map(|entry| {
            let path = entry.path.as_deref().unwrap_or_default();
            (
                path,
                entry.effect.as_deref(),
                entry.decision.as_str(),
                entry.code.as_deref(),
                entry.outcome.as_deref(),
                entry.status,
                entry.send_id.is_some(),
            )
        })
        .collect();
    seen.sort_unstable();
    assert_eq!(
        seen,
        [
            (
                "/v3/sms/send",
                Some("send"),
                "allowed",
                None,
                Some("answered"),
                Some(200),
                true
            ),
            (
                "/v3/sms/send",
                Some("send"),
                "refused",
                Some("send_not_understood"),
                None,
                None,
                false
            ),
            (
                "/v3/sms/{message_id}/cancel",
                Some("write"),
                "allowed",
                None,
                Some("answered"),
                Some(200),
                false
            ),
            (
                "/v3/subaccounts",
                Some("credential"),
                "allowed",
                None,
                Some("answered"),
                Some(200),
                false
            ),
        ]
    );
    assert!(entries.iter().all(|entry| entry.object_id == id
        && entry.actor_kind == "key"
        && entry.peer == "127.0.0.1"
        && entry.request_id.len() == 32));
}

#[tokio::test]
async fn the_platform_carries_the_record_in_its_own_unit() {
    let house = House::open().await;
    house.connection("clicksend", "builtin").await;
    let key = house.key(Role::Agent).await;
    house
        .call("POST", "/clicksend/v3/sms/send", &key, "", "{}")
        .await;
    // It is there with the answer: nothing has to be waited for.
    let entries = house.audit_until(|entries| !entries.is_empty()).await;
    assert_eq!(
        (entries[0].status, entries[0].effect.as_deref()),
        (Some(200), Some("send"))
    );
    house.clock.advance_seconds(1);
    // Where the platform has no unit of its own the gateway writes the record.
    house
        .call("POST", "/clicksend/v3/sms/templates", &key, "", "{}")
        .await;
    let entries = house.audit_until(|entries| entries.len() == 2).await;
    assert_eq!(
        (entries[1].status, entries[1].effect.as_deref()),
        (Some(200), Some("write"))
    );
}

#[tokio::test]
async fn the_request_log_has_a_line_for_each() {
    let (house, peer) = (House::open().await, ScriptedUpstream::echo().await);
    let id = house.connection("clicksend", &peer.url()).await;
    let key = house.key(Role::Agent).await;
    let reply = house
        .call("GET", "/clicksend/v3/account?secret=1", &key, "", "")
        .await;
    house.get("/clicksend/v3/sms/history", "").await;
    house.get("/keys", "").await;
    let log = house.close().await;
    let lines: Vec<serde_json::Value> = log
        .lines()
        .map(|line| serde_json::from_str(line).expect("each line is JSON"))
        .collect();
    assert_eq!(lines.len(), 3, "{log}");
    let first = &lines[0];
    assert_eq!(first["request.id"].as_str(), reply.header("x-request-id"));
    assert_eq!(first["operation"], "GET /v3/account");
    assert_eq!(first["connection.id"], id.as_str());
    assert_eq!(
        (&first["app"], &first["effect"], &first["response.status"]),
        (&"clicksend".into(), &"read".into(), &200.into())
    );
    assert_eq!(first["response.bytes"], reply.body.len());
    assert!(
        first["timestamp"]
            .as_str()
            .is_some_and(|time| time.starts_with("2026-11-23T00:00:0")),
        "{first}"
    );
    assert!(first["key.id"].as_str().is_some_and(|id| id.len() == 36));
    assert_eq!(
        (&lines[1]["error"], &lines[1]["response.status"]),
        (&"missing_key".into(), &401.into())
    );
    assert!(!log.contains("secret"), "{log}");
}
