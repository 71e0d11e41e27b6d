//! `get_approval` and `list_approvals`: how a person's decision stands. Nothing here decides: no key can.

use postern_access::role::ControlRoute;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{WAIT_SECONDS_MAX, id, rows};
use crate::advice::Trouble;
use crate::schema::output;
use crate::tool::{Kind, Needs, Tool, read};
use crate::visit::{Ask, Visit};

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct One {
    /// As request_approval or the refusal of send_message gave it.
    approval_id: String,
    /// Wait up to so many seconds (50 at most) for the decision.
    wait_seconds: Option<u32>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct List {
    /// `pending`, `approved`, `denied`, `expired`, `sent`, `failed` or `unknown`.
    state: Option<String>,
    /// How many at most, up to 100 (default 20).
    limit: Option<u32>,
    /// `next` of the page before.
    before: Option<String>,
}

fn next(state: &str) -> &'static str {
    match state {
        "pending" => "Nobody has decided yet. Look again later; do not send it another way.",
        "approved" => "It was approved and is being sent. Look again in a moment.",
        "sent" => "It was sent; `answer` is what the account answered. Do not send it again.",
        "unknown" => "It may have been sent. Do not send it again; report it.",
        _ => "Nothing was sent; `reason` says why. Do not send it another way: report it.",
    }
}

async fn get(visit: Visit, wish: One) -> Result<Value, Trouble> {
    let wait = wish
        .wait_seconds
        .map(|seconds| seconds.min(WAIT_SECONDS_MAX));
    let path = format!("/approvals/{}", id("approval_id", &wish.approval_id)?);
    let approval = visit
        .make(Ask::get(path).query_if("wait", wait))
        .await?
        .json();
    let state = approval["state"].as_str().unwrap_or_default().to_owned();
    Ok(json!({"state": state, "next": next(&state), "approval": approval}))
}

pub(super) fn tools() -> Vec<Tool> {
    vec![
        Tool::new::<One>(
            "get_approval",
            "Status of an approval",
            "How a message that waits for a person stands: pending, approved, sent, denied, expired, failed or unknown. You cannot approve anything yourself.",
            Kind::Reads,
            Needs::Route(ControlRoute::ApprovalRead),
            output(
                json!({
                    "state": {"type": "string"},
                    "next": {"type": "string", "description": "What to do now"},
                    "approval": {"type": "object"},
                }),
                &["state", "next", "approval"],
            ),
            |visit, arguments| Box::pin(async move { get(visit, read(arguments)?).await }),
        ),
        Tool::new::<List>(
            "list_approvals",
            "List approvals",
            "Messages of this key that wait or waited for a person, the newest first.",
            Kind::Reads,
            Needs::Route(ControlRoute::ApprovalsList),
            output(
                json!({
                    "approvals": {"type": "array", "items": {"type": "object"}},
                    "next": {"type": ["string", "null"], "description": "Give it as `before` for the next page"},
                }),
                &["approvals"],
            ),
            |visit, arguments| {
                Box::pin(async move {
                    let wish: List = read(arguments)?;
                    let ask = Ask::get("/approvals")
                        .query_if("state", wish.state)
                        .query_if("before", wish.before)
                        .query("limit", rows(wish.limit));
                    Ok(visit.make(ask).await?.json())
                })
            },
        ),
    ]
}
