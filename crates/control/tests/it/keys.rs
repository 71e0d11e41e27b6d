use postern_access::{KeyDraft, Scope};
use postern_domain::key::Role;
use serde_json::{Value, json};

use crate::bed::{Bed, draft};

#[tokio::test]
async fn a_key_is_made_shown_once_and_works() {
    let bed = Bed::open().await;
    let connection = bed
        .post("/connections", json!({"app": "clicksend"}))
        .await
        .expect(201);
    let connection_id = connection["connection_id"].as_str().unwrap();
    let said = bed
        .post(
            "/keys",
            json!({
                "name": " Support bot ", "role": "agent", "test": false, "apps": ["clicksend"],
                "connections": [connection_id], "cidr": ["127.0.0.0/8", "::1"], "rate_per_second": 7,
                "rules": [{"effect": "read"}, {"method": "POST", "path": "/v3/sms/send"}],
                "expires_at": "2027-01-31T12:00:00Z", "limits": {},
            }),
        )
        .await
        .expect(201);
    let api_key = said["api_key"].as_str().unwrap();
    assert_eq!(said["key_id"], said["key"]["key_id"]);
    let expected = json!({
        "key_id": said["key_id"], "name": "Support bot", "role": "agent", "test": false, "prefix": &api_key[..13],
        "status": "active", "apps": ["clicksend"], "connections": [connection_id],
        "rules": [{"effect": "read"}, {"method": "POST", "path": "/v3/sms/send"}],
        "cidr": ["127.0.0.0/8", "::1/128"], "rate_per_second": 7, "limits": {},
        "created_at": "2026-11-23T00:00:00.001000Z", "expires_at": "2027-01-31T12:00:00.000000Z",
        "last_used_at": null, "revoked_at": null, "overlap_ends_at": null,
    });
    assert_eq!(said["key"], expected);

    let user = bed.get(api_key, "/user").await.expect(200);
    assert_eq!(user["key"]["key_id"], said["key_id"]);
    let again = bed
        .get(
            &bed.full,
            &format!("/keys/{}", said["key_id"].as_str().unwrap()),
        )
        .await;
    assert_eq!(
        again.expect(200)["key"]["last_used_at"],
        "2026-11-23T00:00:00.002000Z"
    );
    let list = bed.get(&bed.full, "/keys").await;
    assert!(
        !list.text.contains(api_key) && !again.text.contains(api_key),
        "shown once"
    );
    assert_eq!(list.expect(200)["keys"].as_array().unwrap().len(), 3);

    let record = &bed.audit().await[0];
    assert_eq!(
        (record.action.as_str(), record.actor_id.as_str()),
        ("key.create", bed.full_id.as_str())
    );
    assert_eq!(Some(record.object_id.as_str()), said["key_id"].as_str());
    assert!(!record.detail.contains(api_key));
}

#[tokio::test]
async fn the_smaller_right_is_the_default() {
    let bed = Bed::open().await;
    let key = bed.post("/keys", json!({"name": "n"})).await.expect(201)["key"].clone();
    assert_eq!(
        (&key["role"], &key["test"]),
        (&json!("agent"), &json!(false))
    );
    assert_eq!(
        (&key["apps"], &key["rules"], &key["rate_per_second"]),
        (&Value::Null, &Value::Null, &json!(1000))
    );
    let nothing = bed
        .post("/keys", json!({"name": "n", "apps": [], "rules": []}))
        .await
        .expect(201)["key"]
        .clone();
    assert_eq!(
        (&nothing["apps"], &nothing["rules"]),
        (&json!([]), &json!([])),
        "[] is nothing, not everything"
    );
}

