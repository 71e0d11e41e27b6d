//! `get_send`: what became of a call that sent, when its answer got lost.

use postern_access::role::ControlRoute;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{id, part};
use crate::schema::output;
use crate::tool::{Kind, Needs, Tool, read};
use crate::visit::Ask;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct One {
    /// As the refusal gave it.
    send_id: String,
}

fn next(state: &str) -> &'static str {
    match state {
        "started" => "It is under way: look again in a moment.",
        "answered" => {
            "The account answered with `status`: 2xx accepted it, 4xx sent nothing. Do not send accepted messages again."
        }
        "accepted" => "It was unknown and turned out to be sent. Do not send it again.",
        "failed" => "Nothing was sent: a new send is right.",
        _ => {
            "Nobody knows yet. Postern looks into the account's history by itself: look again in some minutes, report, and do not repeat it."
        }
    }
}

pub(super) fn tools() -> Vec<Tool> {
    vec![Tool::new::<One>(
        "get_send",
        "Status of a send",
        "What became of a send whose outcome was not known (send_unknown, already_sent), and whether it may be sent anew.",
        Kind::Reads,
        Needs::Route(ControlRoute::SendRead),
        output(
            json!({
                "state": {"type": "string", "description": "started, answered, accepted, failed or unknown"},
                "next": {"type": "string", "description": "What to do now"},
                "send": {"type": "object"},
            }),
            &["state", "next", "send"],
        ),
        |visit, arguments| {
            Box::pin(async move {
                let One { send_id } = read(arguments)?;
                let path = format!("/sends/{}", id("send_id", &send_id)?);
                let send = part(visit.make(Ask::get(path)).await?.json(), "/send");
                let state = send["state"].as_str().unwrap_or_default().to_owned();
                Ok(json!({"state": state, "next": next(&state), "send": send}))
            })
        },
    )]
}
