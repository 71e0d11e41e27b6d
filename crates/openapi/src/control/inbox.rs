//! `/inbox`: what arrived at the simulator's handsets and in its mailbox.

use postern_wire::control::{Emptied, Inbox, NewReply, Reply};
use serde_json::json;

use crate::document::Tag;
use crate::operation::Operation;
use crate::parameter::{Parameter, instant, limit, text};

const TAG: &str = "\
What arrived at the simulator's handsets and in its mailbox, for tests of programs that send: no provider, no sleeping.";

pub(super) const ABSENT: &[&str] = &[
    "no_connection",
    "connection_not_found",
    "connection_out_of_scope",
    "connection_not_active",
    "no_simulator",
    "not_allowed",
    "test_key",
];

pub(super) fn tag() -> Tag {
    let connection = || {
        Parameter::query(
            "connection",
            "A connection to the built-in platform; the default one when absent.",
            text(),
        )
    };
    let wait = json!({"type": "string", "pattern": "^([0-9]+(ms|s|m)?)?$"});
    let to = Parameter::query("to", "A number or an e-mail address.", text());
    Tag {
        name: "Inbox",
        description: TAG,
        operations: vec![
            Operation::new("GET", "/inbox", "readInbox", "What has arrived")
                .says("The newest first. With `wait` it answers when something is there. `code` is the one-time code in the newest text that has one.")
                .with([
                    to.example(json!("+15551234567")),
                    Parameter::query("after", "`cursor` of the answer before: only what came later.", instant()),
                    Parameter::query("wait", "Such as `10s`, at most a minute.", wait).example(json!("0s")),
                    limit(100),
                    connection(),
                ])
                .answers::<Inbox>(200, "What has arrived.")
                .refuses(ABSENT),
            Operation::new("DELETE", "/inbox", "emptyInbox", "Empty the inbox")
                .says("What arrived until now is not shown any more; history keeps it.")
                .with([connection()])
                .answers::<Emptied>(200, "From when on it shows.")
                .refuses(ABSENT)
                .refuses(&["wider_than_caller"]),
            Operation::new("POST", "/inbox/replies", "reply", "Write with a handset")
                .says("The person at `from` writes; without `to`, to whoever wrote to that handset last.")
                .with([connection()])
                .takes::<NewReply>(json!({"from": "+15551234567", "body": "Yes, please"}))
                .answers::<Reply>(201, "The text came in as any other.")
                .refuses(ABSENT)
                .refuses(&["nothing_to_answer", "nobody", "wider_than_caller"]),
        ],
    }
}
