//! Every route with every kind of caller, made from the one table.

use postern_access::role::TABLE;
use postern_domain::account::AccountId;
use serde_json::{Value, json};

use crate::bed::Bed;

const PASSWORD: &str = "a password of ada";

/// A body with which the route succeeds.
fn body(bed: &Bed, path: &str, method: &str) -> Value {
    match (method, path) {
        ("POST", "/approvals/{approval_id}/approve" | "/approvals/{approval_id}/deny") => {
            json!({"digest": bed.digest})
        }
        ("POST", "/keys") => json!({"name": "new"}),
        ("PATCH", "/keys/{key_id}") => json!({"name": "renamed"}),
        ("POST", "/connections") => json!({"app": "clicksend"}),
        ("PATCH", "/connections/{connection_id}") => json!({"name": "renamed"}),
        ("POST", "/alerts/endpoints") => json!({"url": "https://ops.test/"}),
        (_, "/freeze") => json!({"scope": "all"}),
        ("POST", "/alerts/endpoints/{endpoint_id}/replay") => json!({"alert_id": "alert_1"}),
        ("PUT", "/limits") => json!({"limits": {"messages_per_day": 5}}),
        ("PATCH", "/accounts/{account_id}") => json!({"limits": {"messages_per_day": 5}}),
        ("POST", "/accounts") => json!({"username": "another"}),
        ("POST", "/accounts/{account_id}/credit") => json!({"amount": "1"}),
        ("POST", "/accounts/{account_id}/transfers/{source}") => json!({"what": "lists"}),
        ("POST", "/inbox/replies") => {
            json!({"from": "+15551234567", "to": "+15557654321", "body": "Hi"})
        }
        ("PUT", "/inbox/handsets/{number}") => json!({"state": "off"}),
        ("POST", "/inbox/clock") => json!({"advance": "1s"}),
        ("POST", "/sends/{send_id}/resolve") => json!({"outcome": "accepted"}),
        ("POST", "/operators") => json!({"name": "bob"}),
        ("PATCH", "/operators/{name}") => json!({"disabled": true}),
        ("PATCH", "/inbox/chaos") => json!({"lost_receipts": 0.5}),
        ("POST", "/inbox/waiting/{message_id}") => json!({"refuse": true}),
        _ => Value::Null,
    }
}

/// A control plane in which each path means something, and the path.
async fn scene(path: &str) -> (Bed, String) {
    let mut bed = Bed::open().await;
    let victim = bed
        .post("/keys", json!({"name": "victim"}))
        .await
        .expect(201);
    let connection = bed
        .post("/connections", json!({"app": "clicksend"}))
        .await
        .expect(201);
    let account = bed.get(&bed.full, "/accounts").await.expect(200);
    let told = json!({"url": "https://ops.test/alerts"});
    let endpoint = bed.post("/alerts/endpoints", told).await.expect(201);
    let endpoint = endpoint["endpoint"]["endpoint_id"].as_str().unwrap();
    if path == "/freeze" {
        bed.post(path, json!({"scope": "all"})).await.expect(200);
    }
    let live = AccountId(account["accounts"][0]["account_id"].as_i64().unwrap());
    bed.builtin(live, false).await;
    let sandbox = AccountId(account["accounts"][1]["account_id"].as_i64().unwrap());
    let of_sandbox = bed.builtin(sandbox, true).await;
    let waiting = crate::simulator::waiting(&bed, live).await;
    bed.post("/operators", json!({"name": "ada", "password": PASSWORD}))
        .await
        .expect(201);
    let send_id = crate::sends::unknown(&bed, &bed.agent_id).await;
    let (approval_id, digest) = bed.held(&bed.agent_id, "{}").await;
    bed.digest = digest;
    if path.ends_with("/replay") {
        let test = format!("/alerts/endpoints/{endpoint}/test");
        bed.post(&test, Value::Null).await.expect(200);
    }
    let push_id = crate::webhooks::push(&bed, live).await;
    let records = bed.get(&bed.full, "/audit").await.expect(200);
    let record = records["records"][0]["audit_id"].as_str().unwrap();
    // An agent key asks about itself.
    let path = path.replace("{key_id}/allowance", &format!("{}/allowance", bed.agent_id));
    let path = path
        .replace("{key_id}", victim["key_id"].as_str().unwrap())
        .replace("{push_id}", &push_id)
        .replace("{send_id}", &send_id)
        .replace("{audit_id}", record)
        .replace("{endpoint_id}", endpoint)
        .replace("{name}", "ada")
        .replace("{number}", "+15551234567")
        .replace("{message_id}", &waiting)
        .replace(
            "/inbox/clock",
            &format!("/inbox/clock?connection={of_sandbox}"),
        )
        .replace("{approval_id}", &approval_id)
        .replace(
            "{connection_id}",
            connection["connection_id"].as_str().unwrap(),
        )
        .replace(
            "{account_id}",
            &account["accounts"][0]["account_id"].to_string(),
        );
    (bed, path)
}

