//! `/sends`: what a send would do, and what became of those that were made.

use postern_wire::control::{Preview, Previewed, SendAnswer, SendList, SendResolution};
use serde_json::json;

use super::keys::before;
use crate::document::Tag;
use crate::operation::Operation;
use crate::parameter::{Parameter, instant, limit, text, words};

const TAG: &str = "\
Every call that sends leaves a line, and never a text, a number or a secret. `unknown` means: it may have left. Never repeat such a send before it is resolved.";

pub(super) fn tag() -> Tag {
    let states = ["started", "answered", "failed", "unknown", "accepted"];
    let filters = [
        Parameter::query("state", "In this state only.", words(&states)),
        Parameter::query("key_id", "By this key only.", text()),
        Parameter::query("connection_id", "Over this connection only.", text()),
        Parameter::query("since", "Not older than this.", instant()),
        before(),
        limit(200),
    ];
    let example = json!({
        "path": "/clicksend/v3/sms/send",
        "body": {"messages": [{"to": "+15551234567", "body": "Hello"}]},
    });
    Tag {
        name: "Sends",
        description: TAG,
        operations: vec![
            Operation::new("POST", "/sends/preview", "previewSend", "What would a send do?")
                .says("Judged as the call itself would be, with every rule, the segments, the recipients and the cost. Nothing is sent and nothing is counted.")
                .takes::<Preview>(example)
                .answers::<Previewed>(200, "What would happen.")
                .refuses(&["ambiguous_path", "ambiguous_request", "body_incomplete", "dry_run", "no_connection", "test_key", "connection_out_of_scope",
                    "not_allowed", "operation_unknown", "rule_required", "connection_not_found", "connection_not_active", "unknown_app", "app_missing",
                    "method_not_allowed", "method_override", "send_not_understood", "frozen"]),
            Operation::new("GET", "/sends", "listSends", "List sends")
                .says("Newest first. Agent keys and narrowed keys see their own.")
                .with(filters)
                .answers::<SendList>(200, "One page."),
            Operation::new("GET", "/sends/{send_id}", "readSend", "Read a send")
                .answers::<SendAnswer>(200, "The send.")
                .refuses(&["send_not_found"]),
            Operation::new("POST", "/sends/{send_id}/resolve", "resolveSend", "Say what became of an unknown send")
                .says("Somebody has looked. What it held of limits is counted, or given back.")
                .takes::<SendResolution>(json!({"outcome": "failed"}))
                .answers::<SendAnswer>(200, "The send as it is now.")
                .refuses(&["send_not_found", "not_unknown", "wider_than_caller", "test_key"]),
        ],
    }
}
