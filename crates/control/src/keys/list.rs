//! `GET /keys`: all keys, oldest first, revoked ones included.

use axum::extract::{Query, State};
use axum::{Extension, Json};
use postern_store::keys::{self, KeyRow, SecretRow};
use postern_wire::control::KeyList;

use super::view;
use crate::guard::Context;
use crate::query::Parameters;
use crate::refusal::Refusal;
use crate::state::ControlState;

/// Keys read in one unit of work.
const PAGE_ROWS: i64 = 200;

pub(crate) async fn list_keys(
    State(state): State<ControlState>,
    Extension(context): Extension<Context>,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Json<KeyList>, Refusal> {
    Parameters::new(pairs, &[])?;
    let now = state.now();
    let mut shown = Vec::new();
    let mut after = String::new();
    loop {
        let page = page(&state, after).await?;
        let Some(last) = page.last().map(|(row, _)| row.key_id.clone()) else {
            break;
        };
        for (row, secrets) in page
            .iter()
            .filter(|(row, _)| row.test || !context.caller.test)
        {
            shown.push(view::shown(&state, row, secrets, now)?);
        }
        after = last;
    }
    Ok(Json(KeyList { keys: shown }))
}

async fn page(
    state: &ControlState,
    after: String,
) -> Result<Vec<(KeyRow, Vec<SecretRow>)>, Refusal> {
    let read = move |tx: &mut postern_store::Tx<'_>| {
        let rows = keys::page(tx, &after, PAGE_ROWS)?;
        rows.into_iter()
            .map(|row| keys::secrets_of(tx, &row.key_id).map(|secrets| (row, secrets)))
            .collect()
    };
    Ok(state.store.read(read).await?)
}
