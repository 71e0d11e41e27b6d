//! `DELETE /v3/lists/{list_id}/contacts/{contact_id}`.

use axum::extract::{Path, State};
use axum::response::Response;
use postern_store::{Lane, contacts};

use super::NOT_FOUND;
use crate::answer;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::state::PlatformState;

pub(crate) async fn delete(
    State(state): State<PlatformState>,
    Caller { account }: Caller,
    Path((list_id, contact_id)): Path<(String, String)>,
) -> Result<Response, ApiError> {
    let list_id = list_id.parse::<i64>().map_err(|_| NOT_FOUND)?;
    let contact_id = contact_id.parse::<i64>().map_err(|_| NOT_FOUND)?;
    let (id, now) = (account.id, state.now());
    let removed = state
        .store
        .write(Lane::of(id.0), move |tx| {
            contacts::remove(tx, id, list_id, contact_id, now)
        })
        .await?;
    match removed {
        true => Ok(answer::success(
            format!("Contact #{contact_id} has been deleted."),
            answer::NOTHING,
        )),
        false => Err(NOT_FOUND),
    }
}
