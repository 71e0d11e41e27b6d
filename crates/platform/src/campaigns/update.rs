//! `PUT /v3/sms-campaigns/{id}`, `PUT /v3/mms-campaigns/{id}`: until the campaign has begun.

use axum::extract::{Path, State};
use axum::response::Response;
use postern_domain::channel::Channel;
use postern_store::Lane;
use postern_store::campaigns::{self, Campaign, Changed};
use postern_wire::clicksend::campaign::CampaignRequest;

use super::plan::{Planned, plan};
use super::{NO_LIST, NOT_FOUND, rows, too_late};
use crate::answer;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::payload::Payload;
use crate::state::PlatformState;

pub(crate) async fn sms(
    State(state): State<PlatformState>,
    caller: Caller,
    Path(id): Path<String>,
    Payload(request): Payload<CampaignRequest>,
) -> Result<Response, ApiError> {
    let campaign = change(&state, caller, Channel::Sms, &id, request).await?;
    Ok(answer::success(
        "Your SMS Campaign has been updated.",
        rows::sms(&campaign),
    ))
}

pub(crate) async fn mms(
    State(state): State<PlatformState>,
    caller: Caller,
    Path(id): Path<String>,
    Payload(request): Payload<CampaignRequest>,
) -> Result<Response, ApiError> {
    let campaign = change(&state, caller, Channel::Mms, &id, request).await?;
    let row = rows::mms(&state, &campaign);
    Ok(answer::success("MMS campaign has been updated.", row))
}

async fn change(
    state: &PlatformState,
    Caller { account }: Caller,
    channel: Channel,
    id: &str,
    request: CampaignRequest,
) -> Result<Campaign, ApiError> {
    let campaign_id: i64 = id.parse().map_err(|_| NOT_FOUND)?;
    let id = account.id;
    let old = state
        .store
        .read(move |tx| campaigns::get(tx, id, channel, campaign_id))
        .await?
        .ok_or(NOT_FOUND)?;
    if !old.status.is_open() {
        return Err(too_late(old.status));
    }
    let Planned { plan, picture } = plan(state, &account, channel, request, Some(old.plan)).await?;
    let now = state.now();
    let changed = state
        .store
        .write(Lane::of(id.0), move |tx| {
            let changed = campaigns::update(tx, id, campaign_id, &plan, now)?;
            if let (Changed::Done(_), Some(picture)) = (&changed, &picture) {
                picture.keep(tx, id, now)?;
            }
            Ok(changed)
        })
        .await?;
    state.campaigns.notify_one();
    match changed {
        Changed::Unknown => Err(NOT_FOUND),
        Changed::NoList => Err(NO_LIST),
        Changed::TooLate(status) => Err(too_late(status)),
        Changed::Done(campaign) => Ok(*campaign),
    }
}
