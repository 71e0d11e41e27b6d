//! `GET /approvals/webhook-secret`: what announcements and callbacks are signed with, for whoever checks signatures.

use axum::extract::State;
use axum::{Extension, Json};
use postern_wire::control::ApprovalSecret;
use secrecy::ExposeSecret as _;

use crate::accounts::unnarrowed;
use crate::guard::Context;
use crate::refusal::Refusal;
use crate::state::ControlState;

pub(crate) async fn read_secret(
    State(state): State<ControlState>,
    Extension(context): Extension<Context>,
) -> Result<Json<ApprovalSecret>, Refusal> {
    unnarrowed(&context.caller)?;
    let secret = state.approvals.secret_text().await;
    let secret = secret.map_err(|error| Refusal::internal(&error))?;
    Ok(Json(ApprovalSecret {
        secret: secret.expose_secret().to_owned(),
    }))
}
