//! What every route answers alike.

use axum::body::Body;
use postern_access::{KeyDraft, RequestId, Scope};
use postern_domain::key::Role;
use postern_vault::api_key::{Mode, generate};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

use crate::bed::{Bed, draft, request};

#[tokio::test]
async fn keys_that_do_not_open_say_why() {
    let bed = Bed::open().await;
    let expires_at = Some(bed.clock.now().plus_secs(60));
    let (expiring, _) = bed
        .key(KeyDraft {
            expires_at,
            ..draft(Role::Full)
        })
        .await;
    let (revoked, revoked_id) = bed.key(draft(Role::Full)).await;
    let scope = Scope {
        cidr: Some(vec!["192.0.2.0/24".parse().unwrap()]),
        ..Scope::default()
    };
    let (elsewhere, _) = bed
        .key(KeyDraft {
            scope,
            ..draft(Role::Full)
        })
        .await;
    bed.ask(
        &bed.full,
        "DELETE",
        &format!("/keys/{revoked_id}"),
        Value::Null,
    )
    .await
    .expect(200);
    bed.clock.advance_seconds(60);
    for (key, error) in [
        ("", "missing_key"),
        ("hello", "invalid_key"),
        (&bed.full[..40], "invalid_key"),
        (generate(Mode::Live).0.expose_secret(), "invalid_key"),
        (&expiring, "expired_key"),
        (&revoked, "revoked_key"),
        (&elsewhere, "address_not_allowed"),
    ] {
        let said = bed.get(key, "/user").await;
        assert_eq!(said.refusal(401).0, error);
        assert!(
            said.json()["message"]
                .as_str()
                .unwrap()
                .starts_with("Invalid API key"),
            "{}",
            said.text
        );
    }
}

#[tokio::test]
async fn basic_authentication_with_the_key_as_password_is_accepted() {
    use base64::Engine as _;
    let bed = Bed::open().await;
    let pair = base64::engine::general_purpose::STANDARD.encode(format!("anybody:{}", bed.full));
    let request = request("", "GET", "/user").header("authorization", format!("Basic {pair}"));
    assert_eq!(
        bed.send(request.body(Body::empty()).unwrap()).await.status,
        200
    );
}

#[tokio::test]
async fn paths_and_methods_that_are_not_ours() {
    let bed = Bed::open().await;
    for path in [
        "/",
        "/nothing",
        "/keys/a/b",
        "/vault",
        "/connections/x/reconnect/y",
    ] {
        assert_eq!(
            bed.get(&bed.full, path).await.refusal(404).0,
            "not_found",
            "{path}"
        );
        assert_eq!(
            bed.get("", path).await.refusal(404).0,
            "not_found",
            "{path}"
        );
    }
    for (method, path, allow) in [
        ("PUT", "/keys", "GET,HEAD,POST"),
        ("DELETE", "/user", "GET,HEAD"),
        ("GET", "/vault/rotate", "POST"),
    ] {
        let said = bed.ask(&bed.full, method, path, Value::Null).await;
        assert_eq!(said.refusal(405).0, "method_not_allowed");
        assert_eq!(said.header("allow"), allow, "{method} {path}");
    }
}

#[tokio::test]
async fn a_head_request_is_a_get_without_its_body() {
    let bed = Bed::open().await;
    let said = bed.ask(&bed.agent, "HEAD", "/user", Value::Null).await;
    assert_eq!((said.status.as_u16(), said.text.as_str()), (200, ""));
    assert_eq!(
        bed.ask(&bed.agent, "HEAD", "/keys", Value::Null)
            .await
            .status,
        403
    );
}

#[tokio::test]
async fn bodies_are_bounded_and_must_be_json() {
    let bed = Bed::open().await;
    let said = bed
        .send(
            request(&bed.full, "POST", "/keys")
                .body(Body::from(vec![b' '; 70_000]))
                .unwrap(),
        )
        .await;
    assert_eq!(said.refusal(413).0, "body_too_large");
    let said = bed
        .send(
            request(&bed.full, "POST", "/keys")
                .body(Body::from("{\"name\": "))
                .unwrap(),
        )
        .await;
    assert_eq!(said.refusal(400).0, "invalid_json");
    let said = bed
        .send(
            request(&bed.full, "POST", "/keys")
                .body(Body::empty())
                .unwrap(),
        )
        .await;
    assert_eq!(said.refusal(422).0, "invalid_request");
}

