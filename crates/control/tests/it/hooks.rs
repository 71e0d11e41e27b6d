//! Addresses at which remote accounts tell of incoming texts, in the three encodings that ClickSend pushes in.

use axum::body::Body;
use http::Request;
use postern_store::hooks;
use serde_json::{Value, json};

use crate::bed::{Bed, Said};

async fn connection(bed: &Bed) -> String {
    let credentials = json!({"username": "u", "password": "p"});
    let body = json!({"app": "clicksend", "upstream": "http://127.0.0.1:1", "credentials": credentials, "verify": false});
    let made = bed.post("/connections", body).await.expect(201);
    made["connection_id"].as_str().unwrap().to_owned()
}

/// The path of a new address.
async fn hook(bed: &Bed, connection: &str) -> String {
    let hook = bed
        .post(&format!("/connections/{connection}/hook"), Value::Null)
        .await
        .expect(200);
    let url = hook["url"].as_str().unwrap();
    url[url.find("/hooks/").unwrap()..].to_owned()
}

async fn push(bed: &Bed, method: &str, path: &str, kind: &str, body: &str) -> Said {
    let mut request = Request::builder().method(method).uri(path);
    if !kind.is_empty() {
        request = request.header("content-type", kind);
    }
    bed.send(request.body(Body::from(body.to_owned())).unwrap())
        .await
}

async fn is_out(bed: &Bed, path: &str, number: &str) -> bool {
    let hook = bed
        .directory
        .hook(path.trim_start_matches("/hooks/"))
        .unwrap();
    let (id, subject) = (hook.connection_id.to_string(), hook.subject(number));
    let found = bed
        .store
        .read(move |tx| hooks::opted_out_among(tx, &id, std::slice::from_ref(&subject)))
        .await;
    !found.unwrap().is_empty()
}

const FORM: &str = "application/x-www-form-urlencoded";

#[tokio::test]
async fn stop_is_heard_in_every_encoding_and_start_takes_it_back() {
    let bed = Bed::open().await;
    let path = hook(&bed, &connection(&bed).await).await;
    let number = "+61411111111";
    let form = "originalsenderid=&body=Stop.&message=Stop.&sms=61411111111&from=%2B61411111111&to=%2B61422222222&user_id=1&custom_string=";
    let queried = format!("{path}?from=61411111111&message=STOP");
    let as_json = r#"{"from":"+61411111111","body":"stop","timestamp":1436174407,"user_id":1,"custom_string":null}"#;
    let back = json!({"from": 61_411_111_111_i64, "body": "START"}).to_string();
    for (method, path_and_query, kind, body) in [
        ("POST", path.as_str(), FORM, form),
        ("POST", &path, "", form),
        ("GET", &queried, "", ""),
        ("POST", &path, "application/json", as_json),
        ("POST", &path, "text/plain", as_json),
    ] {
        // A retry says the same once more.
        for _ in 0..2 {
            let said = push(&bed, method, path_and_query, kind, body)
                .await
                .expect(200);
            assert_eq!(said["heard"], "opt_out", "{method} {kind} {body}");
        }
        assert!(is_out(&bed, &path, number).await);
        let said = push(&bed, "POST", &path, "application/json", &back)
            .await
            .expect(200);
        assert_eq!(said["heard"], "opt_in");
        assert!(!is_out(&bed, &path, number).await);
    }
    let actions = bed.actions().await;
    let count = |action: &str| actions.iter().filter(|one| *one == action).count();
    assert_eq!(
        (
            count("hook.opt_out"),
            count("hook.opt_in"),
            count("connection.hook")
        ),
        (5, 5, 1)
    );
}

#[tokio::test]
async fn what_is_no_wish_changes_nothing() {
    let bed = Bed::open().await;
    let path = hook(&bed, &connection(&bed).await).await;
    for body in [
        "",
        "body=STOP",
        "from=%2B61411111111",
        "from=%2B61411111111&body=Please+stop+by",
        "from=nobody&body=STOP",
        r#"{"from":["+61411111111"],"body":"STOP"}"#,
        r#"{"from":"+61411111111","body":{"x":"STOP"}}"#,
    ] {
        let said = push(&bed, "POST", &path, "", body).await.expect(200);
        assert_eq!(said["heard"], "nothing", "{body}");
    }
    let cut = push(&bed, "POST", &path, "application/json", r#"{"from":"#).await;
    assert_eq!(cut.refusal(400).0, "invalid_request");
    let large = push(&bed, "POST", &path, FORM, &"x".repeat(100_000)).await;
    assert_eq!(large.refusal(413).0, "body_too_large");
    assert!(
        !bed.actions()
            .await
            .iter()
            .any(|action| action.starts_with("hook."))
    );
}

#[tokio::test]
async fn a_new_address_replaces_the_old_one_and_is_stored_as_a_hash() {
    let bed = Bed::open().await;
    let id = connection(&bed).await;
    let (old, new) = (hook(&bed, &id).await, hook(&bed, &id).await);
    assert_ne!(old, new);
    assert_eq!(
        push(&bed, "POST", &old, FORM, "x=1").await.refusal(404).0,
        "unknown_hook"
    );
    assert_eq!(
        push(&bed, "POST", "/hooks/guessed", FORM, "x=1")
            .await
            .refusal(404)
            .0,
        "unknown_hook"
    );
    push(&bed, "POST", &new, FORM, "x=1").await.expect(200);
    let token = new.trim_start_matches("/hooks/").as_bytes().to_vec();
    let bytes = bed.bytes_on_disk();
    assert!(!bytes.windows(token.len()).any(|window| window == token));
    bed.ask(
        &bed.full,
        "DELETE",
        &format!("/connections/{id}"),
        Value::Null,
    )
    .await
    .expect(200);
    assert_eq!(
        push(&bed, "POST", &new, FORM, "x=1").await.refusal(404).0,
        "unknown_hook"
    );
}

#[tokio::test]
async fn the_built_in_platform_needs_none() {
    let bed = Bed::open().await;
    let made = bed
        .post(
            "/connections",
            json!({"app": "clicksend", "upstream": "builtin"}),
        )
        .await
        .expect(201);
    let path = format!(
        "/connections/{}/hook",
        made["connection_id"].as_str().unwrap()
    );
    assert_eq!(
        bed.post(&path, Value::Null).await.refusal(409).0,
        "nothing_to_hear"
    );
}
