//! `/events`: what webhooks would tell.

use postern_wire::control::EventList;
use serde_json::json;

use crate::document::Tag;
use crate::operation::Operation;
use crate::parameter::{Parameter, text};

const TAG: &str = "\
What webhooks of the account would tell, for a program without a public address: `postern webhook listen` forwards it.";

pub(super) fn tag() -> Tag {
    let wait = json!({"type": "string", "pattern": "^([0-9]+(ms|s|m)?)?$"});
    let kind = json!({"type": "string", "enum": ["post", "json"]});
    Tag {
        name: "Events",
        description: TAG,
        operations: vec![
            Operation::new("GET", "/events", "readEvents", "Texts that came in, and receipts")
                .says("The earliest first. Without `after` nothing but the cursor of this moment. `payload` is the body of the call that a webhook would bring.")
                .with([
                    Parameter::query("after", "`cursor` of the answer before: only what came later.", text())
                        .example(json!("0-0-0-0-0-0-0")),
                    Parameter::query("wait", "Such as `10s`, at most a minute.", wait).example(json!("0s")),
                    Parameter::query("webhook_type", "How texts are told: a form, or JSON.", kind),
                    Parameter::query(
                        "connection",
                        "A connection to the built-in platform; the default one when absent.",
                        text(),
                    ),
                ])
                .answers::<EventList>(200, "What was told.")
                .refuses(super::inbox::ABSENT),
        ],
    }
}
