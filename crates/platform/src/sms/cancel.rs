//! `PUT /v3/sms/{message_id}/cancel`: withdraws a message that no carrier has seen and gives its price back.

use axum::extract::{Path, State};
use axum::response::Response;
use postern_domain::channel::Channel;
use postern_domain::message_id::MessageId;
use postern_store::{Lane, messages};

use crate::answer;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::state::PlatformState;

/// Unknown, sent and already cancelled are one answer, as live.
const NOT_FOUND: ApiError = ApiError::NotFound("Message record not found.");

pub(crate) async fn cancel(
    State(state): State<PlatformState>,
    Caller { account }: Caller,
    Path(message_id): Path<String>,
) -> Result<Response, ApiError> {
    let message = MessageId::parse(&message_id).ok_or(NOT_FOUND)?;
    let (id, now) = (account.id, state.now());
    let cancelled = state
        .store
        .write(Lane::of(id.0), move |tx| {
            messages::cancel(tx, id, Channel::Sms, message, now)
        })
        .await?;
    match cancelled {
        true => Ok(answer::success(
            "Scheduled sms message has been cancelled.",
            (),
        )),
        false => Err(NOT_FOUND),
    }
}
