//! `PATCH /connections/{connection_id}`: its name.

use axum::extract::{Path, State};
use axum::{Extension, Json};
use postern_store::audit::record;
use postern_store::{Lane, connections};
use postern_wire::control::{ConnectionAnswer, ConnectionChange};
use serde_json::json;

use super::{find, not_found, view};
use crate::audit::change;
use crate::guard::Context;
use crate::keys::people_name;
use crate::payload::Payload;
use crate::refusal::Refusal;
use crate::state::ControlState;

pub(crate) async fn change_connection(
    State(state): State<ControlState>,
    Extension(context): Extension<Context>,
    Path(connection_id): Path<String>,
    Payload(request): Payload<ConnectionChange>,
) -> Result<Json<ConnectionAnswer>, Refusal> {
    let now = state.now();
    let row = find(&state, &context.caller, &connection_id).await?;
    let name = match request.name {
        None => row.name,
        Some(name) => name
            .as_deref()
            .map(people_name)
            .transpose()?
            .unwrap_or_default(),
    };
    let entry = change(
        &context,
        now,
        ("connection", &connection_id),
        &json!({"name": name}),
    );
    let id = connection_id.clone();
    let renamed = state
        .store
        .write(Lane::CONTROL, move |tx| {
            let renamed = connections::rename(tx, &id, &name, now)?;
            if renamed {
                record(tx, &entry)?;
            }
            Ok(renamed)
        })
        .await?;
    if !renamed {
        return Err(not_found(&connection_id));
    }
    state.refresh().await?;
    let row = find(&state, &context.caller, &connection_id).await?;
    Ok(Json(ConnectionAnswer {
        connection: view::shown(&state, &context.caller, &row, now),
    }))
}
