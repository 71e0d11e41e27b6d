//! `PATCH /connections/{connection_id}`: its name, and the limits of what is sent over it.

use axum::extract::{Path, State};
use axum::{Extension, Json};
use postern_store::audit::record;
use postern_store::{Lane, connections, limits};
use postern_wire::control::{ConnectionAnswer, ConnectionChange};
use serde_json::json;

use super::{find, not_found, view};
use crate::audit::change;
use crate::guard::Context;
use crate::keys::{limits_are_above, people_name, stored_limits};
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
    let limits = match request.limits {
        None => None,
        Some(limits) => {
            limits_are_above(&context.caller)?;
            let written = stored_limits(&limits.unwrap_or_default())?;
            Some(Some(written).filter(|written| written != "{}"))
        }
    };
    let mut detail = json!({"name": name});
    if let Some(limits) = &limits {
        detail["limits"] = json!(limits);
    }
    let entry = change(&context, now, ("connection", &connection_id), &detail);
    let id = connection_id.clone();
    let renamed = state
        .store
        .write(Lane::CONTROL, move |tx| {
            let renamed = connections::rename(tx, &id, &name, now)?;
            if renamed {
                if let Some(limits) = &limits {
                    let scope = format!("connection:{id}");
                    limits::put(tx, &scope, limits.as_deref(), now)?;
                }
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
