//! `POST /v3/sms-campaigns/send`, `POST /v3/mms-campaigns/send`: keeps the campaign; its messages are made when its time has come.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use postern_domain::channel::Channel;
use postern_store::campaigns::{self, Campaign};
use postern_store::{Lane, RiderDone};
use postern_wire::clicksend::campaign::CampaignRequest;

use super::plan::{Planned, plan};
use super::{NO_LIST, rows};
use crate::answer;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::escort::Escort;
use crate::payload::Payload;
use crate::state::PlatformState;

pub(crate) async fn sms(
    State(state): State<PlatformState>,
    caller: Caller,
    escort: Escort,
    Payload(request): Payload<CampaignRequest>,
) -> Result<Response, ApiError> {
    let ridden = escort.rider.is_some();
    let campaign = create(&state, caller, Channel::Sms, escort, request).await?;
    let response = answer::success("Your new campaign has been added.", rows::sms(&campaign));
    Ok(told(response, ridden))
}

pub(crate) async fn mms(
    State(state): State<PlatformState>,
    caller: Caller,
    escort: Escort,
    Payload(request): Payload<CampaignRequest>,
) -> Result<Response, ApiError> {
    let ridden = escort.rider.is_some();
    let campaign = create(&state, caller, Channel::Mms, escort, request).await?;
    let row = rows::mms(&state, &campaign);
    Ok(told(
        answer::success("MMS campaign has been created.", row),
        ridden,
    ))
}

/// One unit: the campaign, its picture, and the rider's record.
async fn create(
    state: &PlatformState,
    Caller { account }: Caller,
    channel: Channel,
    escort: Escort,
    request: CampaignRequest,
) -> Result<Campaign, ApiError> {
    let Planned { plan, picture } = plan(state, &account, channel, request, None).await?;
    let (id, now) = (account.id, state.now());
    let Escort { rider, through, .. } = escort;
    let campaign = state
        .store
        .write(Lane::of(id.0), move |tx| {
            let Some(campaign) = campaigns::create(tx, id, &plan, &through, now)? else {
                return Ok(None);
            };
            if let Some(picture) = &picture {
                picture.keep(tx, id, now)?;
            }
            if let Some(rider) = &rider {
                rider.ride(tx, StatusCode::OK.as_u16())?;
            }
            Ok(Some(campaign))
        })
        .await?
        .ok_or(NO_LIST)?;
    state.campaigns.notify_one();
    Ok(campaign)
}

/// Tells whoever put a rider into the request that it was committed.
fn told(mut response: Response, ridden: bool) -> Response {
    if ridden {
        response.extensions_mut().insert(RiderDone);
    }
    response
}
