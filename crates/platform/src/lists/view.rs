//! `GET /v3/lists/{list_id}`.

use axum::extract::{Path, State};
use axum::response::Response;
use postern_store::lists;

use super::{NOT_FOUND, in_wire};
use crate::answer;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::state::PlatformState;

pub(crate) async fn view(
    State(state): State<PlatformState>,
    Caller { account }: Caller,
    Path(list_id): Path<String>,
) -> Result<Response, ApiError> {
    let list_id = list_id.parse::<i64>().map_err(|_| NOT_FOUND)?;
    let id = account.id;
    let list = state
        .store
        .read(move |tx| lists::get(tx, id, list_id))
        .await?
        .ok_or(NOT_FOUND)?;
    Ok(answer::success("Here are your data.", in_wire(list)))
}
