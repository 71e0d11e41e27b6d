//! `/limits`: limits of the whole installation, whoever sends.

use axum::extract::State;
use axum::{Extension, Json};
use postern_guard::{Policy, Scope, ScopeKind, allowance};
use postern_store::audit::record;
use postern_store::freezes::INSTALLATION;
use postern_store::{Lane, limits};
use postern_wire::control::{InstallationLimits, LimitsChange};
use serde_json::json;

use crate::accounts::unnarrowed;
use crate::audit::change;
use crate::guard::Context;
use crate::keys::{limits_are_above, remaining, stored_limits};
use crate::payload::Payload;
use crate::refusal::Refusal;
use crate::state::ControlState;

pub(crate) async fn read_limits(
    State(state): State<ControlState>,
    Extension(context): Extension<Context>,
) -> Result<Json<InstallationLimits>, Refusal> {
    unnarrowed(&context.caller)?;
    shown(&state).await
}

pub(crate) async fn put_limits(
    State(state): State<ControlState>,
    Extension(context): Extension<Context>,
    Payload(request): Payload<LimitsChange>,
) -> Result<Json<InstallationLimits>, Refusal> {
    unnarrowed(&context.caller)?;
    limits_are_above(&context.caller)?;
    let written = stored_limits(&request.limits.unwrap_or_default())?;
    let now = state.now();
    let detail = json!({"limits": written});
    let entry = change(&context, now, ("installation", ""), &detail);
    state
        .store
        .write(Lane::CONTROL, move |tx| {
            let limits = Some(written.as_str()).filter(|written| *written != "{}");
            limits::put(tx, INSTALLATION, limits, now)?;
            record(tx, &entry)
        })
        .await?;
    state.refresh().await?;
    shown(&state).await
}

async fn shown(state: &ControlState) -> Result<Json<InstallationLimits>, Refusal> {
    let now = state.now();
    let read = move |tx: &mut postern_store::Tx<'_>| {
        let Some(written) = limits::get(tx, INSTALLATION)? else {
            return Ok((None, Vec::new()));
        };
        let standings = match Policy::from_row(&written) {
            Some(Policy::Limited(limits)) => {
                let scope = Scope {
                    kind: ScopeKind::Installation,
                    id: String::new(),
                    limits,
                };
                allowance(tx, &scope, now)?
            }
            _ => Vec::new(),
        };
        Ok((Some(written), standings))
    };
    let (written, standings) = state.store.read(read).await?;
    let limits = written.as_deref().map(serde_json::from_str).transpose();
    Ok(Json(InstallationLimits {
        limits: limits
            .map_err(|error| Refusal::internal(&error))?
            .unwrap_or_default(),
        allowances: standings.iter().map(remaining).collect(),
    }))
}
