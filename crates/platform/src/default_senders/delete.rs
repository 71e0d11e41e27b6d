//! `DELETE /v3/senders/default-senders/{default_sender_id}`: 204, no body.

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use postern_store::{Lane, default_senders};

use super::NOT_FOUND;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::newer::uuid;
use crate::state::PlatformState;

pub(crate) async fn delete(
    State(state): State<PlatformState>,
    Caller { account }: Caller,
    Path(sender): Path<String>,
) -> Result<Response, ApiError> {
    let (id, sender) = (account.id, uuid(&sender).ok_or(NOT_FOUND)?);
    let deleted = state
        .store
        .write(Lane::of(id.0), move |tx| {
            default_senders::delete(tx, id, &sender)
        })
        .await?;
    match deleted {
        true => Ok(StatusCode::NO_CONTENT.into_response()),
        false => Err(NOT_FOUND),
    }
}
