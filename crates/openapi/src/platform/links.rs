//! Short links and what became of them.

use postern_wire::clicksend::link::{Statistics, TrackingPage};
use serde_json::json;

use crate::document::Tag;
use crate::operation::{Content, Operation};
use crate::parameter::{Parameter, words};

pub(super) fn tag() -> Tag {
    let number = json!({"type": "integer", "minimum": 1});
    let offset = json!({"type": "string", "description": "Base64, opaque."});
    Tag {
        name: "Short links",
        description: "Addresses that texts carry in short, and who opened them.",
        operations: vec![
            Operation::new(
                "GET",
                "/v3/short-url/statistics/{source}/{source_id}",
                "readLinkStatistics",
                "Who opened links, in numbers",
            )
            .answers::<Statistics>(200, "One entry an address, without the envelope."),
            Operation::new(
                "GET",
                "/v3/short-url/tracking/{long_url_id}",
                "listLinks",
                "Who opened links, one by one",
            )
            .with([
                Parameter::query("limit", "Rows on a page.", number),
                Parameter::query("offset", "That of the link to the next page.", offset),
                Parameter::query(
                    "direction",
                    "Where the page lies.",
                    words(&["forward", "backward"]),
                ),
            ])
            .answers::<TrackingPage>(200, "One page, without the envelope."),
            Operation::new("GET", "/s/{code}", "openLink", "Open a short link")
                .says("Leads to the address, or asks whether to unsubscribe.")
                .public()
                .answer(
                    200,
                    "The question whether to unsubscribe.",
                    Some(Content::Other("text/html")),
                )
                .answer(302, "To the address.", None),
            Operation::new("POST", "/s/{code}", "optOut", "Unsubscribe")
                .public()
                .answer(200, "Done.", Some(Content::Other("text/html"))),
        ],
    }
}
