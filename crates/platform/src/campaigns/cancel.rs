//! `PUT /v3/sms-campaigns/{id}/cancel`, `PUT /v3/mms-campaigns/{id}/cancel`: nothing more is sent from this moment on. Messages that exist
//! already stay; they have their own ways to be cancelled.

use axum::extract::{Path, State};
use axum::response::Response;
use postern_domain::channel::Channel;
use postern_store::Lane;
use postern_store::campaigns::{self, Campaign, Changed};

use super::{NO_LIST, NOT_FOUND, rows, too_late};
use crate::answer;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::state::PlatformState;

pub(crate) async fn sms(
    State(state): State<PlatformState>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    let campaign = cancel(&state, caller, Channel::Sms, &id).await?;
    Ok(answer::success(
        "Your SMS Campaign has been cancelled.",
        rows::sms(&campaign),
    ))
}

pub(crate) async fn mms(
    State(state): State<PlatformState>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    let campaign = cancel(&state, caller, Channel::Mms, &id).await?;
    let row = rows::mms(&state, &campaign);
    Ok(answer::success(
        "Scheduled MMS campaign has been cancelled.",
        row,
    ))
}

async fn cancel(
    state: &PlatformState,
    Caller { account }: Caller,
    channel: Channel,
    id: &str,
) -> Result<Campaign, ApiError> {
    let campaign_id: i64 = id.parse().map_err(|_| NOT_FOUND)?;
    let (id, now) = (account.id, state.now());
    let changed = state
        .store
        .write(Lane::of(id.0), move |tx| {
            campaigns::cancel(tx, id, channel, campaign_id, now)
        })
        .await?;
    match changed {
        Changed::Unknown => Err(NOT_FOUND),
        Changed::NoList => Err(NO_LIST),
        Changed::TooLate(status) => Err(too_late(status)),
        Changed::Done(campaign) => Ok(*campaign),
    }
}
