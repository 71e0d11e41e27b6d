//! `POST /freeze`: once it is answered nothing more is handed to a carrier or an upstream.

use axum::extract::State;
use axum::{Extension, Json};
use postern_store::audit::record;
use postern_store::{Lane, freezes};
use postern_wire::control::{FreezeAnswer, FreezeWish};
use serde_json::json;

use super::{Target, holds};
use crate::audit::change;
use crate::guard::Context;
use crate::payload::Payload;
use crate::refusal::Refusal;
use crate::state::ControlState;

pub(crate) async fn freeze(
    State(state): State<ControlState>,
    Extension(context): Extension<Context>,
    Payload(request): Payload<FreezeWish>,
) -> Result<Json<FreezeAnswer>, Refusal> {
    let now = state.now();
    let target = Target::asked(&request)?;
    target.concerns(&state, &context.caller).await?;
    let object = ("freeze", target.id().unwrap_or_default());
    let entry = change(&context, now, object, &json!({"scope": target.kind()}));
    let scope = target.scope();
    let frozen = state
        .store
        .write(Lane::CONTROL, move |tx| {
            // Pulling it twice is no error: what was asked for is so.
            if freezes::freeze(tx, &scope, now)? {
                record(tx, &entry)?;
            }
            match freezes::get(tx, &scope)? {
                Some(freeze) => Ok(Some((freeze.frozen_at, freezes::held(tx, &freeze, now)?))),
                None => Ok(None),
            }
        })
        .await?;
    (state.on_freeze)();
    state.refresh().await?;
    let (frozen_at, held) =
        frozen.ok_or_else(|| Refusal::internal(&"a freeze vanished while it was made"))?;
    Ok(Json(FreezeAnswer {
        freeze: target.shown(frozen_at),
        holds: holds(&held),
    }))
}
