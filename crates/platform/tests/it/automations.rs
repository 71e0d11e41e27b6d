//! `/v3/automations`: rules of each kind from POST to DELETE, whose they are, and what is refused.

use axum::body::Body;
use http::Request;
use postern_domain::channel::Channel;
use postern_store::inbound::{self, Incoming};
use postern_store::{Lane, pushes, receipts};
use serde_json::{Value, json};

use crate::world::{World, acting};

const NOW: i64 = postern_testkit::FixedClock::START.0 / 1_000_000;

fn inbound_rule() -> Value {
    json!({"dedicated_number": "*", "rule_name": "My Rule", "message_search_type": 3, "message_search_term": "My Search Term",
        "action": "EMAIL_FIXED", "action_address": "john@example.com", "enabled": 1})
}

fn receipt_rule() -> Value {
    json!({"rule_name": "My Rule", "match_type": 0, "action": "URL", "action_address": "http://yourdomain.com", "enabled": 1})
}

fn with(mut object: Value, key: &str, value: Value) -> Value {
    object[key] = value;
    object
}

#[tokio::test]
async fn an_inbound_rule_lives_from_post_to_delete() {
    let world = World::new().await;
    let made = world
        .post("/v3/automations/sms/inbound", inbound_rule())
        .await;
    assert_eq!(made.body["response_msg"], "Your record has been added.");
    let id = made.data()["inbound_rule_id"].as_i64().unwrap();
    let row = json!({"inbound_rule_id": id, "dedicated_number": "*", "rule_name": "My Rule", "message_search_type": 3,
        "message_search_term": "My Search Term", "action": "EMAIL_FIXED", "action_address": "john@example.com", "body": null, "enabled": 1,
        "webhook_type": null});
    assert_eq!(made.data(), &row);
    let path = format!("/v3/automations/sms/inbound/{id}");
    let viewed = world.get(&path).await;
    assert_eq!(
        (viewed.data(), &viewed.body["response_msg"]),
        (&row, &json!("Your inbound rule."))
    );
    let page = world.get("/v3/automations/sms/inbound").await;
    assert_eq!(page.data()["data"], json!([row]));
    assert_eq!(
        (&page.data()["path"], &page.data()["links"][1]["label"]),
        (&json!("/v3/automations/sms/inbound"), &json!("1"))
    );
    // What is not given stays; numbers may be text.
    let change = json!({"action": "url", "action_address": "https://example.com/x?a=1", "webhook_type": "JSON", "enabled": "0",
        "message_search_type": "0"});
    let changed = world.put(&path, &change.to_string()).await;
    assert_eq!(
        changed.body["response_msg"],
        "Your record has been updated."
    );
    assert_eq!(
        changed.data(),
        &json!({"inbound_rule_id": id, "dedicated_number": "*", "rule_name": "My Rule", "message_search_type": 0,
            "message_search_term": "My Search Term", "action": "URL", "action_address": "https://example.com/x?a=1", "body": null,
            "enabled": 0, "webhook_type": "json"})
    );
    assert_eq!(world.get(&path).await.data(), changed.data());
    let deleted = world.delete(&path).await;
    assert_eq!(deleted.data(), &json!([]));
    assert_eq!(
        deleted.body["response_msg"],
        "Your record has been deleted."
    );
    for answer in [
        world.get(&path).await,
        world.delete(&path).await,
        world.put(&path, "{}").await,
        world.get("/v3/automations/sms/inbound/x").await,
    ] {
        assert_eq!(
            answer.error(),
            (404, "NOT_FOUND", "Inbound rule record not found.")
        );
    }
}

