//! `GET /keys/{key_id}`

use axum::extract::{Path, State};
use axum::{Extension, Json};
use postern_wire::control::KeyAnswer;

use super::{find, view};
use crate::guard::Context;
use crate::refusal::Refusal;
use crate::state::ControlState;

pub(crate) async fn read_key(
    State(state): State<ControlState>,
    Extension(context): Extension<Context>,
    Path(key_id): Path<String>,
) -> Result<Json<KeyAnswer>, Refusal> {
    let (row, secrets) = find(&state, &context.caller, &key_id).await?;
    Ok(Json(KeyAnswer {
        key: view::shown(&state, &row, &secrets, state.now())?,
    }))
}
