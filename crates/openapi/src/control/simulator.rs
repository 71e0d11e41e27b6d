//! `/inbox/chaos`, `/inbox/handsets`, `/inbox/clock`: a simulator that misbehaves on purpose.

use postern_wire::control::{
    ChaosAnswer, ChaosChange, ClockMove, Handled, HandsetAnswer, HandsetList, HandsetState,
    SandboxClock, Waiting,
};
use serde_json::json;

use crate::document::Tag;
use crate::operation::Operation;
use crate::parameter::{Parameter, text};

const TAG: &str = "\
How the simulated network of one account misbehaves on purpose, what people do with their handsets, and the clock of a sandbox. All of it is kept across restarts.";

pub(super) const ABSENT: &[&str] = &[
    "no_connection",
    "connection_not_found",
    "connection_out_of_scope",
    "connection_not_active",
    "account_not_found",
    "no_simulator",
    "not_allowed",
    "wider_than_caller",
    "test_key",
];

/// Whose it is: whoever asks is a key, or a person.
pub(super) fn whose() -> [Parameter; 2] {
    [
        Parameter::query(
            "connection",
            "Of keys: a connection to the built-in platform; the default one when absent.",
            text(),
        ),
        Parameter::query(
            "account",
            "Of operators: an account's number; the oldest one when absent.",
            text(),
        ),
    ]
}

pub(super) fn tag() -> Tag {
    let new = |method, path, id, summary| {
        Operation::new(method, path, id, summary)
            .with(whose())
            .refuses(ABSENT)
    };
    let chaos =
        json!({"seed": 7, "failures": [{"error_code": 12, "rate": 0.1}], "lost_receipts": 0.05});
    Tag {
        name: "Simulator",
        description: TAG,
        operations: vec![
            new("GET", "/inbox/chaos", "readChaos", "How does the network misbehave?")
                .answers::<ChaosAnswer>(200, "The settings."),
            new("PATCH", "/inbox/chaos", "changeChaos", "Make the network misbehave")
                .says("Absent fields stay. Rates are parts of one. Numbers that begin with `+1555000` keep their meaning.")
                .takes::<ChaosChange>(chaos)
                .answers::<ChaosAnswer>(200, "The settings as they are now."),
            new("DELETE", "/inbox/chaos", "resetChaos", "Let the network work")
                .answers::<ChaosAnswer>(200, "No chaos."),
            new("GET", "/inbox/handsets", "listHandsets", "Handsets that are not simply on")
                .answers::<HandsetList>(200, "All of them, at most a thousand."),
            new("PUT", "/inbox/handsets/{number}", "putHandset", "Switch a handset off, or on")
                .says("`off`: messages wait, calls fail. `refusing`: everything is refused. `by_hand`: everything waits a minute for somebody who decides.")
                .takes::<HandsetState>(json!({"state": "off"}))
                .answers::<HandsetAnswer>(200, "The handset as it is now.")
                .refuses(&["too_many_handsets"]),
            new("POST", "/inbox/waiting/{message_id}", "handleWaiting", "Answer a call, take or refuse a message")
                .takes::<Waiting>(json!({"keys": "1"}))
                .answers::<Handled>(200, "It is decided.")
                .refuses(&["not_waiting"]),
            new("GET", "/inbox/clock", "readClock", "The clock of a sandbox")
                .answers::<SandboxClock>(200, "What it shows.")
                .refuses(&["not_a_sandbox"]),
            new("POST", "/inbox/clock", "moveClock", "Move, stop or start the clock of a sandbox")
                .says("Schedules of messages and campaigns are measured by it, and nothing else is. What is due by it leaves at once.")
                .takes::<ClockMove>(json!({"advance": "2h"}))
                .answers::<SandboxClock>(200, "What it shows now.")
                .refuses(&["not_a_sandbox"]),
            new("DELETE", "/inbox/clock", "resetClock", "Back to everybody's time")
                .answers::<SandboxClock>(200, "What it shows now.")
                .refuses(&["not_a_sandbox"]),
        ],
    }
}
