//! `DELETE /alerts/endpoints/{endpoint_id}`: it is told nothing more.

use axum::extract::{Path, State};
use axum::{Extension, Json};
use postern_store::{Lane, alerts, audit};
use postern_wire::control::AlertEndpointDeleted;
use serde_json::json;

use super::not_found;
use crate::accounts::unnarrowed;
use crate::audit::change;
use crate::guard::Context;
use crate::refusal::Refusal;
use crate::state::ControlState;

pub(crate) async fn delete_endpoint(
    State(state): State<ControlState>,
    Extension(context): Extension<Context>,
    Path(endpoint_id): Path<String>,
) -> Result<Json<AlertEndpointDeleted>, Refusal> {
    unnarrowed(&context.caller)?;
    let object = ("alert_endpoint", endpoint_id.as_str());
    let entry = change(&context, state.now(), object, &json!({}));
    let id = endpoint_id.clone();
    let removed = state
        .store
        .write(Lane::CONTROL, move |tx| {
            let removed = alerts::remove_endpoint(tx, &id)?;
            if removed {
                audit::record(tx, &entry)?;
            }
            Ok(removed)
        })
        .await?;
    match removed {
        true => Ok(Json(AlertEndpointDeleted {
            deleted: true,
            endpoint_id,
        })),
        false => Err(not_found(&endpoint_id)),
    }
}
