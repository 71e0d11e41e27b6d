//! What an agent that wanted to send is told about each refusal of the gateway: never to resend, unless waiting or mending is what helps.

use postern_access::Scope;
use postern_domain::key::Role;
use serde_json::{Value, json};

use crate::bed::Bed;

fn problem(error: &str, code: u16) -> Value {
    json!({"message": "No.", "type": "x", "code": code, "error": error, "request_id": "r", "send_id": "send_7", "approval_id": "approval_7"})
}

#[tokio::test]
async fn a_refused_send_says_what_to_do_instead_of_sending_again() {
    let bed = Bed::open().await;
    let key = bed.key(Role::Agent, Scope::default()).await;
    let wish = json!({"to": ["+15551234567"], "body": "hi"});
    for (error, code, again, said) in [
        ("limit_messages_per_day", 403, "never", "smaller pieces"),
        ("limit_spend_per_call", 403, "never", "Tell the person"),
        ("recipient_not_allowed", 403, "never", "Tell the person"),
        ("opted_out", 403, "never", "Leave them alone"),
        ("quiet_hours", 403, "never", "send_at"),
        ("frozen", 403, "never", "Stop"),
        ("approval_required", 403, "never", "approval_7"),
        ("send_unknown", 409, "never", "send_7"),
        ("already_sent", 409, "never", "get_send"),
        ("idempotency_key_reused", 422, "corrected", "a new one"),
        (
            "idempotency_in_progress",
            409,
            "later, unchanged",
            "make the same call once",
        ),
        ("rate_limited", 429, "later, unchanged", "Nothing was done"),
        ("no_connection", 400, "corrected", "list_connections"),
        ("invalid_request", 422, "corrected", "Put right"),
        (
            "upstream_unreachable",
            502,
            "later, unchanged",
            "Nothing was sent",
        ),
        ("a_word_of_tomorrow", 403, "never", "Do not try it again"),
    ] {
        bed.answers(code, problem(error, code));
        let told = bed.tool(&key, "send_message", wish.clone()).await;
        let facts = &told["structuredContent"];
        assert_eq!(told["isError"], true, "{error}: {told}");
        assert_eq!(
            (&facts["error"], &facts["same_call_again"]),
            (&json!(error), &json!(again)),
            "{told}"
        );
        let what = facts["what_to_do"].as_str().unwrap();
        assert!(what.contains(said), "{error}: {what}");
        assert!(
            told["content"][0]["text"].as_str().unwrap().contains(what),
            "a model that reads texts only is told, too"
        );
        let asked = bed.asked();
        assert_eq!(
            asked.len(),
            1,
            "{error}: a tool never sends again by itself: {asked:?}"
        );
        assert_eq!(asked[0].body["messages"][0]["to"], "+15551234567");
    }
}

/// The provider's own refusals, which are not in our words.
#[tokio::test]
async fn a_provider_that_fails_may_have_sent_it() {
    let bed = Bed::open().await;
    let key = bed.key(Role::Agent, Scope::default()).await;
    let wish = json!({"to": ["+15551234567"], "body": "hi"});
    for (status, again) in [
        (500, "never"),
        (401, "never"),
        (400, "corrected"),
        (429, "later, unchanged"),
    ] {
        bed.answers(status, json!({"http_code": status, "response_code": "X", "response_msg": "said so", "data": null}));
        let told = bed.tool(&key, "send_message", wish.clone()).await;
        assert_eq!(
            told["structuredContent"]["same_call_again"], again,
            "{status}: {told}"
        );
        assert!(told.to_string().contains("said so"), "{told}");
    }
}
