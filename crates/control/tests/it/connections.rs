use postern_access::{KeyDraft, Scope};
use postern_domain::connection::Status;
use postern_domain::key::Role;
use postern_testkit::ScriptedUpstream;
use serde_json::{Value, json};

use crate::bed::{Bed, CONNECT_URL, draft, provider};

fn credentials(password: &str) -> Value {
    json!({"username": "user", "password": password})
}

fn id(said: &Value) -> String {
    said["connection_id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn without_credentials_a_person_completes_it_through_the_link() {
    let bed = Bed::open().await;
    let said = bed
        .post("/connections", json!({"app": "clicksend", "name": "Main"}))
        .await
        .expect(201);
    let connection = &said["connection"];
    assert_eq!(said["connection_id"], connection["connection_id"]);
    assert_eq!(said["verification"]["state"], "pending");
    let url = connection["url"].as_str().unwrap();
    assert!(
        url.starts_with("http://postern.test/connect?session_token="),
        "{url}"
    );
    let expected = json!({
        "connection_id": said["connection_id"], "status": "PENDING", "creation_time": "2026-11-23T00:00:00.000000Z",
        "last_updated_time": "2026-11-23T00:00:00.000000Z", "url": url, "app": "clicksend", "method": "BASIC",
        "name": "Main", "upstream": "https://rest.clicksend.com", "metadata": {}, "status_reason": null, "sandbox": false,
        "unknown_policy": "at_most_once",
    });
    assert_eq!(connection, &expected);
    // The same link again, until it expires; nothing usable for an agent key.
    let path = format!("/connections/{}", id(&said));
    assert_eq!(
        bed.get(&bed.full, &path).await.expect(200)["connection"],
        expected
    );
    assert_eq!(
        bed.get(&bed.agent, &path).await.expect(200)["connection"]["url"],
        CONNECT_URL
    );
    bed.clock.advance_seconds(30 * 60);
    assert_eq!(
        bed.get(&bed.full, &path).await.expect(200)["connection"]["url"],
        CONNECT_URL
    );
    assert_eq!(bed.actions().await, ["connection.create"]);
}

#[tokio::test]
async fn credentials_that_verify_make_it_active_at_once() {
    let (bed, provider) = (Bed::open().await, provider().await);
    let body = json!({"app": "clicksend", "name": "n", "upstream": provider.url(), "credentials": credentials("right")});
    let said = bed.post("/connections", body).await.expect(201);
    assert_eq!(said["verification"]["state"], "verified");
    let connection = &said["connection"];
    assert_eq!(
        (&connection["status"], &connection["upstream"]),
        (&json!("ACTIVE"), &json!(provider.url()))
    );
    assert_eq!(
        connection["metadata"],
        json!({"username": "user", "email": "user@provider.test"})
    );
    assert_eq!(
        (&connection["url"], &connection["status_reason"]),
        (&json!(CONNECT_URL), &Value::Null)
    );
    let ready = bed.directory.connection_by_id(&id(&said)).unwrap();
    assert!(ready.prepared.is_some(), "in force at once");
}

#[tokio::test]
async fn credentials_that_do_not_verify_are_not_stored() {
    let (bed, provider) = (Bed::open().await, provider().await);
    let silent = ScriptedUpstream::start(|mut raw, _| async move {
        raw.message(false).await;
        std::future::pending().await
    })
    .await;
    for (upstream, status, error) in [
        (provider.url(), 422, "credentials_rejected"),
        ("http://127.0.0.1:1".to_owned(), 502, "upstream_unreachable"),
        ("http://10.0.0.1".to_owned(), 502, "upstream_unreachable"),
        (silent.url(), 504, "upstream_timeout"),
    ] {
        let body = json!({"app": "clicksend", "upstream": upstream, "credentials": credentials("wrong-secret")});
        let said = bed.post("/connections", body).await;
        assert_eq!(said.refusal(status).0, error, "{upstream}");
        assert!(!said.text.contains("wrong-secret"));
    }
    assert_eq!(
        bed.get(&bed.full, "/connections").await.expect(200)["connections"],
        json!([])
    );
}

#[tokio::test]
async fn verification_can_be_left_out_and_is_said_to_be() {
    let bed = Bed::open().await;
    let body = json!({"app": "clicksend", "upstream": "http://127.0.0.1:1", "credentials": credentials("x"), "verify": false});
    let said = bed.post("/connections", body).await.expect(201);
    assert_eq!(said["verification"]["state"], "skipped");
    assert_eq!(
        said["verification"]["message"],
        "the credentials were stored without asking the upstream whether they work"
    );
    let connection = &said["connection"];
    assert_eq!(
        (&connection["status"], &connection["metadata"]),
        (&json!("ACTIVE"), &json!({"username": "user"}))
    );
    assert!(
        connection["status_reason"]
            .as_str()
            .unwrap()
            .contains("never asked")
    );
    // An app that names no call cannot be verified, and that is said, too.
    let said = bed
        .post(
            "/connections",
            json!({"app": "acme", "credentials": {"token": "t"}}),
        )
        .await
        .expect(201);
    assert_eq!(
        (
            &said["verification"]["state"],
            &said["connection"]["status"]
        ),
        (&json!("skipped"), &json!("ACTIVE"))
    );
    assert_eq!(
        said["connection"]["metadata"],
        json!({}),
        "a token is not shown"
    );
}

#[tokio::test]
async fn a_built_in_connection_acts_as_an_account() {
    let bed = Bed::open().await;
    bed.account("second", false).await;
    let said = bed
        .post(
            "/connections",
            json!({"app": "clicksend", "upstream": "builtin"}),
        )
        .await
        .expect(201);
    let connection = &said["connection"];
    assert_eq!(
        (&connection["status"], &connection["upstream"]),
        (&json!("ACTIVE"), &json!("builtin"))
    );
    assert_eq!(
        (&connection["metadata"]["username"], &connection["sandbox"]),
        (&json!("live"), &json!(false))
    );
    assert_eq!(said["verification"]["state"], "not_needed");
    let named = bed
        .post(
            "/connections",
            json!({"app": "clicksend", "upstream": "builtin", "account": "second"}),
        )
        .await
        .expect(201);
    assert_eq!(named["connection"]["metadata"]["username"], "second");
    let play = bed
        .post(
            "/connections",
            json!({"app": "clicksend", "upstream": "builtin", "account": "sandbox"}),
        )
        .await
        .expect(201);
    assert_eq!(play["connection"]["sandbox"], true);
    let path = format!("/connections/{}/reconnect", id(&said));
    assert_eq!(
        bed.post(&path, Value::Null).await.refusal(409).0,
        "nothing_to_authenticate"
    );
}

#[tokio::test]
async fn each_unusable_field_is_named_and_nothing_is_made() {
    let bed = Bed::open().await;
    for (body, field) in [
        (json!({}), "app"),
        (json!({"app": "nosuch"}), "app"),
        (json!({"app": "clicksend", "method": "OAUTH2"}), "method"),
        (json!({"app": "clicksend", "name": ""}), "name"),
        (
            json!({"app": "clicksend", "upstream": "ftp://x"}),
            "upstream",
        ),
        (
            json!({"app": "clicksend", "upstream": "https://u:p@x"}),
            "upstream",
        ),
        (json!({"app": "acme", "upstream": "builtin"}), "upstream"),
        (
            json!({"app": "clicksend", "upstream": "builtin", "credentials": {}}),
            "credentials",
        ),
        (
            json!({"app": "clicksend", "upstream": "builtin", "account": "nosuch"}),
            "account",
        ),
        (json!({"app": "clicksend", "account": "live"}), "account"),
        (json!({"app": "clicksend", "verify": false}), "verify"),
        (
            json!({"app": "clicksend", "credentials": {"username": "u"}, "verify": false}),
            "credentials.password",
        ),
        (
            json!({"app": "clicksend", "credentials": {"username": "u", "password": ""}, "verify": false}),
            "credentials.password",
        ),
        (
            json!({"app": "clicksend", "credentials": {"username": "u:v", "password": "p"}, "verify": false}),
            "credentials.username",
        ),
        (
            json!({"app": "clicksend", "credentials": {"username": "u", "api_key": "p"}}),
            "credentials.api_key",
        ),
        (json!({"app": "clicksend", "colour": "red"}), "colour"),
    ] {
        assert_eq!(
            bed.post("/connections", body.clone()).await.refusal(422).1,
            field,
            "{body}"
        );
    }
    assert_eq!(
        bed.get(&bed.full, "/connections").await.expect(200)["connections"],
        json!([])
    );
    assert!(bed.audit().await.is_empty());
}

#[tokio::test]
async fn lists_are_filtered_and_oldest_first() {
    let bed = Bed::open().await;
    let mut made = Vec::new();
    for body in [
        json!({"app": "clicksend"}),
        json!({"app": "clicksend", "upstream": "builtin"}),
        json!({"app": "acme", "credentials": {"token": "t"}}),
    ] {
        made.push(id(&bed.post("/connections", body).await.expect(201)));
        bed.clock.advance_seconds(1);
    }
    for (query, expected) in [
        ("", vec![0, 1, 2]),
        ("?app=clicksend", vec![0, 1]),
        ("?app=clicksend&status=ACTIVE", vec![1]),
        ("?app=&status=", vec![0, 1, 2]),
        ("?status=PENDING", vec![0]),
        ("?method=BASIC", vec![0, 1]),
        ("?method=OAUTH2", vec![]),
        ("?app=nosuch", vec![]),
        ("?limit=2", vec![0, 1]),
        ("?app=clicksend&limit=1", vec![0]),
    ] {
        let said = bed
            .get(&bed.full, &format!("/connections{query}"))
            .await
            .expect(200);
        let ids: Vec<String> = said["connections"]
            .as_array()
            .unwrap()
            .iter()
            .map(id)
            .collect();
        assert_eq!(
            ids,
            expected
                .iter()
                .map(|index: &usize| made[*index].clone())
                .collect::<Vec<_>>(),
            "{query}"
        );
    }
    for (query, field) in [
        ("?status=SLEEPING", "status"),
        ("?status=active", "status"),
        ("?method=KEY", "method"),
        ("?limit=0", "limit"),
        ("?limit=1001", "limit"),
        ("?limit=x", "limit"),
    ] {
        assert_eq!(
            bed.get(&bed.full, &format!("/connections{query}"))
                .await
                .refusal(422)
                .1,
            field,
            "{query}"
        );
    }
}

#[tokio::test]
async fn keys_see_the_connections_that_concern_them() {
    let bed = Bed::open().await;
    let click = id(&bed
        .post(
            "/connections",
            json!({"app": "clicksend", "upstream": "builtin"}),
        )
        .await
        .expect(201));
    bed.clock.advance_seconds(1);
    let acme = id(&bed
        .post("/connections", json!({"app": "acme"}))
        .await
        .expect(201));
    bed.clock.advance_seconds(1);
    let play = id(&bed
        .post(
            "/connections",
            json!({"app": "clicksend", "upstream": "builtin", "account": "sandbox"}),
        )
        .await
        .expect(201));
    let set = |ids: &[&String]| Some(ids.iter().map(|id| (*id).clone()).collect());
    let apps = Some(["acme".to_owned()].into());
    for (scope, test, seen) in [
        (Scope::default(), false, vec![&click, &acme, &play]),
        (
            Scope {
                apps,
                ..Scope::default()
            },
            false,
            vec![&acme],
        ),
        (
            Scope {
                connections: set(&[&play]),
                ..Scope::default()
            },
            false,
            vec![&play],
        ),
        (
            Scope {
                connections: set(&[]),
                ..Scope::default()
            },
            false,
            vec![],
        ),
        (Scope::default(), true, vec![&play]),
    ] {
        for role in [Role::Agent, Role::Full] {
            let (key, _) = bed
                .key(KeyDraft {
                    scope: scope.clone(),
                    test,
                    ..draft(role)
                })
                .await;
            let said = bed.get(&key, "/connections").await.expect(200);
            let ids: Vec<String> = said["connections"]
                .as_array()
                .unwrap()
                .iter()
                .map(id)
                .collect();
            assert_eq!(ids.iter().collect::<Vec<_>>(), seen, "{role} {scope:?}");
            for connection in [&click, &acme, &play] {
                let said = bed.get(&key, &format!("/connections/{connection}")).await;
                match seen.contains(&connection) {
                    true => drop(said.expect(200)),
                    false => assert_eq!(said.refusal(403).0, "connection_out_of_scope"),
                }
            }
            if role == Role::Full && !seen.contains(&&click) {
                for (method, path) in [("DELETE", ""), ("PATCH", ""), ("POST", "/reconnect")] {
                    let said = bed
                        .ask(
                            &key,
                            method,
                            &format!("/connections/{click}{path}"),
                            json!({}),
                        )
                        .await;
                    assert_eq!(said.refusal(403).0, "connection_out_of_scope");
                }
            }
        }
    }
    assert_eq!(
        bed.get(&bed.agent, "/connections/nosuch")
            .await
            .refusal(404)
            .0,
        "connection_not_found"
    );
}

#[tokio::test]
async fn a_narrowed_key_makes_no_connection_beyond_its_scope() {
    let bed = Bed::open().await;
    let scope = Scope {
        apps: Some(["acme".to_owned()].into()),
        ..Scope::default()
    };
    let (narrow, _) = bed
        .key(KeyDraft {
            scope,
            ..draft(Role::Full)
        })
        .await;
    bed.ask(&narrow, "POST", "/connections", json!({"app": "acme"}))
        .await
        .expect(201);
    assert_eq!(
        bed.ask(&narrow, "POST", "/connections", json!({"app": "clicksend"}))
            .await
            .refusal(403)
            .0,
        "wider_than_caller"
    );
    let (test, _) = bed
        .key(KeyDraft {
            test: true,
            ..draft(Role::Full)
        })
        .await;
    assert_eq!(
        bed.ask(&test, "POST", "/connections", json!({"app": "clicksend"}))
            .await
            .refusal(403)
            .0,
        "test_key"
    );
    let live = json!({"app": "clicksend", "upstream": "builtin", "account": "live"});
    assert_eq!(
        bed.ask(&test, "POST", "/connections", live)
            .await
            .refusal(422)
            .1,
        "account"
    );
    let play = bed
        .ask(
            &test,
            "POST",
            "/connections",
            json!({"app": "clicksend", "upstream": "builtin"}),
        )
        .await
        .expect(201);
    assert_eq!(play["connection"]["sandbox"], true);
}

#[tokio::test]
async fn a_connection_is_renamed_and_deleted_with_json() {
    let bed = Bed::open().await;
    let made = id(&bed
        .post("/connections", json!({"app": "acme"}))
        .await
        .expect(201));
    let path = format!("/connections/{made}");
    let said = bed
        .ask(&bed.full, "PATCH", &path, json!({"name": "Main"}))
        .await
        .expect(200);
    assert_eq!(said["connection"]["name"], "Main");
    for word in ["at_least_once", "ask", "at_most_once"] {
        let change = json!({"unknown_policy": word});
        let said = bed.ask(&bed.full, "PATCH", &path, change).await.expect(200);
        assert_eq!(said["connection"]["unknown_policy"], word);
    }
    let wrong = json!({"unknown_policy": "twice"});
    let refused = bed.ask(&bed.full, "PATCH", &path, wrong).await.refusal(422);
    assert_eq!(refused.0, "invalid_request");
    let said = bed
        .ask(&bed.full, "PATCH", &path, json!({"name": null}))
        .await
        .expect(200);
    assert_eq!(said["connection"]["name"], Value::Null);
    assert_eq!(
        bed.ask(&bed.full, "PATCH", &path, json!({"status": "ACTIVE"}))
            .await
            .refusal(422)
            .1,
        "status"
    );
    let said = bed
        .ask(&bed.full, "DELETE", &path, Value::Null)
        .await
        .expect(200);
    assert_eq!(said, json!({"deleted": true, "connection_id": made}));
    for method in ["GET", "DELETE"] {
        let said = bed.ask(&bed.full, method, &path, Value::Null).await;
        assert_eq!(said.refusal(404).0, "connection_not_found");
        assert_eq!(
            said.json()["message"],
            format!("Connection `{made}` not found")
        );
    }
    assert!(bed.directory.connection_by_id(&made).is_none());
    assert_eq!(
        bed.actions().await,
        [
            "connection.delete",
            "connection.change",
            "connection.change",
            "connection.change",
            "connection.change",
            "connection.change",
            "connection.create"
        ]
    );
}

#[tokio::test]
async fn the_same_connection_gets_new_credentials_and_works_until_then() {
    let (bed, provider) = (Bed::open().await, provider().await);
    let body = json!({"app": "clicksend", "upstream": provider.url(), "credentials": credentials("old"), "verify": false});
    let made = id(&bed.post("/connections", body).await.expect(201));
    let path = format!("/connections/{made}/reconnect");

    // By a link: it stays ACTIVE with what it has.
    let said = bed.post(&path, Value::Null).await.expect(200);
    assert_eq!(
        (
            &said["connection"]["status"],
            &said["verification"]["state"]
        ),
        (&json!("ACTIVE"), &json!("pending"))
    );
    let first = said["connection"]["url"].as_str().unwrap().to_owned();
    let second = bed.post(&path, Value::Null).await.expect(200)["connection"]["url"].clone();
    assert_ne!(second, first, "a new link replaces the old one");
    let before = bed.row(&made).await;
    assert!(before.credential_sealed.is_some() && before.status == Status::Active);

    // At once: refused credentials change nothing, accepted ones replace and spend the link.
    let said = bed
        .post(&path, json!({"credentials": credentials("wrong")}))
        .await;
    assert_eq!(said.refusal(422).0, "credentials_rejected");
    assert_eq!(bed.row(&made).await, before);
    let said = bed
        .post(&path, json!({"credentials": credentials("right")}))
        .await
        .expect(200);
    assert_eq!(
        (&said["connection_id"], &said["verification"]["state"]),
        (&json!(made), &json!("verified"))
    );
    let after = bed.row(&made).await;
    assert_eq!((after.session_nonce, after.status), (None, Status::Active));
    assert_ne!(after.credential_sealed, before.credential_sealed);
    assert_eq!(
        bed.post(&path, json!({"verify": false}))
            .await
            .refusal(422)
            .1,
        "verify"
    );
}

#[tokio::test]
async fn a_connection_has_limits_of_its_own() {
    let bed = Bed::open().await;
    let made = bed
        .post(
            "/connections",
            json!({"app": "clicksend", "upstream": "builtin"}),
        )
        .await
        .expect(201);
    let path = format!("/connections/{}", made["connection_id"].as_str().unwrap());
    let limits = json!({"messages_per_day": 5, "recipients_allow": ["AU"]});
    let change = json!({"limits": limits});
    let said = bed.ask(&bed.full, "PATCH", &path, change).await.expect(200);
    assert_eq!(said["connection"]["limits"], limits);
    // A name alone leaves them.
    let named = json!({"name": "n"});
    let said = bed.ask(&bed.full, "PATCH", &path, named).await.expect(200);
    assert_eq!(said["connection"]["limits"], limits);
    let wrong = json!({"limits": {"quiet_hours": "night"}});
    let said = bed.ask(&bed.full, "PATCH", &path, wrong).await;
    assert_eq!(said.refusal(422).1, "limits.quiet_hours");
    let none = json!({"limits": null});
    let said = bed.ask(&bed.full, "PATCH", &path, none).await.expect(200);
    assert_eq!(said["connection"].get("limits"), None);
}

#[tokio::test]
async fn verifying_says_what_the_upstream_says_and_writes_it_down() {
    let (bed, provider) = (Bed::open().await, provider().await);
    for (password, word, status) in [
        ("right", "verified", "ACTIVE"),
        ("wrong", "rejected", "FAILED"),
    ] {
        let body = json!({"app": "clicksend", "upstream": provider.url(), "credentials": credentials(password), "verify": false});
        let made = bed.post("/connections", body).await.expect(201);
        assert!(made["connection"].get("verified_at").is_none(), "{made}");
        let path = format!("/connections/{}/verify", id(&made));
        let said = bed.post(&path, json!({})).await.expect(200);
        assert_eq!(said["verification"]["state"], word, "{said}");
        assert_eq!(said["connection"]["status"], status, "{said}");
        assert_eq!(
            said["connection"]["verified_at"].is_string(),
            word == "verified"
        );
        let alerts = bed.get(&bed.full, "/alerts").await.expect(200);
        assert_eq!(
            alerts["alerts"].as_array().unwrap().len(),
            usize::from(word == "rejected")
        );
    }
    assert!(
        bed.actions()
            .await
            .contains(&"connection.verify".to_owned())
    );
    let gone = json!({"app": "clicksend", "upstream": "http://127.0.0.1:9", "credentials": credentials("right"), "verify": false});
    let made = bed.post("/connections", gone).await.expect(201);
    let path = format!("/connections/{}/verify", id(&made));
    let said = bed.post(&path, json!({})).await.expect(200);
    assert_eq!(said["verification"]["state"], "unreachable", "{said}");
    assert_eq!(
        said["connection"]["status"], "ACTIVE",
        "nobody knows, so nothing changes"
    );
    let made = bed
        .post(
            "/connections",
            json!({"app": "clicksend", "upstream": "builtin"}),
        )
        .await
        .expect(201);
    let path = format!("/connections/{}/verify", id(&made));
    let said = bed.post(&path, json!({})).await.expect(200);
    assert_eq!(said["verification"]["state"], "not_needed");
}
