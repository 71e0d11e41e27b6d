//! `PUT /v3/sms/{message_id}/cancel`.

use axum::extract::{Path, State};
use axum::response::Response;
use postern_domain::channel::Channel;

use crate::answer;
use crate::caller::Caller;
use crate::cancelling::cancel_one;
use crate::error::ApiError;
use crate::state::PlatformState;

pub(crate) async fn cancel(
    State(state): State<PlatformState>,
    Caller { account }: Caller,
    Path(message_id): Path<String>,
) -> Result<Response, ApiError> {
    cancel_one(&state, account.id, Channel::Sms, &message_id).await?;
    Ok(answer::success(
        "Scheduled sms message has been cancelled.",
        (),
    ))
}
