//! `DELETE /keys/{key_id}`: ends a key at once and for good. It stays in the list, so that records about it mean something.

use axum::extract::{Path, State};
use axum::{Extension, Json};
use postern_store::audit::record;
use postern_store::{Lane, keys};
use postern_wire::control::KeyDeleted;
use serde_json::json;

use super::{find, view};
use crate::audit::change;
use crate::guard::Context;
use crate::refusal::Refusal;
use crate::state::ControlState;

pub(crate) async fn revoke_key(
    State(state): State<ControlState>,
    Extension(context): Extension<Context>,
    Path(key_id): Path<String>,
) -> Result<Json<KeyDeleted>, Refusal> {
    let now = state.now();
    let (row, _) = find(&state, &context.caller, &key_id).await?;
    let entry = change(&context, now, ("key", &key_id), &json!({"name": row.name}));
    let id = key_id.clone();
    state
        .store
        .write(Lane::CONTROL, move |tx| {
            // Revoking twice is no error: what was asked for is so.
            if keys::revoke(tx, &id, now)? {
                record(tx, &entry)?;
            }
            Ok(())
        })
        .await?;
    state.refresh().await?;
    let (row, secrets) = find(&state, &context.caller, &key_id).await?;
    let key = view::shown(&state, &row, &secrets, now)?;
    Ok(Json(KeyDeleted {
        deleted: true,
        key_id,
        key,
    }))
}