#[tokio::test]
async fn receipt_rules_of_each_kind_live_from_post_to_delete() {
    let world = World::new().await;
    for (kind, created, gone) in [
        ("sms", "Your new SMS receipt has been added.", json!([])),
        ("voice", "Your new voice receipt has been added.", json!([])),
        (
            "email",
            "Automation email receipt rule has been created.",
            json!(true),
        ),
    ] {
        let all = format!("/v3/automations/{kind}/receipts");
        let made = world.post(&all, receipt_rule()).await;
        assert_eq!(made.body["response_msg"], created);
        let id = made.data()["receipt_rule_id"].as_i64().unwrap();
        let row = json!({"receipt_rule_id": id, "rule_name": "My Rule", "match_type": 0, "action": "URL",
            "action_address": "http://yourdomain.com", "enabled": 1});
        assert_eq!(made.data(), &row);
        let page = world.get(&all).await;
        assert_eq!(
            (&page.data()["total"], &page.data()["data"]),
            (&json!(1), &json!([row])),
            "{kind}: no other kind's"
        );
        let path = format!("{all}/{id}");
        let changed = world
            .put(
                &path,
                r#"{"match_type":"1","action":"POLL","action_address":""}"#,
            )
            .await;
        assert_eq!(
            (
                &changed.data()["match_type"],
                &changed.data()["action"],
                &changed.data()["rule_name"]
            ),
            (&json!(1), &json!("POLL"), &json!("My Rule"))
        );
        assert_eq!(world.get(&path).await.data(), changed.data());
        assert_eq!(world.delete(&path).await.data(), &gone);
        assert_eq!(world.get(&path).await.error().0, 404);
        assert_eq!(world.get(&all).await.data()["total"], 0);
    }
}

#[tokio::test]
async fn somebody_elses_rules_are_nobodys() {
    let world = World::new().await;
    let eve = world.open_account("eve", 0, false).await;
    let inbound = world
        .post("/v3/automations/sms/inbound", inbound_rule())
        .await
        .data()["inbound_rule_id"]
        .to_string();
    let receipt = world
        .post("/v3/automations/sms/receipts", receipt_rule())
        .await
        .data()["receipt_rule_id"]
        .to_string();
    for path in [
        format!("/v3/automations/sms/inbound/{inbound}"),
        format!("/v3/automations/sms/receipts/{receipt}"),
        // Right number, wrong kind.
        format!("/v3/automations/voice/receipts/{receipt}"),
    ] {
        for method in ["GET", "PUT", "DELETE"] {
            let request = acting(Request::builder().method(method).uri(&path), eve)
                .body(Body::from("{}"))
                .unwrap();
            assert_eq!(world.call(request).await.error().0, 404, "{method} {path}");
        }
    }
    let request = acting(Request::get("/v3/automations/sms/inbound"), eve);
    let page = world.call(request.body(Body::empty()).unwrap()).await;
    assert_eq!(page.data()["total"], 0);
}

#[tokio::test]
async fn what_is_wrong_with_a_rule_is_named() {
    let world = World::new().await;
    for (key, value, told) in [
        ("rule_name", json!(null), "rule_name is missing."),
        (
            "message_search_type",
            json!(4),
            "message_search_type must be 0 (any), 1 (starts with), 2 (contains) or 3 (does not contain).",
        ),
        (
            "message_search_term",
            json!(" "),
            "message_search_term is missing; only message_search_type 0 needs none.",
        ),
        ("enabled", json!(2), "enabled must be 0 or 1."),
        (
            "dedicated_number",
            json!("x"),
            "dedicated_number must be * or a telephone number.",
        ),
        (
            "action_address",
            json!("nobody"),
            "action_address must be an e-mail address.",
        ),
        (
            "webhook_type",
            json!("xml"),
            "webhook_type must be one of post, get, json.",
        ),
    ] {
        let answer = world
            .post(
                "/v3/automations/sms/inbound",
                with(inbound_rule(), key, value),
            )
            .await;
        assert_eq!(answer.error(), (400, "BAD_REQUEST", told));
    }
    for (action, address, told) in [
        (
            "URL",
            "ftp://x",
            "action_address must be an http or https URL without user name and password.",
        ),
        (
            "URL",
            "http://u:p@x.test",
            "action_address must be an http or https URL without user name and password.",
        ),
        ("SMS", "x", "action_address must be a telephone number."),
        (
            "GROUP_SMS",
            "x",
            "action_address must be the number of a list.",
        ),
        (
            "MOVE_CONTACT",
            "424242",
            "action_address is none of your lists.",
        ),
        (
            "AUTO_REPLY",
            "",
            "body is missing: AUTO_REPLY needs the text of its answer.",
        ),
    ] {
        let rule = with(inbound_rule(), "action", json!(action));
        let rule = with(rule, "action_address", json!(address));
        let answer = world.post("/v3/automations/sms/inbound", rule).await;
        assert_eq!(answer.error(), (400, "BAD_REQUEST", told));
    }
    let unknown = world
        .post(
            "/v3/automations/sms/inbound",
            with(inbound_rule(), "action", json!("SMPP")),
        )
        .await;
    assert!(
        unknown
            .error()
            .2
            .starts_with("action must be one of AUTO_REPLY, EMAIL_USER,")
    );
    for (key, value, told) in [
        (
            "match_type",
            json!(9),
            "match_type must be 0 (all), 1 (failed) or 2 (delivered).",
        ),
        ("match_type", json!(null), "match_type is missing."),
        (
            "action",
            json!("SMS"),
            "action must be one of EMAIL_USER, EMAIL_FIXED, URL, POLL, NONE.",
        ),
    ] {
        let answer = world
            .post(
                "/v3/automations/voice/receipts",
                with(receipt_rule(), key, value),
            )
            .await;
        assert_eq!(answer.error(), (400, "BAD_REQUEST", told));
    }
}