#[tokio::test]
async fn every_answer_has_the_request_id_of_its_listener() {
    let bed = Bed::open().await;
    let with_id = request(&bed.full, "GET", "/user").extension(RequestId("given-id".into()));
    let said = bed.send(with_id.body(Body::empty()).unwrap()).await;
    assert_eq!(said.header("x-request-id"), "given-id");
    let (one, two) = (
        bed.get(&bed.full, "/user").await,
        bed.get("", "/nothing").await,
    );
    assert_eq!(one.header("x-request-id").len(), 36);
    assert_ne!(one.header("x-request-id"), two.header("x-request-id"));
    assert_eq!(
        (
            one.header("cache-control"),
            one.header("x-content-type-options")
        ),
        ("no-store", "nosniff")
    );
}

#[tokio::test]
async fn a_key_that_is_too_fast_is_told_how_long_to_wait() {
    let bed = Bed::open().await;
    let (slow, _) = bed
        .key(KeyDraft {
            rate_per_second: Some(1),
            ..draft(Role::Full)
        })
        .await;
    assert_eq!(bed.get(&slow, "/user").await.status, 200);
    let said = bed.get(&slow, "/user").await;
    assert_eq!(said.refusal(429).0, "rate_limited");
    assert_eq!(said.header("retry-after"), "1");
    bed.clock.advance_seconds(1);
    assert_eq!(bed.get(&slow, "/user").await.status, 200);
}

#[tokio::test]
async fn unknown_and_repeated_parameters_are_refused() {
    let bed = Bed::open().await;
    for (path, field) in [
        ("/connections?stauts=ACTIVE", "stauts"),
        ("/connections?app=a&app=b", "app"),
        ("/keys?limit=0", "limit"),
        ("/accounts?x=", "x"),
    ] {
        assert_eq!(
            bed.get(&bed.full, path).await.refusal(422).1,
            field,
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_word_that_is_none_is_refused_where_it_would_find_nothing() {
    let bed = Bed::open().await;
    let said = bed.get(&bed.full, "/audit?decision=denied").await;
    let (error, field) = said.refusal(422);
    assert_eq!(
        (error.as_str(), field.as_str()),
        ("invalid_request", "decision")
    );
}

/// The gateway answers a `POST` there before it comes here.
#[tokio::test]
async fn a_preview_is_no_send() {
    let bed = Bed::open().await;
    let said = bed.get(&bed.full, "/sends/preview").await;
    assert_eq!(said.refusal(405).0, "method_not_allowed");
    assert_eq!(said.header("allow"), "POST");
}

#[tokio::test]
async fn who_am_i() {
    let bed = Bed::open().await;
    let said = bed.get(&bed.agent, "/user").await.expect(200);
    assert_eq!(said["email"], "operator@postern.test");
    assert_eq!(said["key"]["key_id"], bed.agent_id.as_str());
    assert_eq!(
        (&said["key"]["role"], &said["key"]["test"]),
        (&json!("agent"), &json!(false))
    );
    assert!(!said.to_string().contains(&bed.agent));
}

#[tokio::test]
async fn apps_are_listed_as_far_as_the_key_reaches() {
    let bed = Bed::open().await;
    let names = |said: Value| {
        said["apps"]
            .as_array()
            .unwrap()
            .iter()
            .map(|app| app["name"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let all = bed.get(&bed.full, "/apps").await.expect(200);
    assert_eq!(all["apps"][1]["verified_by"], "GET /v3/account");
    assert_eq!(
        all["apps"][1]["fields"][1],
        json!({"name": "password", "label": "API key", "secret": true})
    );
    assert_eq!(names(all), ["acme", "clicksend"]);
    let scope = Scope {
        apps: Some(["acme".to_owned()].into()),
        ..Scope::default()
    };
    let (narrow, _) = bed
        .key(KeyDraft {
            scope,
            ..draft(Role::Agent)
        })
        .await;
    assert_eq!(names(bed.get(&narrow, "/apps").await.expect(200)), ["acme"]);
    let (test, _) = bed
        .key(KeyDraft {
            test: true,
            ..draft(Role::Agent)
        })
        .await;
    assert_eq!(
        names(bed.get(&test, "/apps").await.expect(200)),
        ["clicksend"]
    );
}
