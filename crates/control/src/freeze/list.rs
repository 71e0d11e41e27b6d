//! `GET /freeze`: what is frozen; with `scope` one of them, and what it holds.

use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Response};
use axum::{Extension, Json};
use postern_access::Caller;
use postern_store::freezes;
use postern_wire::control::{FreezeAnswer, FreezeList};

use super::{Target, holds, not_frozen};
use crate::guard::Context;
use crate::query::Parameters;
use crate::refusal::Refusal;
use crate::state::ControlState;

const LIMIT_MAX: i64 = 200;

pub(crate) async fn list_freezes(
    State(state): State<ControlState>,
    Extension(context): Extension<Context>,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Response, Refusal> {
    let parameters = Parameters::new(pairs, &["scope", "id", "after", "limit"])?;
    if let Some(scope) = parameters.text("scope") {
        let target = Target::of(scope, parameters.text("id"))?;
        return one(&state, &context.caller, target).await;
    }
    let limit = parameters.up_to("limit", LIMIT_MAX)?;
    let after = parameters.text("after").unwrap_or_default().to_owned();
    let page = state
        .store
        .read(move |tx| freezes::page(tx, &after, limit))
        .await?;
    let next = (page.len() as i64 == limit)
        .then(|| page.last().map(|(scope, _)| scope.clone()))
        .flatten();
    let shown = page.into_iter().filter_map(|(scope, frozen_at)| {
        let target = Target::named(&scope);
        may_know(&state, &context.caller, &target).then(|| target.shown(frozen_at))
    });
    Ok(Json(FreezeList {
        freezes: shown.collect(),
        next,
    })
    .into_response())
}

async fn one(state: &ControlState, caller: &Caller, target: Target) -> Result<Response, Refusal> {
    let (scope, now) = (target.scope(), state.now());
    let read = move |tx: &mut postern_store::Tx<'_>| match freezes::get(tx, &scope)? {
        Some(freeze) => {
            let held = freezes::held(tx, &freeze, now)?;
            Ok(Some((freeze.frozen_at, held)))
        }
        None => Ok(None),
    };
    let found = state.store.read(read).await?;
    let (frozen_at, held) = found
        .filter(|_| may_know(state, caller, &target))
        .ok_or_else(|| not_frozen(&target))?;
    Ok(Json(FreezeAnswer {
        freeze: target.shown(frozen_at),
        holds: holds(&held),
    })
    .into_response())
}

/// Test keys know of the sandbox only.
fn may_know(state: &ControlState, caller: &Caller, target: &Target) -> bool {
    let directory = &state.directory;
    !caller.test
        || match target {
            Target::All => true,
            Target::Key(id) => directory.key(id).is_some_and(|key| key.test),
            Target::Connection(id) => directory
                .connection_by_id(id)
                .is_some_and(|connection| connection.sandbox),
        }
}