#[tokio::test]
async fn an_answer_that_a_rule_asks_for_is_a_message_like_any_other() {
    let world = World::new().await;
    let rule = json!({"dedicated_number": "*", "rule_name": "thanks", "message_search_type": 2, "message_search_term": "hello",
        "action": "AUTO_REPLY", "action_address": "", "body": "Thank you", "enabled": true});
    world.post("/v3/automations/sms/inbound", rule).await.data();
    let (john, now) = (world.john, world.clock.now());
    let text = Incoming {
        message_id: postern_domain::message_id::MessageId::new(now, [1; 8]),
        sender: "+15551234567".to_owned(),
        recipient: "+15005550100".to_owned(),
        body: "Hello there".to_owned(),
    };
    world
        .store
        .write(Lane::of(john.0), move |tx| {
            inbound::arrive(tx, john, &text, now)
        })
        .await
        .unwrap();
    let before = world.balance().await;
    assert_eq!(world.state.react().await.unwrap(), 1);
    assert_eq!(world.state.react().await.unwrap(), 0, "once");
    let history = world.get("/v3/sms/history").await;
    let row = &history.data()["data"][0];
    assert_eq!(
        (&row["to"], &row["from"], &row["body"], &row["status"]),
        (
            &json!("+15551234567"),
            &json!("+15005550100"),
            &json!("Thank you"),
            &json!("Queued")
        )
    );
    assert!(world.balance().await < before);
}

#[tokio::test]
async fn a_test_is_pushed_to_an_address_instead_of_being_polled() {
    let world = World::new().await;
    for (path, body) in [
        (
            "/v3/sms/inbound",
            json!({"url": "http://yourdomain.com", "webhook_type": "json"}),
        ),
        ("/v3/sms/receipts", json!({"url": "http://yourdomain.com"})),
        (
            "/v3/voice/receipts",
            json!({"url": "http://yourdomain.com"}),
        ),
    ] {
        world.post(path, body).await.data();
        assert_eq!(world.get(path).await.data()["total"], 0, "{path}");
    }
    let john = world.john;
    let found = world
        .store
        .read(move |tx| pushes::page(tx, john, 0, 10))
        .await
        .unwrap();
    assert_eq!(found.total, 3);
    assert!(found.rows.iter().all(|push| push.rule.is_none()
        && push.url == "http://yourdomain.com"
        && push.created_at.secs() == NOW));
    let polled = world
        .store
        .read(move |tx| receipts::page(tx, john, Channel::Sms, 0, 10))
        .await
        .unwrap();
    assert_eq!(polled.total, 0);
    for (body, told) in [
        (json!({}), "url is missing; send `poll` or an address."),
        (
            json!({"url": "yourdomain"}),
            "url must be `poll` or an http or https URL without user name and password.",
        ),
        (
            json!({"url": "poll", "webhook_type": "xml"}),
            "webhook_type must be one of post, get, json.",
        ),
    ] {
        let answer = world.post("/v3/sms/inbound", body).await;
        assert_eq!(answer.error(), (400, "BAD_REQUEST", told));
    }
}

#[tokio::test]
async fn the_secret_stays_the_same_until_it_is_replaced() {
    let world = World::new().await;
    let path = "/v3/automations/webhook-secret";
    let first = world.get(path).await.data()["webhook_secret"].clone();
    assert!(first.as_str().unwrap().starts_with("whsec_"));
    assert_eq!(world.get(path).await.data()["webhook_secret"], first);
    let second = world.put(path, "").await.data()["webhook_secret"].clone();
    assert_ne!(second, first);
    assert_eq!(world.get(path).await.data()["webhook_secret"], second);
}
