//! Limits of accounts and of the installation, and who may set them.

use postern_access::KeyDraft;
use postern_domain::key::Role;
use serde_json::{Value, json};

use crate::bed::{Bed, draft};

#[tokio::test]
async fn limits_of_the_installation_are_replaced_shown_and_taken_away() {
    let bed = Bed::open().await;
    let none = bed.get(&bed.full, "/limits").await.expect(200);
    assert_eq!(none, json!({"limits": {}, "allowances": []}));
    let put = |body: Value| bed.ask(&bed.full, "PUT", "/limits", body);
    let said = put(json!({"limits": {"messages_per_day": 5}}))
        .await
        .expect(200);
    assert_eq!(said["limits"], json!({"messages_per_day": 5}));
    assert_eq!(
        (
            &said["allowances"][0]["rule"],
            &said["allowances"][0]["remaining"]
        ),
        (&json!("messages_per_day"), &json!("5"))
    );
    let (error, field) = put(json!({"limits": {"spend_per_day": "5"}}))
        .await
        .refusal(422);
    assert_eq!(
        (error.as_str(), field.as_str()),
        ("invalid_request", "limits.currency")
    );
    assert_eq!(put(json!({})).await.refusal(422).1, "limits");
    assert_eq!(
        put(json!({"limits": null})).await.expect(200)["limits"],
        json!({})
    );
    assert_eq!(
        bed.actions()
            .await
            .iter()
            .filter(|action| *action == "limits.put")
            .count(),
        2
    );
}

#[tokio::test]
async fn limits_of_an_account_come_with_it_or_later() {
    let bed = Bed::open().await;
    let new = json!({"username": "shop", "limits": {"messages_per_day": 5}});
    let made = bed.post("/accounts", new).await.expect(201);
    assert_eq!(made["account"]["limits"], json!({"messages_per_day": 5}));
    let path = format!("/accounts/{}", made["account"]["account_id"]);
    let change = |body: Value| bed.ask(&bed.full, "PATCH", &path, body);
    assert_eq!(
        change(json!({})).await.expect(200)["account"]["limits"],
        json!({"messages_per_day": 5})
    );
    assert_eq!(
        change(json!({"limits": {"messages_per_day": -1}}))
            .await
            .refusal(422)
            .1,
        "limits.messages_per_day"
    );
    assert_eq!(
        change(json!({"limits": null})).await.expect(200)["account"]["limits"],
        json!({})
    );
    assert_eq!(
        bed.get(&bed.full, &path).await.expect(200)["account"]["limits"],
        json!({})
    );
}

#[tokio::test]
async fn a_key_with_limits_sets_none() {
    let bed = Bed::open().await;
    let limited = KeyDraft {
        limits: r#"{"messages_per_day":1}"#.into(),
        ..draft(Role::Full)
    };
    let (limited, _) = bed.key(limited).await;
    let account =
        bed.get(&bed.full, "/accounts").await.expect(200)["accounts"][0]["account_id"].to_string();
    for (method, path) in [
        ("PUT", "/limits"),
        ("PATCH", &format!("/accounts/{account}")),
    ] {
        let said = bed.ask(&limited, method, path, json!({"limits": {}})).await;
        assert_eq!(
            said.refusal(403),
            ("wider_than_caller".to_owned(), "limits".to_owned())
        );
    }
}

#[tokio::test]
async fn keys_and_accounts_come_page_by_page() {
    let bed = Bed::open().await;
    for n in 0..5 {
        bed.post("/keys", json!({"name": format!("k{n}")}))
            .await
            .expect(201);
        bed.post("/accounts", json!({"username": format!("a{n}")}))
            .await
            .expect(201);
    }
    let (test, _) = bed
        .key(KeyDraft {
            test: true,
            ..draft(Role::Full)
        })
        .await;
    for (list, id, count) in [("keys", "key_id", 8), ("accounts", "account_id", 7)] {
        let whole = bed.get(&bed.full, &format!("/{list}")).await.expect(200);
        assert_eq!(
            (whole[list].as_array().unwrap().len(), whole.get("next")),
            (count, None)
        );
        let (mut seen, mut path) = (Vec::new(), format!("/{list}?limit=3"));
        loop {
            let page = bed.get(&bed.full, &path).await.expect(200);
            seen.extend(
                page[list]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|one| one[id].clone()),
            );
            match page["next"].as_str() {
                Some(next) => path = format!("/{list}?limit=3&after={next}"),
                None => break,
            }
        }
        let all: Vec<_> = whole[list]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one[id].clone())
            .collect();
        assert_eq!(seen, all);
        assert_eq!(
            bed.get(&bed.full, &format!("/{list}?limit=201"))
                .await
                .refusal(422)
                .1,
            "limit"
        );
    }
    // A test key's page is of test keys, however many others lie between.
    let page = bed.get(&test, "/keys?limit=1").await.expect(200);
    assert_eq!(page["keys"].as_array().unwrap().len(), 1);
}
