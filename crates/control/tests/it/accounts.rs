use postern_store::{accounts, settings};
use postern_vault::Aad;
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

use crate::bed::Bed;

#[tokio::test]
async fn an_account_is_made_credited_and_gets_a_new_key() {
    let bed = Bed::open().await;
    let body =
        json!({"username": "acme", "email": "it@acme.test", "currency": "EUR", "credit": "12.5"});
    let said = bed.post("/accounts", body).await.expect(201);
    let account = &said["account"];
    let expected = json!({
        "account_id": account["account_id"], "username": "acme", "email": "it@acme.test", "balance": "12.500000",
        "currency": "EUR", "sandbox": false, "limits": {}, "created_at": "2026-11-23T00:00:00.000000Z",
    });
    assert_eq!(account, &expected);
    let path = format!("/accounts/{}", account["account_id"]);
    assert_eq!(
        bed.get(&bed.full, &path).await.expect(200)["account"],
        expected
    );

    let said_credit = bed
        .post(&format!("{path}/credit"), json!({"amount": "0.25"}))
        .await
        .expect(200);
    assert_eq!(said_credit["account"]["balance"], "12.750000");
    let said_credit = bed
        .post(&format!("{path}/credit"), json!({"amount": "-12"}))
        .await
        .expect(200);
    assert_eq!(said_credit["account"]["balance"], "0.750000");
    assert_eq!(
        bed.post(&format!("{path}/credit"), json!({"amount": "-1"}))
            .await
            .refusal(409)
            .0,
        "insufficient_balance"
    );
    for amount in ["0", "1e3", "--1", "", "9999999999999"] {
        assert_eq!(
            bed.post(&format!("{path}/credit"), json!({"amount": amount}))
                .await
                .refusal(422)
                .1,
            "amount"
        );
    }

    let rotated = bed
        .post(&format!("{path}/key"), Value::Null)
        .await
        .expect(200);
    assert_ne!(rotated["api_key"], said["api_key"]);
    let stored = bed
        .store
        .read(|tx| accounts::by_username(tx, "acme"))
        .await
        .unwrap()
        .unwrap();
    let api_key = rotated["api_key"].as_str().unwrap();
    assert_eq!(
        stored.api_key_hash,
        bed.directory
            .peppers()
            .hash_current(api_key.as_bytes())
            .hash
    );
    let owner = accounts::sealing_owner("acme");
    let aad = Aad {
        tenant: settings::TENANT,
        owner: &owner,
        field: accounts::API_KEY_FIELD,
    };
    assert_eq!(
        bed.vault
            .open_text(&aad, &stored.api_key_sealed)
            .unwrap()
            .expose_secret(),
        api_key
    );
    assert_eq!(
        bed.actions().await,
        [
            "account.rotate_key",
            "account.credit",
            "account.credit",
            "account.create"
        ]
    );
    let listed = bed.get(&bed.full, "/accounts").await;
    assert_eq!(listed.expect(200)["accounts"].as_array().unwrap().len(), 3);
    assert!(!listed.text.contains(api_key));
}

#[tokio::test]
async fn each_unusable_field_is_named() {
    let bed = Bed::open().await;
    for (body, status, field) in [
        (json!({}), 422, "username"),
        (json!({"username": ""}), 422, "username"),
        (json!({"username": "a b"}), 422, "username"),
        (json!({"username": "a:b"}), 422, "username"),
        (json!({"username": "live"}), 409, "username"),
        (json!({"username": "a", "email": "nobody"}), 422, "email"),
        (json!({"username": "a", "currency": "usd"}), 422, "currency"),
        (json!({"username": "a", "credit": "-1"}), 422, "credit"),
        (json!({"username": "a", "credit": 5}), 422, "credit"),
        (json!({"username": "a", "balance": "5"}), 422, "balance"),
    ] {
        assert_eq!(
            bed.post("/accounts", body.clone()).await.refusal(status).1,
            field,
            "{body}"
        );
    }
    for path in ["/accounts/1", "/accounts/x", "/accounts/-1"] {
        assert_eq!(
            bed.get(&bed.full, path).await.refusal(404).0,
            "account_not_found"
        );
        assert_eq!(
            bed.post(&format!("{path}/key"), Value::Null)
                .await
                .refusal(404)
                .0,
            "account_not_found"
        );
    }
    assert!(bed.audit().await.is_empty());
}
