//! `preview_message`: what a send would do.

use serde_json::{Value, json};

use super::outgoing::Outgoing;
use super::send::SENDS;
use crate::advice::Trouble;
use crate::schema::output;
use crate::tool::{Kind, Needs, Tool, read};
use crate::visit::Visit;

async fn preview(visit: Visit, outgoing: Outgoing) -> Result<Value, Trouble> {
    let sending = outgoing.sending(&visit)?;
    let mut previewed = visit.make(sending.preview(&visit)).await?.json();
    let failing = |rule: &Value| rule["passed"] == json!(false);
    let rules = previewed["rules"].as_array();
    let broken: Vec<&Value> = rules
        .into_iter()
        .flatten()
        .filter(|rule| failing(rule))
        .collect();
    let only_approval = !broken.is_empty()
        && broken.iter().all(|rule| {
            rule["rule"]
                .as_str()
                .is_some_and(|rule| rule.starts_with("approval"))
        });
    let next = match previewed["verdict"].as_str() {
        Some("allowed") => "send_message with the same arguments sends it.",
        _ if only_approval => {
            "A person must agree: request_approval with the same arguments asks for it."
        }
        _ => {
            "It would be refused; the rule with passed=false says why. Do not split or reword it to get around: report it."
        }
    };
    previewed["next"] = next.into();
    previewed["idempotency_key"] = sending.idempotency_key.into();
    Ok(previewed)
}

pub(super) fn tools() -> Vec<Tool> {
    vec![Tool::new::<Outgoing>(
        "preview_message",
        "Preview a message",
        "What send_message with the same arguments would do: whether it would pass, what it costs, how many parts and people. Sends nothing, counts nowhere. Always call it before \
         send_message.",
        Kind::Reads,
        Needs::Account(SENDS),
        output(
            json!({
                "verdict": {"type": "string", "enum": ["allowed", "refused"]},
                "messages": {"type": "integer"},
                "segments": {"type": "integer", "description": "Parts that are paid for"},
                "recipients": {"type": "integer"},
                "cost": {"type": ["string", "null"], "description": "Decimal text; null: not known"},
                "currency": {"type": ["string", "null"]},
                "rules": {"type": "array", "items": {"type": "object"}, "description": "Every limit that was looked at, with passed"},
                "notes": {"type": "array", "items": {"type": "string"}},
                "next": {"type": "string", "description": "What to do now"},
                "idempotency_key": {"type": "string"},
            }),
            &["verdict", "next"],
        ),
        |visit, arguments| Box::pin(async move { preview(visit, read(arguments)?).await }),
    )]
}
