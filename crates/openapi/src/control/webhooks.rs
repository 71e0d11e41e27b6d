//! `/webhooks`: addresses of an account's own that are called, and every try.

use postern_wire::control::{PushAnswer, PushList, WebhookList};
use serde_json::json;

use crate::document::Tag;
use crate::operation::Operation;
use crate::parameter::{Parameter, limit, words};

const TAG: &str = "\
Addresses of an account's own that are called when a text comes in or a receipt is reported, what they are told (pushes), and every try of it. \
Rules of the platform make them: `/v3/automations`.";

pub(super) fn tag() -> Tag {
    let new = |method, path, id, summary| {
        Operation::new(method, path, id, summary)
            .with(super::simulator::whose())
            .refuses(super::simulator::ABSENT)
    };
    let rule = json!({"type": "string", "pattern": "^((inbound|receipts|voice-receipts|email-receipts)/[1-9][0-9]{0,17})?$"});
    let before = json!({"type": "string", "pattern": "^(push_[0-9]{1,18})?$"});
    Tag {
        name: "Webhooks",
        description: TAG,
        operations: vec![
            new("GET", "/webhooks", "listWebhooks", "Which addresses are called, and how are they?")
                .answers::<WebhookList>(200, "All of the account's."),
            new("GET", "/webhooks/pushes", "listPushes", "What they were told")
                .says("The newest first; ended ones are kept for 30 days.")
                .with([
                    Parameter::query("state", "In this state only.", words(&["waiting", "arrived", "given_up"])),
                    Parameter::query("webhook", "For this webhook only.", rule).example(json!("inbound/1")),
                    Parameter::query("before", "`next` of the page before.", before).example(json!("push_1000")),
                    limit(200),
                ])
                .answers::<PushList>(200, "One page."),
            new("GET", "/webhooks/pushes/{push_id}", "readPush", "Every try of a push")
                .answers::<PushAnswer>(200, "The push and its tries, oldest first.")
                .refuses(&["push_not_found"]),
            new("POST", "/webhooks/pushes/{push_id}/replay", "replayPush", "Make a push again")
                .says("Now, with the same `webhook-id`, so that a receiver can tell a repeat. One that waits is not queued twice.")
                .answers::<PushAnswer>(200, "The push, which waits.")
                .refuses(&["push_not_found", "not_replayed"]),
        ],
    }
}
