//! `PATCH /accounts/{account_id}`: the limits of what an account sends, with a key in front or without.

use axum::extract::{Path, State};
use axum::{Extension, Json};
use postern_store::audit::record;
use postern_store::{Lane, limits};
use postern_wire::control::{AccountAnswer, AccountChange};
use serde_json::json;

use super::{find, limits_scope, shown, unnarrowed};
use crate::audit::change;
use crate::guard::Context;
use crate::keys::{limits_are_above, stored_limits};
use crate::payload::Payload;
use crate::refusal::Refusal;
use crate::state::ControlState;

pub(crate) async fn change_account(
    State(state): State<ControlState>,
    Extension(context): Extension<Context>,
    Path(account_id): Path<String>,
    Payload(request): Payload<AccountChange>,
) -> Result<Json<AccountAnswer>, Refusal> {
    unnarrowed(&context.caller)?;
    let account = find(&state, &account_id).await?;
    if let Some(given) = request.limits {
        limits_are_above(&context.caller)?;
        let written = stored_limits(&given.unwrap_or_default())?;
        let (now, scope) = (state.now(), limits_scope(account.id));
        let detail = json!({"limits": written});
        let entry = change(&context, now, ("account", &account_id), &detail);
        state
            .store
            .write(Lane::CONTROL, move |tx| {
                let limits = Some(written.as_str()).filter(|written| *written != "{}");
                limits::put(tx, &scope, limits, now)?;
                record(tx, &entry)
            })
            .await?;
        state.refresh().await?;
    }
    Ok(Json(AccountAnswer {
        account: shown(&state, &account)?,
    }))
}
