//! `GET /keys`: keys page by page, oldest first, revoked ones included.

use axum::extract::{Query, State};
use axum::{Extension, Json};
use postern_store::keys::{self, KeyRow, SecretRow};
use postern_wire::control::KeyList;

use super::view;
use crate::guard::Context;
use crate::query::Parameters;
use crate::refusal::Refusal;
use crate::state::ControlState;

const LIMIT_MAX: i64 = 200;

pub(crate) async fn list_keys(
    State(state): State<ControlState>,
    Extension(context): Extension<Context>,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Json<KeyList>, Refusal> {
    let parameters = Parameters::new(pairs, &["after", "limit"])?;
    let limit = parameters.up_to("limit", LIMIT_MAX)?;
    let mut after = parameters.text("after").unwrap_or_default().to_owned();
    let now = state.now();
    let mut keys = Vec::new();
    loop {
        let left = limit - keys.len() as i64;
        let page = page(&state, after.clone(), left).await?;
        let is_end = (page.len() as i64) < left;
        if let Some((row, _)) = page.last() {
            after.clone_from(&row.key_id);
        }
        // Test keys know of test keys only.
        for (row, secrets) in page
            .iter()
            .filter(|(row, _)| row.test || !context.caller.test)
        {
            keys.push(view::shown(&state, row, secrets, now)?);
        }
        if is_end || keys.len() as i64 == limit {
            let next = (!is_end).then_some(after);
            return Ok(Json(KeyList { keys, next }));
        }
    }
}

async fn page(
    state: &ControlState,
    after: String,
    limit: i64,
) -> Result<Vec<(KeyRow, Vec<SecretRow>)>, Refusal> {
    let read = move |tx: &mut postern_store::Tx<'_>| {
        let rows = keys::page(tx, &after, limit)?;
        rows.into_iter()
            .map(|row| keys::secrets_of(tx, &row.key_id).map(|secrets| (row, secrets)))
            .collect()
    };
    Ok(state.store.read(read).await?)
}
