//! Every refusal says what to do, and none of a send says to send again.

use bytes::Bytes;
use http::Response;

use super::*;

fn trouble(status: u16, body: Value, sends: bool) -> (String, Value) {
    let body = Bytes::from(body.to_string());
    let response = Response::builder().status(status).body(body);
    let answer = Box::new(Answer::from(response.expect("a response")));
    let result = Trouble::Refused { answer, sends }.result();
    assert_eq!(result.is_error, Some(true));
    let text = result.content[0].as_text().expect("a text").text.clone();
    (text, result.structured_content.expect("facts"))
}

fn problem(code: u16, error: &str) -> Value {
    json!({"message": "No.", "type": "x", "code": code, "error": error, "request_id": "r",
           "send_id": "send-1", "approval_id": "approval-1"})
}

#[test]
fn what_may_have_been_sent_is_never_sent_again() {
    for (code, word) in [
        (409, "send_unknown"),
        (409, "already_sent"),
        (403, "approval_required"),
        (403, "approval_denied"),
        (403, "limit_messages_per_day"),
        (403, "recipient_not_allowed"),
        (403, "opted_out"),
        (403, "quiet_hours"),
        (403, "frozen"),
        (403, "a_word_of_tomorrow"),
        (401, "revoked_key"),
    ] {
        let (text, facts) = trouble(code, problem(code, word), true);
        assert_eq!(facts["same_call_again"], "never", "{word}");
        assert!(text.contains("What to do: "), "{text}");
        assert_eq!(facts["error"], word);
    }
}

#[test]
fn what_waits_or_may_have_left_is_named() {
    let (text, facts) = trouble(403, problem(403, "approval_required"), true);
    assert!(
        text.contains("get_approval {\"approval_id\": \"approval-1\""),
        "{text}"
    );
    assert_eq!(facts["approval_id"], "approval-1");
    let (text, _) = trouble(409, problem(409, "send_unknown"), true);
    assert!(
        text.contains("get_send {\"send_id\": \"send-1\"}"),
        "{text}"
    );
}

#[test]
fn only_what_certainly_did_nothing_may_be_tried_later() {
    for (code, word, sends, again) in [
        (429, "rate_limited", true, "later, unchanged"),
        (502, "upstream_unreachable", true, "later, unchanged"),
        (409, "idempotency_in_progress", true, "later, unchanged"),
        (422, "idempotency_key_reused", true, "corrected"),
        (422, "invalid_request", false, "corrected"),
        (404, "connection_not_found", false, "corrected"),
    ] {
        let (_, facts) = trouble(code, problem(code, word), sends);
        assert_eq!(facts["same_call_again"], again, "{word}");
    }
}

#[test]
fn the_provider_is_quoted() {
    let body = json!({"http_code": 400, "response_code": "BAD_REQUEST", "response_msg": "No body.", "data": null});
    let (text, facts) = trouble(400, body, true);
    assert!(
        text.starts_with("The account's provider answered 400: No body."),
        "{text}"
    );
    assert_eq!(
        (&facts["error"], &facts["same_call_again"]),
        (&json!("BAD_REQUEST"), &json!("corrected"))
    );
    let (_, facts) = trouble(500, json!("oops"), true);
    assert_eq!(facts["same_call_again"], "never");
}
