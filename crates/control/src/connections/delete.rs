//! `DELETE /connections/{connection_id}`: the connection and its credential are gone at once. Answers JSON, because existing
//! clients parse it.

use axum::extract::{Path, State};
use axum::{Extension, Json};
use postern_store::audit::record;
use postern_store::{Lane, connections, hooks};
use postern_wire::control::ConnectionDeleted;
use serde_json::json;

use super::{find, not_found};
use crate::audit::change;
use crate::guard::Context;
use crate::refusal::Refusal;
use crate::state::ControlState;

pub(crate) async fn delete_connection(
    State(state): State<ControlState>,
    Extension(context): Extension<Context>,
    Path(connection_id): Path<String>,
) -> Result<Json<ConnectionDeleted>, Refusal> {
    let now = state.now();
    let row = find(&state, &context.caller, &connection_id).await?;
    let detail = json!({"app": row.app, "name": row.name, "upstream": row.upstream});
    let entry = change(&context, now, ("connection", &connection_id), &detail);
    let id = connection_id.clone();
    let deleted = state
        .store
        .write(Lane::CONTROL, move |tx| {
            let deleted = connections::delete(tx, &id)?;
            if deleted {
                // Who opted out stays on record under an id that is never given again.
                hooks::remove(tx, &id)?;
                record(tx, &entry)?;
            }
            Ok(deleted)
        })
        .await?;
    if !deleted {
        return Err(not_found(&connection_id));
    }
    state.refresh().await?;
    Ok(Json(ConnectionDeleted {
        deleted: true,
        connection_id,
    }))
}
