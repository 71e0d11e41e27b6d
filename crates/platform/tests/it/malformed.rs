//! Bodies that are no proper request: each has an answer in the envelope that says what to change, and none sends anything.

use axum::body::Body;
use http::Request;
use postern_platform::PlatformConfig;

use crate::world::{World, as_john};

#[tokio::test]
async fn bodies_that_mean_nothing_are_400_and_name_the_field() {
    let world = World::new().await;
    for (body, part) in [
        ("", "The request body is empty; send a JSON object."),
        ("  \n", "The request body is empty"),
        ("{", "EOF while parsing"),
        ("not json", "expected ident"),
        ("{}", "missing field `messages`"),
        ("[]", "invalid type: sequence, expected a JSON object"),
        ("null", "invalid type: null, expected a JSON object"),
        (r#"{"messages":null}"#, "messages: invalid type: null"),
        (r#"{"messages":[]}"#, "messages: the list is empty"),
        (r#"{"messages":"x"}"#, "messages: invalid type: string"),
        (
            r#"{"messages":[["+15551234567","by position"]]}"#,
            "messages[0]: invalid type: sequence, expected a JSON object",
        ),
        (
            r#"{"messages":[{"to":{"a":1},"body":"x"}]}"#,
            "messages[0].to: invalid type: map, expected text, a number or null",
        ),
        (
            r#"{"messages":[{"to":"+15551234567","body":["x"]}]}"#,
            "messages[0].body: invalid type: sequence",
        ),
        (
            r#"{"messages":[{"to":"+15551234567","body":"x"}]} trailing"#,
            "there is more after the JSON object",
        ),
        (
            r#"{"messages":[{"to":"+15551234567","body":"x"}],"shorten_urls":"maybe"}"#,
            "`maybe` is neither true nor false",
        ),
    ] {
        let answer = world.post_text("/v3/sms/send", body).await;
        let (status, code, sentence) = answer.error();
        assert_eq!((status, code), (400, "BAD_REQUEST"), "{body}");
        assert!(sentence.contains(part), "{body}: {sentence}");
    }
    let request = as_john(Request::post("/v3/sms/send"))
        .body(Body::from(&b"{\"messages\":[{\"to\":\"\xff\"}]}"[..]))
        .unwrap();
    assert_eq!(world.call(request).await.error().0, 400);
    assert_eq!(world.get("/v3/sms/history").await.data()["total"], 0);
}

#[tokio::test]
async fn a_content_type_is_not_needed_and_not_believed() {
    let world = World::new().await;
    for content_type in [
        None,
        Some("text/plain"),
        Some("application/json; charset=utf-8"),
        Some("application/x-www-form-urlencoded"),
    ] {
        let mut request = as_john(Request::post("/v3/sms/price"));
        if let Some(value) = content_type {
            request = request.header("content-type", value);
        }
        let body = Body::from(r#"{"messages":[{"to":"+15551234567","body":"x"}]}"#);
        assert_eq!(
            world.call(request.body(body).unwrap()).await.data()["queued_count"],
            1
        );
    }
}

#[tokio::test]
async fn oversized_bodies_are_413_announced_or_not() {
    let world = World::with(PlatformConfig {
        body_bytes_max: 1000,
        ..PlatformConfig::default()
    })
    .await;
    let body = format!(
        r#"{{"messages":[{{"to":"+15551234567","body":"{}"}}]}}"#,
        "x".repeat(1000)
    );
    let announced = as_john(Request::post("/v3/sms/send"))
        .header("content-length", body.len())
        .body(Body::from(body.clone()))
        .unwrap();
    let chunked = as_john(Request::post("/v3/sms/send"))
        .body(Body::from(body))
        .unwrap();
    for request in [announced, chunked] {
        let answer = world.call(request).await;
        let (status, code, sentence) = answer.error();
        assert_eq!((status, code), (413, "PAYLOAD_TOO_LARGE"));
        assert!(sentence.contains("larger than 1000 bytes"), "{sentence}");
    }
}

#[tokio::test]
async fn cancel_all_refuses_a_body_it_does_not_understand() {
    let world = World::new().await;
    assert_eq!(world.put("/v3/sms/cancel-all", "{").await.error().0, 400);
    assert_eq!(
        world
            .put("/v3/sms/cancel-all", r#"{"custom_string":{}}"#)
            .await
            .error()
            .0,
        400
    );
    assert_eq!(
        world.put("/v3/sms/cancel-all", "null").await.data()["count"],
        0
    );
}
