//! `PUT /v3/mms/cancel-all`: everything that is scheduled.

use axum::extract::State;
use axum::response::Response;
use postern_domain::channel::Channel;
use postern_wire::clicksend::sms::{CancelAllRequest, Cancelled};

use crate::answer;
use crate::caller::Caller;
use crate::cancelling::cancel_all_of;
use crate::error::ApiError;
use crate::payload::OptionalPayload;
use crate::state::PlatformState;

pub(crate) async fn cancel_all(
    State(state): State<PlatformState>,
    Caller { account }: Caller,
    OptionalPayload(request): OptionalPayload<CancelAllRequest>,
) -> Result<Response, ApiError> {
    let custom = request.custom_string.filter(|text| !text.is_empty());
    let count = cancel_all_of(&state, account.id, Channel::Mms, custom).await?;
    let told = format!("{count} MMS have been cancelled.");
    Ok(answer::success(told, Cancelled { count }))
}
