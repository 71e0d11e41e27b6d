//! `/usage`: what was sent and received, and what it cost.

use postern_wire::control::Usage;
use serde_json::json;

use crate::document::Tag;
use crate::operation::Operation;
use crate::parameter::Parameter;

const TAG: &str = "\
What an account of the built-in platform sent and received, and what it cost: the numbers of the console's page. They are counted when messages \
are accepted and fail, so asking costs the same after a million of them.";

pub(super) fn tag() -> Tag {
    let day = || json!({"type": "string", "pattern": r"^((19[7-9]\d|[2-8]\d{3})-(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8]))?$"});
    Tag {
        name: "Usage",
        description: TAG,
        operations: vec![
            Operation::new("GET", "/usage", "readUsage", "What was sent, and what did it cost?")
                .says("Days are UTC. Without `since` the thirty days before `until`; without `until` up to today.")
                .with(super::simulator::whose())
                .with([
                    Parameter::query("since", "The first day.", day()).example(json!("2026-11-01")),
                    Parameter::query("until", "The day after the last one.", day()).example(json!("2026-12-01")),
                ])
                .answers::<Usage>(200, "Sums, and by day, channel, country and key.")
                .refuses(super::simulator::ABSENT),
        ],
    }
}
