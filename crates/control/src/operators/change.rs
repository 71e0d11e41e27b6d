//! `PATCH /operators/{name}`: locks somebody out at once, or lets them in again.

use axum::extract::{Path, State};
use axum::{Extension, Json};
use postern_store::{Lane, audit, operators};
use postern_wire::control::{OperatorAnswer, OperatorChange};
use serde_json::json;

use super::{find, may_manage, shown};
use crate::audit::change;
use crate::guard::Context;
use crate::payload::Payload;
use crate::refusal::Refusal;
use crate::state::ControlState;

pub(crate) async fn change_operator(
    State(state): State<ControlState>,
    Extension(context): Extension<Context>,
    Path(name): Path<String>,
    Payload(OperatorChange { disabled }): Payload<OperatorChange>,
) -> Result<Json<OperatorAnswer>, Refusal> {
    may_manage(&context.caller)?;
    let operator = find(&state, &name).await?;
    let (now, id) = (state.now(), operator.operator_id.clone());
    let detail = json!({"name": operator.name, "disabled": disabled});
    let entry = change(&context, now, ("operator", &id), &detail);
    state
        .store
        .write(Lane::CONTROL, move |tx| {
            // What was asked for may be so already.
            if operators::set_disabled(tx, &id, disabled, now)? {
                audit::record(tx, &entry)?;
            }
            Ok(())
        })
        .await?;
    let operator = find(&state, &name).await?;
    Ok(Json(OperatorAnswer {
        operator: shown(&operator),
        password: None,
    }))
}
