//! `GET /v3/sms/inbound/{original_message_id}`: the first reply to one of the account's texts, read or not.

use axum::extract::{Path, State};
use axum::response::Response;
use postern_domain::message_id::MessageId;
use postern_store::inbound;

use super::{NOT_FOUND, in_wire};
use crate::answer;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::state::PlatformState;

pub(crate) async fn reply(
    State(state): State<PlatformState>,
    Caller { account }: Caller,
    Path(original): Path<String>,
) -> Result<Response, ApiError> {
    let original = MessageId::parse(&original).ok_or(NOT_FOUND)?;
    let id = account.id;
    let found = state
        .store
        .read(move |tx| inbound::first_reply(tx, id, original))
        .await?
        .ok_or(NOT_FOUND)?;
    Ok(answer::success("Here are your data.", in_wire(found)))
}
