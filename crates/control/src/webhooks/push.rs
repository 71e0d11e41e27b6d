//! `GET /webhooks/pushes/{push_id}`: one push with every try of it; `POST …/replay`: once more, now, with the same `webhook-id`.

use axum::Json;
use axum::extract::{Path, Query, State};
use postern_access::role::ControlRoute;
use postern_domain::account::AccountId;
use postern_store::pushes::{self, TRIES_MAX};
use postern_store::{Lane, Tx, audit};
use postern_wire::control::{PushAnswer, PushTry};
use serde_json::json;

use super::{name, number, shown};
use crate::instant::written;
use crate::refusal::Refusal;
use crate::sends::Asker;
use crate::state::ControlState;
use crate::whose::Whose;

pub(crate) async fn read_push(
    State(state): State<ControlState>,
    asker: Asker,
    Path(push_id): Path<String>,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Json<PushAnswer>, Refusal> {
    let account = Whose::asked(&state, asker, pairs).await?.account.id;
    answer(&state, account, &push_id).await
}

/// Asked for twice it is made once: a push that waits is not queued again.
pub(crate) async fn replay_push(
    State(state): State<ControlState>,
    asker: Asker,
    Path(push_id): Path<String>,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Json<PushAnswer>, Refusal> {
    let whose = Whose::asked(&state, asker, pairs).await?;
    let (account, now) = (whose.account.id, state.now());
    let id = number(&push_id).ok_or_else(|| not_found(&push_id))?;
    find(&state, account, &push_id).await?;
    let (object, detail) = (name(id), json!({"account_id": account.0}));
    let entry = whose.entry_about(ControlRoute::PushReplay, now, ("push", &object), &detail);
    let queued = state
        .store
        .write(Lane::of(account.0), move |tx| {
            let queued = pushes::replay(tx, account, id, now)?;
            if queued {
                audit::record(tx, &entry)?;
            }
            Ok(queued)
        })
        .await?;
    if !queued {
        let message =
            format!("it is being tried just now, or had {TRIES_MAX} tries, or too many wait");
        return Err(
            Refusal::conflict("not_replayed", message).hint("look at its tries in a moment")
        );
    }
    state.pushes.notify_one();
    answer(&state, account, &push_id).await
}

async fn find(
    state: &ControlState,
    account: AccountId,
    push_id: &str,
) -> Result<(pushes::Push, Vec<pushes::Try>), Refusal> {
    let id = number(push_id).ok_or_else(|| not_found(push_id))?;
    let read = move |tx: &mut Tx<'_>| match pushes::get(tx, account, id)? {
        Some(push) => Ok(Some((push, pushes::tries(tx, account, id)?))),
        None => Ok(None),
    };
    let found = state.store.read(read).await?;
    found.ok_or_else(|| not_found(push_id))
}

async fn answer(
    state: &ControlState,
    account: AccountId,
    push_id: &str,
) -> Result<Json<PushAnswer>, Refusal> {
    let (push, tries) = find(state, account, push_id).await?;
    Ok(Json(PushAnswer {
        account_id: account.0,
        push: shown(&push),
        tries: tries.into_iter().map(one_try).collect(),
    }))
}

fn one_try(one: pushes::Try) -> PushTry {
    PushTry {
        at: written(one.at),
        took_ms: one.took_micros / 1_000,
        status: one.status,
        problem: one.problem,
        answer: one.answer,
    }
}

fn not_found(push_id: &str) -> Refusal {
    let message = format!("the account has no push `{push_id}`, or not any more");
    Refusal::not_found("push_not_found", message).hint("ended ones are kept for 30 days")
}
