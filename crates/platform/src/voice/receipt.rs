//! `GET /v3/voice/receipts/{message_id}`: the newest receipt of one call, read or not.

use axum::extract::{Path, State};
use axum::response::Response;
use postern_domain::channel::Channel;
use postern_domain::message_id::MessageId;
use postern_store::receipts;

use super::rows;
use crate::answer;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::state::PlatformState;

const NOT_FOUND: ApiError = ApiError::NotFound("Receipt record not found.");

pub(crate) async fn receipt(
    State(state): State<PlatformState>,
    Caller { account }: Caller,
    Path(message_id): Path<String>,
) -> Result<Response, ApiError> {
    let message = MessageId::parse(&message_id).ok_or(NOT_FOUND)?;
    let id = account.id;
    let found = state
        .store
        .read(move |tx| receipts::newest_of(tx, id, Channel::Voice, message))
        .await?
        .ok_or(NOT_FOUND)?;
    Ok(answer::success(
        "Here is your result.",
        rows::receipt(found, &account),
    ))
}