#[tokio::test]
async fn a_full_key_may_what_the_table_says() {
    for line in TABLE {
        let (bed, path) = scene(line.path).await;
        let said = bed
            .ask(
                &bed.full,
                line.method,
                &path,
                body(&bed, line.path, line.method),
            )
            .await;
        if !line.full {
            assert_eq!(said.refusal(403).0, "forbidden", "{} {path}", line.method);
            continue;
        }
        assert!(
            said.status.is_success(),
            "{} {}: {} {}",
            line.method,
            path,
            said.status,
            said.text
        );
    }
}

#[tokio::test]
async fn an_agent_key_may_what_the_table_says_and_a_refused_change_is_on_record() {
    for line in TABLE {
        let (bed, path) = scene(line.path).await;
        let before = bed.audit().await.len();
        let said = bed
            .ask(
                &bed.agent,
                line.method,
                &path,
                body(&bed, line.path, line.method),
            )
            .await;
        let written = bed.audit().await;
        if line.agent {
            assert!(
                said.status.is_success(),
                "{} {}: {}",
                line.method,
                path,
                said.text
            );
            assert_eq!(written.len(), before);
            continue;
        }
        assert_eq!(said.refusal(403).0, "forbidden", "{} {}", line.method, path);
        assert!(
            !written
                .iter()
                .any(|entry| entry.decision == "refused" && !entry.action.contains('.'))
        );
        if line.method == "GET" {
            assert_eq!(written.len(), before);
        } else {
            assert_eq!(written.len(), before + 1, "{} {}", line.method, path);
            let (decision, actor) = (written[0].decision.as_str(), &written[0].actor_id);
            assert_eq!(
                (decision, written[0].code.as_deref()),
                ("refused", Some("forbidden"))
            );
            assert_eq!(actor, &bed.agent_id);
        }
    }
}

#[tokio::test]
async fn an_operator_may_what_the_table_says() {
    for line in TABLE {
        let (bed, path) = scene(line.path).await;
        let session = bed.sign_in("ada", PASSWORD).await;
        let path = path.replace("?connection=builtin-", "?account=");
        let said = bed
            .ask(
                &session,
                line.method,
                &path,
                body(&bed, line.path, line.method),
            )
            .await;
        if line.operator {
            assert!(
                said.status.is_success(),
                "{} {path}: {}",
                line.method,
                said.text
            );
        } else {
            assert_eq!(said.refusal(403).0, "forbidden", "{} {path}", line.method);
        }
    }
}

#[tokio::test]
async fn nobody_may_nothing() {
    let bed = Bed::open().await;
    for line in TABLE {
        let path = line.path.replace(['{', '}'], "");
        let said = bed
            .ask("", line.method, &path, body(&bed, line.path, line.method))
            .await;
        assert_eq!(
            said.refusal(401).0,
            "missing_key",
            "{} {}",
            line.method,
            path
        );
        assert_eq!(said.header("www-authenticate"), "Bearer realm=\"postern\"");
    }
    assert!(bed.audit().await.is_empty());
}
