//! The brake: pulled, listed and released by whoever may.

use postern_access::Scope;
use postern_domain::key::Role;
use serde_json::{Value, json};

use crate::bed::{Bed, draft};

async fn pull(bed: &Bed, key: &str, body: Value) -> crate::bed::Said {
    bed.ask(key, "POST", "/freeze", body).await
}

async fn release(bed: &Bed, key: &str, body: Value) -> crate::bed::Said {
    bed.ask(key, "DELETE", "/freeze", body).await
}

#[tokio::test]
async fn a_brake_is_pulled_listed_and_released_and_on_record() {
    let bed = Bed::open().await;
    let key = json!({"scope": "key", "id": bed.agent_id});
    let said = pull(&bed, &bed.full, key.clone()).await.expect(200);
    assert_eq!(said["freeze"]["id"], bed.agent_id.as_str());
    assert_eq!(
        said["holds"],
        json!({"late": 0, "scheduled": 0, "campaigns": 0, "earliest": null, "more": false})
    );
    pull(&bed, &bed.full, key.clone()).await.expect(200);
    pull(&bed, &bed.full, json!({"scope": "all"}))
        .await
        .expect(200);
    let list = bed.get(&bed.full, "/freeze").await.expect(200);
    let scopes: Vec<_> = list["freezes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["scope"].clone())
        .collect();
    assert_eq!(scopes, ["all", "key"]);
    let page = bed.get(&bed.full, "/freeze?limit=1").await.expect(200);
    let next = format!("/freeze?after={}", page["next"].as_str().unwrap());
    let page = bed.get(&bed.full, &next).await.expect(200);
    assert_eq!(
        (page["freezes"][0]["scope"].clone(), page.get("next")),
        (json!("key"), None)
    );

    let said = release(&bed, &bed.full, key.clone()).await.expect(200);
    assert_eq!(
        (said["unfrozen"].clone(), said["scope"].clone()),
        (json!(true), json!("key"))
    );
    assert_eq!(
        release(&bed, &bed.full, key.clone()).await.refusal(404).0,
        "not_frozen"
    );
    let one = format!("/freeze?scope=key&id={}", bed.agent_id);
    assert_eq!(bed.get(&bed.full, &one).await.refusal(404).0, "not_frozen");
    let actions = bed.actions().await;
    assert_eq!(
        actions.iter().filter(|a| *a == "freeze.pull").count(),
        2,
        "pulling twice is one change"
    );
    assert_eq!(actions.iter().filter(|a| *a == "freeze.release").count(), 1);
}

#[tokio::test]
async fn what_is_wrong_is_named() {
    let bed = Bed::open().await;
    for (body, status, field) in [
        (json!({"scope": "every"}), 422, "scope"),
        (json!({"scope": "key"}), 422, "id"),
        (json!({"scope": "all", "id": "x"}), 422, "id"),
        (json!({"scope": "key", "id": "x"}), 404, ""),
        (json!({"scope": "connection", "id": "x"}), 404, ""),
        (json!({"scope": "all", "why": "x"}), 422, "why"),
    ] {
        assert_eq!(
            pull(&bed, &bed.full, body.clone()).await.refusal(status).1,
            field,
            "{body}"
        );
    }
}

#[tokio::test]
async fn no_key_stops_or_starts_what_does_not_concern_it() {
    let bed = Bed::open().await;
    let narrow = Scope {
        connections: Some([].into()),
        ..Scope::default()
    };
    let (narrow, _) = bed
        .key(postern_access::KeyDraft {
            scope: narrow,
            ..draft(Role::Full)
        })
        .await;
    let (limited, limited_id) = bed
        .key(postern_access::KeyDraft {
            limits: r#"{"messages_per_day":1}"#.into(),
            ..draft(Role::Full)
        })
        .await;
    let (test, test_id) = bed
        .key(postern_access::KeyDraft {
            test: true,
            ..draft(Role::Full)
        })
        .await;
    let all = json!({"scope": "all"});
    let agent = json!({"scope": "key", "id": bed.agent_id});
    for body in [&all, &agent] {
        assert_eq!(
            pull(&bed, &narrow, body.clone()).await.refusal(403).0,
            "wider_than_caller"
        );
    }
    assert_eq!(
        pull(&bed, &test, all.clone()).await.refusal(403).0,
        "test_key"
    );
    assert_eq!(
        pull(&bed, &test, agent.clone()).await.refusal(404).0,
        "key_not_found"
    );
    pull(&bed, &test, json!({"scope": "key", "id": test_id}))
        .await
        .expect(200);
    // A limited key may pull the brake, but not release it; and nobody releases themselves.
    pull(&bed, &limited, all.clone()).await.expect(200);
    assert_eq!(
        release(&bed, &limited, all.clone()).await.refusal(403).0,
        "wider_than_caller"
    );
    let own = json!({"scope": "key", "id": bed.full_id});
    pull(&bed, &bed.full, own.clone()).await.expect(200);
    assert_eq!(
        release(&bed, &bed.full, own).await.refusal(403),
        ("wider_than_caller".to_owned(), "id".to_owned())
    );
    pull(&bed, &bed.full, json!({"scope": "key", "id": limited_id}))
        .await
        .expect(200);
    release(&bed, &bed.full, all).await.expect(200);
    // Test keys know of the sandbox.
    let list = bed.get(&test, "/freeze").await.expect(200);
    assert_eq!(list["freezes"].as_array().unwrap().len(), 1);
}
