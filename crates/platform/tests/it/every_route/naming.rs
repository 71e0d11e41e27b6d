//! What is wrong with a body is named; what is meant by it is understood.

use axum::body::Body;
use http::Request;
use serde_json::{Value, json};

use super::operations;
use crate::world::{World, as_john};

/// Method, path, body, and what the sentence must name. `LIST` stands for a list of John's.
const FAULTS: &[(&str, &str, &str, &str)] = &[
    ("POST", "/v3/uploads?convert=mms", "{}", "content"),
    ("POST", "/v3/uploads", r#"{"content":"YQ=="}"#, "convert"),
    ("POST", "/v3/sms-campaigns/send", "{}", "list_id"),
    ("POST", "/v3/sms-campaigns/price", "{}", "list_id"),
    (
        "POST",
        "/v3/sms-campaigns/send",
        r#"{"list_id":"LIST","body":"x"}"#,
        "name",
    ),
    (
        "POST",
        "/v3/sms-campaigns/send",
        r#"{"list_id":"LIST","name":"x","body":"x","schedule":"tomorrow"}"#,
        "schedule",
    ),
    ("POST", "/v3/mms-campaigns/send", "{}", "list_id"),
    ("POST", "/v3/mms-campaigns/price", "{}", "list_id"),
    (
        "POST",
        "/v3/mms-campaigns/send",
        r#"{"list_id":"LIST","body":"x"}"#,
        "name",
    ),
    (
        "POST",
        "/v3/mms-campaigns/send",
        r#"{"list_id":"LIST","name":"x","body":"x","schedule":"tomorrow"}"#,
        "schedule",
    ),
    (
        "PUT",
        "/v3/lists/LIST/remove-opted-out-contacts/LIST",
        "{}",
        "opt_out_list_id",
    ),
    ("PUT", "/v3/sms/templates/1", "{}", "template_name"),
    (
        "PUT",
        "/v3/email/address-verify/1/verify/x",
        "{}",
        "activation token",
    ),
    ("POST", "/v3/lists", "{}", "list_name"),
    ("POST", "/v3/lists", r#"{"list_name":{}}"#, "list_name"),
    ("PUT", "/v3/lists/LIST", r#"{"list_name":" "}"#, "list_name"),
    ("POST", "/v3/lists/LIST/contacts", "{}", "phone_number"),
    (
        "POST",
        "/v3/lists/LIST/contacts",
        r#"{"phone_number":"12"}"#,
        "phone_number",
    ),
    (
        "POST",
        "/v3/lists/LIST/contacts",
        r#"{"phone_number":"+15551234567","email":[]}"#,
        "email",
    ),
    ("PUT", "/v3/lists/LIST/remove-duplicates/", "{}", "fields"),
    (
        "PUT",
        "/v3/lists/LIST/remove-duplicates",
        r#"{"fields":["shoe_size"]}"#,
        "fields",
    ),
    ("POST", "/v3/lists/LIST/import", "{}", "field_order"),
    (
        "POST",
        "/v3/lists/LIST/import",
        r#"{"field_order":["phone"]}"#,
        "file_url",
    ),
    (
        "POST",
        "/v3/lists/LIST/import",
        r#"{"field_order":["shoe_size"],"content":"YQ=="}"#,
        "field_order",
    ),
    (
        "POST",
        "/v3/lists/LIST/import-csv-preview",
        "{}",
        "file_url",
    ),
    ("POST", "/v3/sms/templates", "{}", "template_name"),
    (
        "POST",
        "/v3/sms/templates",
        r#"{"template_name":"x"}"#,
        "body",
    ),
    ("POST", "/v3/sms/receipts", "{}", "url"),
    (
        "PUT",
        "/v3/sms/receipts-read",
        r#"{"date_before":"soon"}"#,
        "date_before",
    ),
    ("POST", "/v3/sms/inbound", "{}", "url"),
    (
        "PUT",
        "/v3/sms/inbound-read",
        r#"{"date_before":{}}"#,
        "date_before",
    ),
    (
        "PUT",
        "/v3/sms/cancel-all",
        r#"{"custom_string":[]}"#,
        "custom_string",
    ),
    ("POST", "/v3/sms/send", "{}", "messages"),
    ("POST", "/v3/sms/price", r#"{"messages":[]}"#, "messages"),
    (
        "POST",
        "/v3/sms/send",
        r#"{"messages":[{"to":[]}]}"#,
        "messages[0].to",
    ),
    ("POST", "/v3/voice/send", "{}", "messages"),
    (
        "POST",
        "/v3/voice/send",
        r#"{"messages":[{"to":"+15551234567","body":"x","require_input":"maybe"}]}"#,
        "require_input",
    ),
    ("POST", "/v3/voice/price", r#"{"messages":7}"#, "messages"),
    (
        "PUT",
        "/v3/voice/receipts-read",
        r#"{"date_before":"soon"}"#,
        "date_before",
    ),
    ("PUT", "/v3/voice/cancel-all", "[]", "JSON object"),
    ("POST", "/v3/voice/receipts", "{}", "url"),
    ("POST", "/v3/mms/send", "{}", "messages"),
    ("POST", "/v3/mms/price", r#"{"messages":{}}"#, "messages"),
    (
        "PUT",
        "/v3/mms/receipts-read",
        r#"{"date_before":"soon"}"#,
        "date_before",
    ),
    ("POST", "/v3/email/addresses", "{}", "email_address"),
    (
        "POST",
        "/v3/email/addresses",
        r#"{"email_address":"nobody"}"#,
        "email_address",
    ),
    (
        "POST",
        "/v3/automations/sms/inbound",
        "{}",
        "message_search_type",
    ),
    ("POST", "/v3/automations/sms/receipts", "{}", "action"),
    ("POST", "/v3/automations/voice/receipts", "{}", "action"),
    ("POST", "/v3/automations/email/receipts", "{}", "action"),
    (
        "POST",
        "/v3/numbers/registrations/number-types/1/country/AU",
        "[]",
        "JSON object",
    ),
    (
        "POST",
        "/v3/own-numbers/verifications",
        "{}",
        "phone_number",
    ),
    (
        "POST",
        "/v3/own-numbers/verifications/1/verify",
        "{}",
        "phone_number",
    ),
    (
        "POST",
        "/v3/own-numbers/verifications/1/verify",
        r#"{"phone_number":"+15551234567"}"#,
        "code",
    ),
    ("POST", "/v3/alpha-tags", "{}", "alpha_tag"),
    (
        "POST",
        "/v3/senders/default-senders",
        "{}",
        "default sender",
    ),
    ("POST", "/v3/delivery-issues", "{}", "email_address"),
    ("POST", "/v3/user-countries", "{}", "country_list_ids"),
    (
        "POST",
        "/v3/user-countries",
        r#"{"country_list_ids":["nowhere"]}"#,
        "country_list_ids",
    ),
];

#[tokio::test]
async fn faults_are_named() {
    let world = World::new().await;
    let list = world.list_of_john().await.to_string();
    for (method, path, body, part) in FAULTS {
        let path = path.replace("LIST", &list);
        let body = body.replace("\"LIST\"", &list);
        let request = as_john(Request::builder().method(*method).uri(&path));
        let answer = world
            .call(request.body(Body::from(body.clone())).unwrap())
            .await;
        let (status, code, sentence) = answer.error();
        assert_eq!(
            (status, code),
            (400, "BAD_REQUEST"),
            "{method} {path} {body}: {sentence}"
        );
        assert!(
            sentence.contains(part),
            "{method} {path} {body}: {sentence}"
        );
    }
}

/// Whoever adds a route that reads a body adds a row above.
#[tokio::test]
async fn every_route_that_refuses_an_empty_object_is_in_the_table() {
    let world = World::new().await;
    let list = world.list_of_john().await.to_string();
    let mut missing = Vec::new();
    for operation in operations(&world).await {
        if !matches!(operation.method.as_str(), "POST" | "PUT" | "PATCH") {
            continue;
        }
        let path = operation.at(&list);
        let request = as_john(Request::builder().method(operation.method()).uri(&path));
        let answer = world.raw(request.body(Body::from("{}")).unwrap()).await;
        if answer.status != 400 || answer.body["response_code"] != "BAD_REQUEST" {
            continue;
        }
        let named = FAULTS.iter().any(|(method, path, ..)| {
            operation.method == *method && same_form(operation.path, path.trim_end_matches('/'))
        });
        if !named {
            missing.push(format!("{operation:?}: {}", answer.body));
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

fn same_form(pattern: &str, path: &str) -> bool {
    let mut parts = (pattern.split('/'), path.split('/'));
    loop {
        match (parts.0.next(), parts.1.next()) {
            (None, None) => return true,
            (Some(one), Some(other)) if one == other || one.starts_with('{') => {}
            _ => return false,
        }
    }
}

/// Numbers and the texts of numbers are the same thing wherever an id or a time is meant.
#[tokio::test]
async fn ids_and_times_are_numbers_or_texts() {
    let world = World::new().await;
    let list = world.list_of_john().await;
    world
        .post(
            &format!("/v3/lists/{list}/contacts"),
            json!({"phone_number": "+15551234567"}),
        )
        .await
        .data();
    let forms = |number: i64| {
        [
            json!(number),
            json!(number.to_string()),
            json!(format!(" {number} ")),
        ]
    };
    let message = |list_id: Value| json!({"messages": [{"list_id": list_id, "body": "x", "media_file": "https://example.com/a.png", "subject": "s"}]});
    for list_id in forms(list) {
        for channel in ["sms", "voice", "mms"] {
            let answer = world
                .post(&format!("/v3/{channel}/price"), message(list_id.clone()))
                .await;
            assert_eq!(
                answer.data()["total_count"],
                0,
                "{channel} {list_id}: opted out, so nobody is left"
            );
        }
    }
    let countries = world.get("/v3/country-list").await;
    let country = countries.data()[0]["id"].as_i64().unwrap();
    for id in forms(country) {
        let answer = world
            .post("/v3/user-countries", json!({"country_list_ids": [id]}))
            .await;
        answer.data();
    }
    for at in forms(1_700_000_000) {
        for channel in ["sms", "voice", "mms"] {
            world
                .put(
                    &format!("/v3/{channel}/receipts-read"),
                    &json!({"date_before": at}).to_string(),
                )
                .await
                .data();
        }
        world
            .put(
                "/v3/sms/inbound-read",
                &json!({"date_before": at}).to_string(),
            )
            .await
            .data();
    }
}
