//! `GET /v3/sms-campaigns/{id}`, `GET /v3/mms-campaigns/{id}`: the campaign, and what became of its messages.

use axum::extract::{Path, State};
use axum::response::Response;
use postern_domain::channel::Channel;
use postern_store::campaigns::{self, Campaign};
use postern_wire::clicksend::campaign::Progress;

use super::{NOT_FOUND, rows};
use crate::answer;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::state::PlatformState;

pub(crate) async fn sms(
    State(state): State<PlatformState>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    let (campaign, progress) = find(&state, caller, Channel::Sms, &id).await?;
    let mut row = rows::sms(&campaign);
    row.progress = Some(progress);
    Ok(answer::success("Your SMS Campaign.", row))
}

pub(crate) async fn mms(
    State(state): State<PlatformState>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    let (campaign, progress) = find(&state, caller, Channel::Mms, &id).await?;
    let mut row = rows::mms(&state, &campaign);
    row.progress = Some(progress);
    Ok(answer::success("Here is your result.", row))
}

async fn find(
    state: &PlatformState,
    Caller { account }: Caller,
    channel: Channel,
    id: &str,
) -> Result<(Campaign, Progress), ApiError> {
    let campaign_id: i64 = id.parse().map_err(|_| NOT_FOUND)?;
    let id = account.id;
    // Every message of the campaign is looked at.
    let _turn = state.scans.acquire().await;
    let found = state
        .store
        .read(move |tx| {
            let Some(campaign) = campaigns::get(tx, id, channel, campaign_id)? else {
                return Ok(None);
            };
            let outcomes = campaigns::outcomes(tx, id, campaign_id)?;
            Ok(Some((campaign, outcomes)))
        })
        .await?;
    let (campaign, outcomes) = found.ok_or(NOT_FOUND)?;
    let progress = rows::progress(&campaign, &outcomes);
    Ok((campaign, progress))
}
