//! Endpoints of alerts, and the list of them.

use postern_access::KeyDraft;
use postern_domain::key::Role;
use postern_store::{Lane, alerts};
use serde_json::{Value, json};

use crate::bed::{Bed, draft};

#[tokio::test]
async fn an_endpoint_is_made_listed_tested_and_removed_and_its_secret_shown_once() {
    let bed = Bed::open().await;
    let url = "https://ops.test/alerts?token=hunter2";
    let made = bed
        .post("/alerts/endpoints", json!({"url": url}))
        .await
        .expect(201);
    let secret = made["secret"].as_str().unwrap().to_owned();
    assert!(secret.starts_with("whsec_"));
    let id = made["endpoint"]["endpoint_id"].as_str().unwrap().to_owned();
    let list = bed.get(&bed.full, "/alerts/endpoints").await;
    assert!(!list.text.contains(&secret));
    assert_eq!(list.expect(200)["endpoints"][0]["url"], url);
    let path = format!("/alerts/endpoints/{id}");
    bed.post(&format!("{path}/test"), Value::Null)
        .await
        .expect(200);
    let alerts = bed.get(&bed.full, "/alerts").await.expect(200);
    assert_eq!(
        (
            &alerts["alerts"][0]["kind"],
            &alerts["alerts"][0]["alert_id"]
        ),
        (&json!("test"), &json!("alert_1"))
    );
    bed.ask(&bed.full, "DELETE", &path, Value::Null)
        .await
        .expect(200);
    for (method, path) in [("DELETE", path.clone()), ("POST", format!("{path}/test"))] {
        assert_eq!(
            bed.ask(&bed.full, method, &path, Value::Null)
                .await
                .refusal(404)
                .0,
            "endpoint_not_found"
        );
    }
    let audit = format!("{:?}", bed.audit().await);
    assert!(
        audit.contains("alert_endpoint.create")
            && !audit.contains("hunter2")
            && !audit.contains(&secret)
    );
}

#[tokio::test]
async fn what_cannot_be_called_is_refused_and_there_is_a_bound() {
    let bed = Bed::open().await;
    for url in [
        "",
        "ops.test",
        "ftp://ops.test/",
        "https://user:pw@ops.test/",
        "/alerts",
    ] {
        let said = bed.post("/alerts/endpoints", json!({"url": url})).await;
        assert_eq!(said.refusal(422).1, "url", "{url}");
    }
    for _ in 0..alerts::ENDPOINTS_MAX {
        bed.post("/alerts/endpoints", json!({"url": "https://ops.test/"}))
            .await
            .expect(201);
    }
    let said = bed
        .post("/alerts/endpoints", json!({"url": "https://ops.test/"}))
        .await;
    assert_eq!(said.refusal(409).0, "too_many_endpoints");
}

#[tokio::test]
async fn secrets_survive_a_rotation_of_the_vault_key() {
    let bed = Bed::open().await;
    bed.post("/alerts/endpoints", json!({"url": "https://ops.test/"}))
        .await
        .expect(201);
    let before = bed.store.read(alerts::endpoints).await.unwrap();
    bed.post("/vault/rotate", json!({"retire": true}))
        .await
        .expect(200);
    let after = bed.store.read(alerts::endpoints).await.unwrap();
    assert_ne!(before[0].secret_sealed, after[0].secret_sealed);
    let aad = postern_vault::Aad {
        tenant: 1,
        owner: &alerts::sealing_owner(&after[0].endpoint_id),
        field: alerts::FIELD,
    };
    assert!(bed.vault.open_sealed(&aad, &after[0].secret_sealed).is_ok());
}

#[tokio::test]
async fn alerts_page_and_are_for_keys_that_are_not_narrowed() {
    let bed = Bed::open().await;
    for n in 0..5 {
        let new = alerts::NewAlert {
            kind: "limit_hit",
            scope: "key:k".into(),
            period: n.to_string(),
            message: "Hit.".into(),
            detail: "{}".into(),
            endpoint_id: None,
        };
        let now = bed.clock.now();
        let raised = bed
            .store
            .write(Lane::CONTROL, move |tx| alerts::raise(tx, &new, now));
        assert!(raised.await.unwrap());
    }
    let page = bed.get(&bed.full, "/alerts?limit=3").await.expect(200);
    let ids = |page: &Value| -> Vec<String> {
        let all = page["alerts"].as_array().unwrap().iter();
        all.map(|one| one["alert_id"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(ids(&page), ["alert_5", "alert_4", "alert_3"]);
    let next = format!("/alerts?limit=3&before={}", page["next"].as_str().unwrap());
    let page = bed.get(&bed.full, &next).await.expect(200);
    assert_eq!(
        (ids(&page), page.get("next")),
        (vec!["alert_2".to_owned(), "alert_1".to_owned()], None)
    );
    assert_eq!(
        bed.get(&bed.full, "/alerts?before=x").await.refusal(422).1,
        "before"
    );
    let (test, _) = bed
        .key(KeyDraft {
            test: true,
            ..draft(Role::Full)
        })
        .await;
    assert_eq!(bed.get(&test, "/alerts").await.refusal(403).0, "test_key");
}
