//! `GET /keys/{key_id}/allowance`: what a key may still send. An agent key asks about itself.

use axum::extract::{Path, State};
use axum::{Extension, Json};
use postern_domain::key::Role;
use postern_guard::{Limits, Policy, Scope, ScopeKind, Standing, allowance, plain, rule, written};
use postern_wire::control::{Allowance, Limits as Written, Remaining};

use super::find;
use crate::guard::Context;
use crate::refusal::Refusal;
use crate::state::ControlState;

pub(crate) async fn read_allowance(
    State(state): State<ControlState>,
    Extension(context): Extension<Context>,
    Path(key_id): Path<String>,
) -> Result<Json<Allowance>, Refusal> {
    if context.caller.role == Role::Agent && context.caller.id != key_id {
        return Err(Refusal::not_found(
            "key_not_found",
            "an agent key knows of itself only",
        ));
    }
    let (row, _) = find(&state, &context.caller, &key_id).await?;
    let unreadable =
        || Refusal::internal(&format_args!("the limits of key {key_id} cannot be read"));
    let policy = Policy::from_row(&row.limits).ok_or_else(unreadable)?;
    let given: Written = serde_json::from_str(&row.limits).map_err(|_| unreadable())?;
    let default_limits = matches!(policy, Policy::Unsaid) && row.role == Role::Agent;
    let limits = match policy {
        Policy::Limited(limits) => Some(limits),
        Policy::Unsaid if default_limits => Some(Limits::cautious().into()),
        Policy::Unsaid | Policy::Unlimited => None,
    };
    let now = state.now();
    let scope = limits.map(|limits| Scope {
        kind: ScopeKind::Key,
        id: key_id.clone(),
        limits,
    });
    let standings = match scope {
        None => Vec::new(),
        Some(scope) => {
            state
                .store
                .read(move |tx| allowance(tx, &scope, now))
                .await?
        }
    };
    Ok(Json(Allowance {
        key_id,
        limits: match default_limits {
            true => Limits::cautious_written(),
            false => given,
        },
        default_limits,
        allowances: standings.iter().map(remaining).collect(),
    }))
}

pub(crate) fn remaining(standing: &Standing) -> Remaining {
    let number = |n| plain(standing.measure, n);
    Remaining {
        rule: rule(standing.measure, standing.span).to_owned(),
        limit: number(standing.limit),
        used: number(standing.used),
        remaining: number(standing.remaining()),
        resets_at: written(standing.resets_at),
    }
}
