//! `POST /v3/sms-campaigns/send`, `POST /v3/mms-campaigns/send`: keeps the campaign; its messages are made when its time has come.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use postern_domain::channel::Channel;
use postern_guard::{Outcome, Stands};
use postern_store::campaigns::{self, Campaign};
use postern_store::{Lane, RiderDone};
use postern_wire::clicksend::campaign::CampaignRequest;

use super::plan::{Planned, plan};
use super::{NO_LIST, limited, rows};
use crate::answer;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::escort::Escort;
use crate::payload::Payload;
use crate::state::PlatformState;
use crate::wishes;

pub(crate) async fn sms(
    State(state): State<PlatformState>,
    caller: Caller,
    escort: Escort,
    Payload(request): Payload<CampaignRequest>,
) -> Result<Response, ApiError> {
    let ridden = escort.rider.is_some();
    let (campaign, stands) = create(&state, caller, Channel::Sms, escort, request).await?;
    let response = answer::success("Your new campaign has been added.", rows::sms(&campaign));
    Ok(told(response, ridden, stands))
}

pub(crate) async fn mms(
    State(state): State<PlatformState>,
    caller: Caller,
    escort: Escort,
    Payload(request): Payload<CampaignRequest>,
) -> Result<Response, ApiError> {
    let ridden = escort.rider.is_some();
    let (campaign, stands) = create(&state, caller, Channel::Mms, escort, request).await?;
    let row = rows::mms(&state, &campaign);
    Ok(told(
        answer::success("MMS campaign has been created.", row),
        ridden,
        stands,
    ))
}

/// One unit: the campaign, its picture, and the rider's record.
async fn create(
    state: &PlatformState,
    Caller { account }: Caller,
    channel: Channel,
    escort: Escort,
    request: CampaignRequest,
) -> Result<(Campaign, Option<Stands>), ApiError> {
    let Planned { plan, picture } = plan(state, &account, channel, request, None).await?;
    let (id, now) = (account.id, state.now());
    let Escort {
        rider,
        ticket,
        through,
        ..
    } = escort;
    let asked = match ticket {
        Some(ticket) => {
            // Its list leaves out whoever has opted out; so does this, for those who do so meanwhile.
            let ticket = ticket.heeding(wishes::of(id, state.vault.clone()));
            Some(limited::ask(state, &account, &plan, ticket).await?)
        }
        None => None,
    };
    let made = state
        .store
        .write(Lane::of(id.0), move |tx| {
            let stands = match asked
                .as_ref()
                .map(|asked| asked.judge(tx, now))
                .transpose()?
            {
                Some(Err(outcome)) => return Ok(Made::Held(outcome)),
                Some(Ok(stands)) => Some(stands),
                None => None,
            };
            let Some(campaign) = campaigns::create(tx, id, &plan, &through, now)? else {
                return Ok(Made::NoList);
            };
            if let Some(asked) = &asked {
                campaigns::pin(tx, campaign.campaign_id, &asked.contacts)?;
            }
            if let Some(picture) = &picture {
                picture.keep(tx, id, now)?;
            }
            if let Some(rider) = &rider {
                rider.ride(tx, StatusCode::OK.as_u16())?;
            }
            Ok(Made::Done(Box::new(campaign), stands))
        })
        .await?;
    match made {
        Made::Done(campaign, stands) => {
            state.campaigns.notify_one();
            Ok((*campaign, stands))
        }
        Made::NoList => Err(NO_LIST),
        Made::Held(outcome) => Err(ApiError::Guarded(Box::new(outcome))),
    }
}

/// How the unit ends.
enum Made {
    Done(Box<Campaign>, Option<Stands>),
    /// It was deleted meanwhile. (What was counted for it stays counted.)
    NoList,
    /// By the guard; nothing was stored.
    Held(Outcome),
}

/// Tells whoever put a rider into the request that it was committed, and what is left of limits.
fn told(mut response: Response, ridden: bool, stands: Option<Stands>) -> Response {
    if let Some(stands) = stands {
        response.extensions_mut().insert(stands);
    }
    if ridden {
        response.extensions_mut().insert(RiderDone);
    }
    response
}
