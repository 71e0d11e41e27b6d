//! `whoami` and `get_allowance`: what this key is, may do, and has left.

use postern_access::role::ControlRoute;
use serde_json::json;

use crate::schema::output;
use crate::tool::{Kind, Needs, Nothing, Tool, read};
use crate::visit::Ask;

pub(super) fn tools() -> Vec<Tool> {
    vec![
        Tool::new::<Nothing>(
            "whoami",
            "Who am I",
            "Which key this is, what role it has, and what its limits are. An agent key reads, writes contacts and templates, and sends within its limits; it cannot \
             buy, see credentials, make keys or open connections.",
            Kind::Reads,
            Needs::Nothing,
            output(
                json!({
                    "email": {"type": "string"},
                    "version": {"type": "string"},
                    "key": {"type": "object", "description": "key_id, name, role, status, scopes and limits"},
                }),
                &["key"],
            ),
            |visit, arguments| {
                Box::pin(async move {
                    let Nothing {} = read(arguments)?;
                    Ok(visit.make(Ask::get("/user")).await?.json())
                })
            },
        ),
        Tool::new::<Nothing>(
            "get_allowance",
            "What is left of the limits",
            "What is left of each limit of this key, and when it begins anew. Look here before a larger job instead of running into a refusal.",
            Kind::Reads,
            Needs::Route(ControlRoute::AllowanceRead),
            output(
                json!({
                    "key_id": {"type": "string"},
                    "allowances": {"type": "array", "items": {"type": "object"}, "description": "rule, limit, used, remaining, resets_at; empty: no limits"},
                }),
                &["allowances"],
            ),
            |visit, arguments| {
                Box::pin(async move {
                    let Nothing {} = read(arguments)?;
                    let path = format!("/keys/{}/allowance", visit.caller.id);
                    Ok(visit.make(Ask::get(path)).await?.json())
                })
            },
        ),
    ]
}
