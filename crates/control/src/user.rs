//! `GET /user`: who the presented key is.

use axum::extract::State;
use axum::{Extension, Json};
use postern_store::keys;
use postern_wire::control::User;

use crate::guard::Context;
use crate::keys::shown;
use crate::refusal::Refusal;
use crate::state::ControlState;

pub(crate) async fn read_user(
    State(state): State<ControlState>,
    Extension(context): Extension<Context>,
) -> Result<Json<User>, Refusal> {
    let id = context.caller.id.clone();
    let found = state
        .store
        .read(move |tx| Ok((keys::get(tx, &id)?, keys::secrets_of(tx, &id)?)))
        .await?;
    let (Some(row), secrets) = found else {
        return Err(Refusal::internal(&"the key that asks is not in the store"));
    };
    Ok(Json(User {
        email: state.settings.email.clone(),
        key: shown(&state, &row, &secrets, state.now())?,
        version: state.settings.version.clone(),
    }))
}
