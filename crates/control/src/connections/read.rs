//! `GET /connections/{connection_id}`

use axum::extract::{Path, State};
use axum::{Extension, Json};
use postern_wire::control::ConnectionAnswer;

use super::{find, view};
use crate::guard::Context;
use crate::refusal::Refusal;
use crate::state::ControlState;

pub(crate) async fn read_connection(
    State(state): State<ControlState>,
    Extension(context): Extension<Context>,
    Path(connection_id): Path<String>,
) -> Result<Json<ConnectionAnswer>, Refusal> {
    let row = find(&state, &context.caller, &connection_id).await?;
    Ok(Json(ConnectionAnswer {
        connection: view::shown(&state, &context.caller, &row, state.now()),
    }))
}
