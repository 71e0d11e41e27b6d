//! Operators: made by a full key, signed in by password or link, out at once when somebody says so.

use serde_json::{Value, json};

use crate::bed::Bed;

const PASSWORD: &str = "a password of ada";

async fn with_ada() -> Bed {
    let bed = Bed::open().await;
    let new = json!({"name": " Ada ", "password": PASSWORD});
    let made = bed.post("/operators", new).await.expect(201);
    assert_eq!(made["operator"]["name"], "ada");
    assert_eq!(made.get("password"), None, "what was given is not repeated");
    bed
}

async fn try_sign_in(bed: &Bed, operator: &str, password: &str) -> (u16, String) {
    let body = json!({"operator": operator, "password": password});
    let said = bed.ask("", "POST", "/console/session", body).await;
    let word = said.json()["error"].as_str().unwrap_or_default().to_owned();
    (said.status.as_u16(), word)
}

#[tokio::test]
async fn a_password_that_was_made_is_shown_once_and_signs_in() {
    let bed = Bed::open().await;
    let made = bed
        .post("/operators", json!({"name": "ada"}))
        .await
        .expect(201);
    let password = made["password"].as_str().unwrap();
    let session = bed.sign_in("ADA", password).await;
    let list = bed.get(&session, "/operators").await.expect(200);
    assert_eq!(list["operators"][0]["name"], "ada");
    assert_eq!(list["operators"][0]["status"], "active");
    assert!(list["operators"][0]["signed_in_at"].is_string());
    assert!(!list.to_string().contains(password));
    let disk = bed.bytes_on_disk();
    for secret in [password, &session] {
        assert!(
            !disk
                .windows(secret.len())
                .any(|bytes| bytes == secret.as_bytes())
        );
    }
    let actions = bed.actions().await;
    assert_eq!(actions, ["operator.sign_in", "operator.create"]);
}

#[tokio::test]
async fn what_is_wrong_is_not_said() {
    let bed = with_ada().await;
    for (name, password) in [
        ("ada", "another password"),
        ("nobody", PASSWORD),
        ("", ""),
        ("a b", PASSWORD),
    ] {
        let refused = try_sign_in(&bed, name, password).await;
        assert_eq!(refused, (401, "wrong_credentials".into()), "{name}");
    }
    let long = "x".repeat(2000);
    assert_eq!(try_sign_in(&bed, "ada", &long).await.0, 401);
    let audit = bed.audit().await;
    assert!(
        audit[..5]
            .iter()
            .all(|entry| entry.action == "operator.sign_in" && entry.decision == "refused")
    );
    assert!(
        audit
            .iter()
            .all(|entry| !format!("{entry:?}").contains("nobody"))
    );
}

#[tokio::test]
async fn guessing_ends_for_names_that_exist_and_for_those_that_do_not() {
    for name in ["ada", "nobody"] {
        let bed = with_ada().await;
        for _ in 0..10 {
            assert_eq!(try_sign_in(&bed, name, "a wrong password").await.0, 401);
        }
        let body = json!({"operator": name, "password": PASSWORD});
        let said = bed.ask("", "POST", "/console/session", body).await;
        assert_eq!(said.refusal(429).0, "too_many_attempts");
        let wait: i64 = said.header("retry-after").parse().unwrap();
        assert!((890..=900).contains(&wait), "{wait}");
        bed.clock.advance_millis(wait * 1000 + 1000);
        let later = if name == "ada" { 201 } else { 401 };
        assert_eq!(try_sign_in(&bed, name, PASSWORD).await.0, later);
    }
}

#[tokio::test]
async fn a_session_ends_by_sign_out_idleness_and_age() {
    let bed = with_ada().await;
    let session = bed.sign_in("ada", PASSWORD).await;
    bed.get(&session, "/operators").await.expect(200);
    let out = bed
        .ask(&session, "DELETE", "/console/session", Value::Null)
        .await;
    assert_eq!(out.status.as_u16(), 204);
    assert_eq!(
        bed.get(&session, "/operators").await.refusal(401).0,
        "invalid_session"
    );
    let session = bed.sign_in("ada", PASSWORD).await;
    bed.clock.advance_millis(61 * 60 * 1000);
    bed.get(&session, "/operators").await.refusal(401);
    let session = bed.sign_in("ada", PASSWORD).await;
    for _ in 0..12 {
        bed.get(&session, "/operators").await.expect(200);
        bed.clock.advance_millis(59 * 60 * 1000);
    }
    bed.clock.advance_millis(13 * 60 * 1000);
    bed.get(&session, "/operators").await.refusal(401);
    bed.get("pso_short", "/operators").await.refusal(401);
}

#[tokio::test]
async fn a_new_password_and_disabling_sign_out_at_once() {
    let bed = with_ada().await;
    let session = bed.sign_in("ada", PASSWORD).await;
    let again = bed
        .post("/operators/ada/password", Value::Null)
        .await
        .expect(200);
    bed.get(&session, "/operators").await.refusal(401);
    assert_eq!(try_sign_in(&bed, "ada", PASSWORD).await.0, 401);
    let session = bed
        .sign_in("ada", again["password"].as_str().unwrap())
        .await;
    let full = bed.full.clone();
    let said = bed
        .ask(&full, "PATCH", "/operators/Ada", json!({"disabled": true}))
        .await
        .expect(200);
    assert_eq!(said["operator"]["status"], "disabled");
    bed.get(&session, "/operators").await.refusal(401);
    let password = again["password"].as_str().unwrap();
    assert_eq!(try_sign_in(&bed, "ada", password).await.0, 401);
    let refused = bed.post("/operators/ada/link", Value::Null).await;
    assert_eq!(refused.refusal(409).0, "operator_disabled");
    bed.ask(&full, "PATCH", "/operators/ada", json!({"disabled": false}))
        .await
        .expect(200);
    bed.sign_in("ada", password).await;
}

#[tokio::test]
async fn mistakes_are_named() {
    let bed = with_ada().await;
    for (body, field) in [
        (json!({"name": ""}), "name"),
        (json!({"name": "a/b"}), "name"),
        (json!({"name": "bob", "password": "short"}), "password"),
    ] {
        let said = bed.post("/operators", body).await;
        assert_eq!(said.refusal(422).1, field);
    }
    let twice = bed.post("/operators", json!({"name": "ADA"})).await;
    assert_eq!(twice.refusal(409).0, "name_taken");
    for path in ["/operators/eve/link", "/operators/eve/password"] {
        let said = bed.post(path, Value::Null).await;
        assert_eq!(said.refusal(404).0, "operator_not_found");
    }
}

#[tokio::test]
async fn a_key_that_is_held_by_anything_makes_no_operators() {
    let bed = with_ada().await;
    for key in [
        json!({"name": "k", "role": "full", "apps": ["clicksend"]}),
        json!({"name": "k", "role": "full", "limits": {"messages_per_day": 1}}),
        json!({"name": "k", "role": "full", "test": true}),
    ] {
        let made = bed.post("/keys", key).await.expect(201);
        let key = made["api_key"].as_str().unwrap();
        for path in [
            "/operators",
            "/operators/ada/password",
            "/operators/ada/link",
        ] {
            let body = json!({"name": "mine"});
            let body = if path == "/operators" {
                body
            } else {
                Value::Null
            };
            bed.ask(key, "POST", path, body).await.refusal(403);
        }
    }
}
