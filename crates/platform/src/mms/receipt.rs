//! `GET /v3/mms/receipts/{message_id}`: in the published example not a receipt but the message itself, so that is what is answered.

use axum::extract::{Path, State};
use axum::response::Response;
use postern_domain::channel::Content;
use postern_domain::message_id::MessageId;
use postern_store::messages;

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
        .read(move |tx| messages::by_id(tx, id, message))
        .await?
        .filter(|message| matches!(message.content, Content::Mms(_)))
        .ok_or(NOT_FOUND)?;
    Ok(answer::success(
        "Here is your MMS receipt.",
        rows::message(&state, found, &account),
    ))
}