#[tokio::test]
async fn each_unusable_field_is_named_and_no_key_is_made() {
    let bed = Bed::open().await;
    for (body, error, field) in [
        (json!({}), "invalid_request", "name"),
        (json!({"name": ""}), "invalid_request", "name"),
        (json!({"name": "a\nb"}), "invalid_request", "name"),
        (json!({"name": "x".repeat(101)}), "invalid_request", "name"),
        (json!({"name": 5}), "invalid_request", "name"),
        (
            json!({"name": "n", "role": "owner"}),
            "invalid_request",
            "role",
        ),
        (json!({"name": "n", "test": 1}), "invalid_request", "test"),
        (
            json!({"name": "n", "apps": ["clicksend", "nosuch"]}),
            "invalid_request",
            "apps[1]",
        ),
        (
            json!({"name": "n", "connections": ["nosuch"]}),
            "invalid_request",
            "connections[0]",
        ),
        (
            json!({"name": "n", "rules": [{}, {"effect": "eat"}]}),
            "invalid_request",
            "rules[1].effect",
        ),
        (
            json!({"name": "n", "rules": [{"method": "post"}]}),
            "invalid_request",
            "rules[0].method",
        ),
        (
            json!({"name": "n", "rules": [{"path": "v3"}]}),
            "invalid_request",
            "rules[0].path",
        ),
        (
            json!({"name": "n", "cidr": ["10.0.0.1/8"]}),
            "invalid_request",
            "cidr[0]",
        ),
        (
            json!({"name": "n", "rate_per_second": 0}),
            "invalid_request",
            "rate_per_second",
        ),
        (
            json!({"name": "n", "rate_per_second": 1_000_001}),
            "invalid_request",
            "rate_per_second",
        ),
        (
            json!({"name": "n", "expires_at": "2027-01-31"}),
            "invalid_request",
            "expires_at",
        ),
        (
            json!({"name": "n", "expires_at": "2026-11-23T00:00:00Z"}),
            "invalid_request",
            "expires_at",
        ),
        (
            json!({"name": "n", "limits": {"messages_per_day": -5}}),
            "invalid_request",
            "limits.messages_per_day",
        ),
        (
            json!({"name": "n", "limits": {"spend_per_day": "5.00"}}),
            "invalid_request",
            "limits.currency",
        ),
        (
            json!({"name": "n", "limits": {"messages_per_dya": 5}}),
            "invalid_request",
            "limits.messages_per_dya",
        ),
        (json!({"name": "n", "limit": 5}), "invalid_request", "limit"),
        (
            json!({"name": "n", "apps": vec!["clicksend"; 201]}),
            "invalid_request",
            "apps",
        ),
    ] {
        let said = bed.post("/keys", body.clone()).await;
        assert_eq!(
            said.refusal(422),
            (error.to_owned(), field.to_owned()),
            "{body}"
        );
    }
    assert_eq!(
        bed.get(&bed.full, "/keys").await.expect(200)["keys"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    assert!(bed.audit().await.is_empty());
}

#[tokio::test]
async fn a_change_is_in_force_at_once() {
    let bed = Bed::open().await;
    let made = bed
        .post(
            "/keys",
            json!({"name": "n", "apps": ["acme"], "rate_per_second": 5}),
        )
        .await
        .expect(201);
    let path = format!("/keys/{}", made["key_id"].as_str().unwrap());
    let change = json!({"name": "renamed", "apps": null, "cidr": ["192.0.2.0/24"], "expires_at": "2027-01-01T00:00:00+01:00"});
    let said = bed.ask(&bed.full, "PATCH", &path, change).await.expect(200)["key"].clone();
    assert_eq!(said["name"], "renamed");
    assert_eq!(
        (&said["apps"], &said["rate_per_second"]),
        (&Value::Null, &json!(5)),
        "null is the default, absent stays"
    );
    assert_eq!(said["expires_at"], "2026-12-31T23:00:00.000000Z");
    assert_eq!(
        bed.get(made["api_key"].as_str().unwrap(), "/user")
            .await
            .refusal(401)
            .0,
        "address_not_allowed"
    );
    for (change, field) in [
        (json!({"role": "full"}), "role"),
        (json!({"test": true}), "test"),
        (json!({"limits": {"x": 1}}), "limits.x"),
        (json!({"apps": ["nosuch"]}), "apps[0]"),
        (json!({"expires_at": "2020-01-01T00:00:00Z"}), "expires_at"),
    ] {
        assert_eq!(
            bed.ask(&bed.full, "PATCH", &path, change)
                .await
                .refusal(422)
                .1,
            field
        );
    }
    assert_eq!(bed.actions().await, ["key.change", "key.create"]);
}

#[tokio::test]
async fn a_rotation_overlaps_as_long_as_asked() {
    let bed = Bed::open().await;
    let made = bed.post("/keys", json!({"name": "n"})).await.expect(201);
    let (old, path) = (
        made["api_key"].as_str().unwrap(),
        format!("/keys/{}/rotate", made["key_id"].as_str().unwrap()),
    );
    bed.clock.advance_seconds(1);
    let said = bed
        .post(&path, json!({"overlap_seconds": 60}))
        .await
        .expect(200);
    let new = said["api_key"].as_str().unwrap();
    assert_ne!(new, old);
    assert_eq!(said["key"]["prefix"], new[..13]);
    assert_eq!(
        said["key"]["overlap_ends_at"],
        "2026-11-23T00:01:01.001000Z"
    );
    assert_eq!(
        (
            bed.get(old, "/user").await.status,
            bed.get(new, "/user").await.status
        ),
        (200.try_into().unwrap(), 200.try_into().unwrap())
    );
    bed.clock.advance_seconds(60);
    assert_eq!(bed.get(old, "/user").await.refusal(401).0, "expired_key");
    assert_eq!(
        bed.get(new, "/user").await.expect(200)["key"]["overlap_ends_at"],
        Value::Null
    );

    // Without a body an hour; with 0 at once.
    let third = bed.post(&path, Value::Null).await.expect(200);
    assert_eq!(
        third["key"]["overlap_ends_at"],
        "2026-11-23T01:01:01.002000Z"
    );
    bed.post(&path, json!({"overlap_seconds": 0}))
        .await
        .expect(200);
    assert_eq!(
        bed.get(third["api_key"].as_str().unwrap(), "/user")
            .await
            .refusal(401)
            .0,
        "expired_key"
    );
    for seconds in [json!(-1), json!(2_592_001), json!("60")] {
        assert_eq!(
            bed.post(&path, json!({"overlap_seconds": seconds}))
                .await
                .refusal(422)
                .1,
            "overlap_seconds"
        );
    }
}

#[tokio::test]
async fn a_revoked_key_stays_on_the_list_and_does_nothing_more() {
    let bed = Bed::open().await;
    let made = bed.post("/keys", json!({"name": "n"})).await.expect(201);
    let path = format!("/keys/{}", made["key_id"].as_str().unwrap());
    let said = bed
        .ask(&bed.full, "DELETE", &path, Value::Null)
        .await
        .expect(200);
    assert_eq!(
        (&said["deleted"], &said["key"]["status"]),
        (&json!(true), &json!("revoked"))
    );
    assert_eq!(
        bed.get(made["api_key"].as_str().unwrap(), "/user")
            .await
            .refusal(401)
            .0,
        "revoked_key"
    );
    assert_eq!(
        bed.ask(&bed.full, "PATCH", &path, json!({"name": "x"}))
            .await
            .refusal(409)
            .0,
        "key_revoked"
    );
    assert_eq!(
        bed.post(&format!("{path}/rotate"), Value::Null)
            .await
            .refusal(409)
            .0,
        "key_revoked"
    );
    bed.ask(&bed.full, "DELETE", &path, Value::Null)
        .await
        .expect(200);
    assert_eq!(
        bed.actions().await,
        ["key.revoke", "key.create"],
        "the second time changes nothing"
    );
    for (method, path) in [
        ("GET", "/keys/nosuch"),
        ("PATCH", "/keys/nosuch"),
        ("DELETE", "/keys/nosuch"),
        ("POST", "/keys/nosuch/rotate"),
    ] {
        assert_eq!(
            bed.ask(&bed.full, method, path, json!({}))
                .await
                .refusal(404)
                .0,
            "key_not_found"
        );
    }
}

#[tokio::test]
async fn no_key_makes_anything_wider_than_itself() {
    let bed = Bed::open().await;
    let scope = Scope {
        apps: Some(["acme".to_owned()].into()),
        cidr: Some(vec!["127.0.0.0/8".parse().unwrap()]),
        ..Scope::default()
    };
    let expires_at = Some(bed.clock.now().plus_secs(3600));
    let (narrow, narrow_id) = bed
        .key(KeyDraft {
            scope,
            expires_at,
            rate_per_second: Some(50),
            ..draft(Role::Full)
        })
        .await;
    let own = format!("/keys/{narrow_id}");
    let fits = json!({"name": "n", "apps": ["acme"], "cidr": ["127.0.0.1"], "expires_at": "2026-11-23T00:30:00Z"});
    bed.ask(&narrow, "POST", "/keys", fits.clone())
        .await
        .expect(201);
    for (field, wider) in [
        ("apps", Value::Null),
        ("apps", json!(["acme", "clicksend"])),
        ("cidr", Value::Null),
        ("cidr", json!(["0.0.0.0/0"])),
        ("expires_at", Value::Null),
        ("expires_at", json!("2027-01-01T00:00:00Z")),
    ] {
        let mut body = fits.clone();
        body[field] = wider.clone();
        let said = bed.ask(&narrow, "POST", "/keys", body).await;
        assert_eq!(
            said.refusal(403),
            ("wider_than_caller".to_owned(), field.to_owned()),
            "{wider}"
        );
        // Nor itself.
        let said = bed.ask(&narrow, "PATCH", &own, json!({field: wider})).await;
        assert_eq!(
            said.refusal(403),
            ("wider_than_caller".to_owned(), field.to_owned())
        );
    }
    assert_eq!(
        bed.ask(&narrow, "PATCH", &own, json!({"rate_per_second": 51}))
            .await
            .refusal(403)
            .1,
        "rate_per_second"
    );
    assert_eq!(
        bed.ask(&narrow, "PATCH", &own, json!({"rate_per_second": null}))
            .await
            .refusal(403)
            .1,
        "rate_per_second"
    );
    bed.ask(&narrow, "PATCH", &own, json!({"rate_per_second": 49}))
        .await
        .expect(200);
    // Nor by taking over the secret of a wider key.
    let said = bed
        .ask(
            &narrow,
            "POST",
            &format!("/keys/{}/rotate", bed.full_id),
            Value::Null,
        )
        .await;
    assert_eq!(said.refusal(403).0, "wider_than_caller");
    let said = bed
        .ask(
            &narrow,
            "POST",
            &format!("/keys/{}/rotate", bed.agent_id),
            Value::Null,
        )
        .await;
    assert_eq!(said.refusal(403).0, "wider_than_caller");
    bed.ask(&narrow, "POST", &format!("{own}/rotate"), Value::Null)
        .await
        .expect(200);
    // Nor through the accounts or the vault, which know no scope.
    for (method, path) in [
        ("GET", "/accounts"),
        ("POST", "/vault/rotate"),
        ("POST", "/vault/pepper/rotate"),
    ] {
        assert_eq!(
            bed.ask(&narrow, method, path, Value::Null)
                .await
                .refusal(403)
                .0,
            "wider_than_caller"
        );
    }
    let refused = bed
        .audit()
        .await
        .iter()
        .filter(|entry| entry.decision == "refused")
        .count();
    assert_eq!(
        refused,
        12 + 2 + 2 + 2,
        "each refused change is on record; reading is not a change"
    );
}

#[tokio::test]
async fn test_keys_know_of_test_keys_only() {
    let bed = Bed::open().await;
    let (test, test_id) = bed
        .key(KeyDraft {
            test: true,
            ..draft(Role::Full)
        })
        .await;
    let listed = bed.get(&test, "/keys").await.expect(200)["keys"].clone();
    assert_eq!(
        listed
            .as_array()
            .unwrap()
            .iter()
            .map(|key| &key["key_id"])
            .collect::<Vec<_>>(),
        [&json!(test_id)]
    );
    assert_eq!(
        bed.get(&test, &format!("/keys/{}", bed.full_id))
            .await
            .refusal(404)
            .0,
        "key_not_found"
    );
    assert_eq!(
        bed.ask(
            &test,
            "DELETE",
            &format!("/keys/{}", bed.full_id),
            Value::Null
        )
        .await
        .refusal(404)
        .0,
        "key_not_found"
    );
    assert_eq!(
        bed.ask(&test, "POST", "/keys", json!({"name": "n"}))
            .await
            .refusal(403)
            .1,
        "test"
    );
    let made = bed
        .ask(&test, "POST", "/keys", json!({"name": "n", "test": true}))
        .await
        .expect(201);
    assert!(made["api_key"].as_str().unwrap().starts_with("pst_test_"));
    assert_eq!(bed.get(&test, "/accounts").await.refusal(403).0, "test_key");
}

#[tokio::test]
async fn two_changes_from_the_same_reading_do_not_both_happen() {
    let bed = Bed::open().await;
    let made = bed.post("/keys", json!({"name": "n"})).await.expect(201);
    let path = format!("/keys/{}", made["key_id"].as_str().unwrap());
    let change = |app: &str| {
        bed.ask(
            &bed.full,
            "PATCH",
            &path,
            json!({"name": app, "apps": [app]}),
        )
    };
    let (one, two) = tokio::join!(change("acme"), change("clicksend"));
    let done = [&one, &two]
        .iter()
        .filter(|said| said.status == 200)
        .count();
    assert!(done >= 1);
    for said in [one, two].iter().filter(|said| said.status != 200) {
        assert_eq!(said.refusal(409).0, "changed_meanwhile");
    }
    let key = bed.get(&bed.full, &path).await.expect(200)["key"].clone();
    assert_eq!(key["apps"][0], key["name"], "never half of each");
}

#[tokio::test]
async fn limits_are_kept_shown_and_what_is_left_of_them_is_told() {
    let bed = Bed::open().await;
    let limits = json!({"messages_per_call": 10, "messages_per_day": 200, "spend_per_day": "5.00", "currency": "USD",
        "recipients_allow": ["+61*"], "quiet_hours": "21:00-08:00", "approval_above": {"messages": 20, "spend": "1.00"}});
    let made = bed
        .post("/keys", json!({"name": "n", "limits": limits}))
        .await
        .expect(201);
    assert_eq!(made["key"]["limits"], limits);
    let path = format!("/keys/{}", made["key_id"].as_str().unwrap());
    let agent = made["api_key"].as_str().unwrap();
    let told = bed
        .get(agent, &format!("{path}/allowance"))
        .await
        .expect(200);
    assert_eq!(
        (&told["limits"], &told["default_limits"]),
        (&limits, &json!(false))
    );
    assert_eq!(
        told["allowances"][0],
        json!({"rule": "messages_per_day", "limit": "200", "used": "0", "remaining": "200", "resets_at": "2026-11-24T00:00:00Z"})
    );
    assert_eq!(told["allowances"][1]["remaining"], "5.000000");
    let null = json!({"limits": null});
    let said = bed.ask(&bed.full, "PATCH", &path, null).await.expect(200);
    assert_eq!(said["key"]["limits"], json!({}));
    let told = bed
        .get(&bed.full, &format!("{path}/allowance"))
        .await
        .expect(200);
    assert_eq!(
        (&told["limits"]["messages_per_day"], &told["default_limits"]),
        (&json!(50), &json!(true))
    );
    let other = bed.post("/keys", json!({"name": "o"})).await.expect(201);
    let other = format!("/keys/{}/allowance", other["key_id"].as_str().unwrap());
    assert_eq!(bed.get(agent, &other).await.refusal(404).0, "key_not_found");
}

#[tokio::test]
async fn a_key_with_limits_makes_no_keys() {
    let bed = Bed::open().await;
    let made = bed
        .post(
            "/keys",
            json!({"name": "n", "role": "full", "limits": {"messages_per_day": 5}}),
        )
        .await
        .expect(201);
    let limited = made["api_key"].as_str().unwrap();
    let path = format!("/keys/{}", made["key_id"].as_str().unwrap());
    for (method, path, body) in [
        ("POST", "/keys", json!({"name": "more"})),
        ("PATCH", &path, json!({"limits": {"unlimited": true}})),
    ] {
        let said = bed.ask(limited, method, path, body).await;
        assert_eq!(
            said.refusal(403),
            ("wider_than_caller".to_owned(), "limits".to_owned())
        );
    }
}
