//! `POST /alerts/endpoints/{endpoint_id}/test`: an alert that is none, for this endpoint alone.

use axum::extract::{Path, State};
use axum::{Extension, Json};
use postern_store::alerts::{self, NewAlert};
use postern_store::{Lane, audit};
use postern_wire::control::AlertTest;
use serde_json::json;

use super::not_found;
use crate::accounts::unnarrowed;
use crate::audit::change;
use crate::guard::Context;
use crate::refusal::Refusal;
use crate::state::ControlState;

pub(crate) async fn test_endpoint(
    State(state): State<ControlState>,
    Extension(context): Extension<Context>,
    Path(endpoint_id): Path<String>,
) -> Result<Json<AlertTest>, Refusal> {
    unnarrowed(&context.caller)?;
    let now = state.now();
    let object = ("alert_endpoint", endpoint_id.as_str());
    let entry = change(&context, now, object, &json!({}));
    let new = NewAlert {
        kind: "test",
        scope: "installation:".to_owned(),
        // One a second for an endpoint.
        period: format!("{endpoint_id}@{}", now.secs()),
        message: "This is a test: alerts reach this endpoint.".to_owned(),
        detail: "{}".to_owned(),
        endpoint_id: Some(endpoint_id.clone()),
    };
    let id = endpoint_id.clone();
    let queued = state
        .store
        .write(Lane::CONTROL, move |tx| {
            if alerts::endpoint(tx, &id)?.is_none() {
                return Ok(false);
            }
            alerts::raise(tx, &new, now)?;
            audit::record(tx, &entry)?;
            Ok(true)
        })
        .await?;
    match queued {
        true => Ok(Json(AlertTest {
            endpoint_id,
            queued,
        })),
        false => Err(not_found(&endpoint_id)),
    }
}
