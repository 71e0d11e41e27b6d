//! `PUT /v3/sms/inbound-read/{message_id}`. Answers how many were unread: 1 or 0.

use axum::extract::{Path, State};
use axum::response::Response;
use postern_domain::message_id::MessageId;
use postern_store::{Lane, inbound};

use super::NOT_FOUND;
use crate::answer;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::state::PlatformState;

pub(crate) async fn read_one(
    State(state): State<PlatformState>,
    Caller { account }: Caller,
    Path(message_id): Path<String>,
) -> Result<Response, ApiError> {
    let message = MessageId::parse(&message_id).ok_or(NOT_FOUND)?;
    let id = account.id;
    let was_unread = state
        .store
        .write(Lane::of(id.0), move |tx| {
            inbound::mark_one_read(tx, id, message)
        })
        .await?
        .ok_or(NOT_FOUND)?;
    Ok(answer::success(
        "Receipt have been marked as read.",
        i64::from(was_unread),
    ))
}
