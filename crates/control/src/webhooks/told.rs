//! `GET /webhooks/pushes`: what was told and is to be told, the newest first.

use axum::Json;
use axum::extract::{Query, State};
use postern_store::pushes::{self, Filter};
use postern_wire::control::PushList;

use super::{name, number, shown};
use crate::refusal::Refusal;
use crate::sends::Asker;
use crate::state::ControlState;
use crate::whose::Whose;

const LIMIT_MAX: i64 = 200;

pub(crate) async fn list_pushes(
    State(state): State<ControlState>,
    asker: Asker,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Json<PushList>, Refusal> {
    let known = ["state", "webhook", "before", "limit"];
    let (whose, parameters) = Whose::asked_with(&state, asker, pairs, &known).await?;
    let account = whose.account.id;
    let in_state = |word: &str| {
        pushes::State::parse(word).ok_or_else(|| {
            let message = "`state` must be `waiting`, `arrived` or `given_up`";
            Refusal::invalid("state", message)
        })
    };
    let filter = Filter {
        state: parameters.text("state").map(in_state).transpose()?,
        rule: parameters.word("webhook")?,
    };
    let before = match parameters.text("before") {
        None => i64::MAX,
        Some(text) => number(text).ok_or_else(|| {
            Refusal::invalid("before", "`before` is what `next` of the page before said")
        })?,
    };
    let limit = parameters.up_to("limit", LIMIT_MAX)?;
    let page = state
        .store
        .read(move |tx| pushes::list(tx, account, filter, before, limit))
        .await?;
    let last = page.last().filter(|_| page.len() as i64 == limit);
    Ok(Json(PushList {
        account_id: account.0,
        next: last.map(|push| name(push.push_id)),
        pushes: page.iter().map(shown).collect(),
    }))
}
