//! `DELETE /freeze`: what is late leaves at once, what is scheduled at its time.

use axum::extract::State;
use axum::{Extension, Json};
use postern_store::audit::record;
use postern_store::{Lane, freezes};
use postern_wire::control::{FreezeWish, Unfrozen};
use serde_json::json;

use super::{Target, holds, not_frozen};
use crate::accounts::unnarrowed;
use crate::audit::change;
use crate::guard::Context;
use crate::keys::limits_are_above;
use crate::payload::Payload;
use crate::refusal::Refusal;
use crate::state::ControlState;

pub(crate) async fn unfreeze(
    State(state): State<ControlState>,
    Extension(context): Extension<Context>,
    Payload(request): Payload<FreezeWish>,
) -> Result<Json<Unfrozen>, Refusal> {
    let now = state.now();
    let target = Target::asked(&request)?;
    limits_are_above(&context.caller)?;
    if target.kind() == "key" && target.id() == Some(context.caller.id.as_str()) {
        let message = "a key does not release itself";
        return Err(Refusal::forbidden("wider_than_caller", message)
            .field("id")
            .hint("ask with another full key"));
    }
    // A brake may outlive what it was pulled for.
    if let Err(refusal) = target.concerns(&state, &context.caller).await {
        match refusal.status {
            http::StatusCode::NOT_FOUND => unnarrowed(&context.caller)?,
            _ => return Err(refusal),
        }
    }
    let object = ("freeze", target.id().unwrap_or_default());
    let entry = change(&context, now, object, &json!({"scope": target.kind()}));
    let scope = target.scope();
    let released = state
        .store
        .write(Lane::CONTROL, move |tx| {
            let Some(freeze) = freezes::get(tx, &scope)? else {
                return Ok(None);
            };
            let held = freezes::held(tx, &freeze, now)?;
            freezes::unfreeze(tx, &scope, now)?;
            record(tx, &entry)?;
            Ok(Some(held))
        })
        .await?;
    let held = released.ok_or_else(|| not_frozen(&target))?;
    state.refresh().await?;
    (state.on_freeze)();
    Ok(Json(Unfrozen {
        unfrozen: true,
        scope: target.kind().to_owned(),
        id: target.id().map(str::to_owned),
        releases: holds(&held),
    }))
}
