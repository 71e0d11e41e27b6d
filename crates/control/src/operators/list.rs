//! `GET /operators`: by name, all of them; there are as many as people.

use axum::extract::State;
use axum::{Extension, Json};
use postern_store::operators;
use postern_wire::control::OperatorList;

use super::shown;
use crate::accounts::unnarrowed;
use crate::guard::Context;
use crate::refusal::Refusal;
use crate::state::ControlState;

/// Creating stops there, so a list is never cut off.
pub(super) const OPERATORS_MAX: i64 = 1000;

pub(crate) async fn list_operators(
    State(state): State<ControlState>,
    context: Option<Extension<Context>>,
) -> Result<Json<OperatorList>, Refusal> {
    if let Some(Extension(context)) = context {
        unnarrowed(&context.caller)?;
    }
    let all = state
        .store
        .read(|tx| operators::page(tx, "", OPERATORS_MAX))
        .await?;
    Ok(Json(OperatorList {
        operators: all.iter().map(shown).collect(),
    }))
}
