//! `POST /v3/sms-campaigns/price`, `POST /v3/mms-campaigns/price`: what sending to the list as it is now would cost.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use postern_domain::channel::Channel;
use postern_domain::money::Micros;
use postern_domain::short_link::Code;
use postern_store::accounts::Account;
use postern_store::campaigns::Plan;
use postern_store::{contacts, lists};
use postern_wire::clicksend::campaign::{CampaignPrice, CampaignRequest, PricedCampaign};
use postern_wire::clicksend::lenient::Unix;

use super::NO_LIST;
use super::judge::judge;
use crate::account::currency;
use crate::answer;
use crate::caller::Caller;
use crate::erased::Erased;
use crate::error::ApiError;
use crate::payload::Payload;
use crate::policy::Policy;
use crate::short_links;
use crate::sms::judge::Terms;
use crate::state::PlatformState;

/// Contacts looked at in one read.
const STEP_CONTACTS: i64 = 1_000;

pub(crate) async fn sms(
    State(state): State<PlatformState>,
    Caller { account }: Caller,
    Payload(request): Payload<CampaignRequest>,
) -> Result<Response, ApiError> {
    let schedule = written(request.schedule, &state);
    let price = price(&state, &account, Channel::Sms, request, schedule).await?;
    Ok(answer::success(
        "Here is your price for your SMS Campaign.",
        price,
    ))
}

pub(crate) async fn mms(
    State(state): State<PlatformState>,
    Caller { account }: Caller,
    Payload(request): Payload<CampaignRequest>,
) -> Result<Response, ApiError> {
    let schedule = written(request.schedule, &state).to_string();
    let price = price(&state, &account, Channel::Mms, request, schedule).await?;
    Ok(answer::success("Here is your result.", price))
}

fn written(schedule: Unix, state: &PlatformState) -> i64 {
    let unix = schedule.as_option().filter(|unix| *unix != 0);
    unix.unwrap_or(state.now().secs())
}

async fn price<S>(
    state: &PlatformState,
    account: &Account,
    channel: Channel,
    request: CampaignRequest,
    schedule: S,
) -> Result<CampaignPrice<S>, ApiError> {
    let list_id = request.list_id.as_deref().unwrap_or_default().trim();
    if list_id.is_empty() {
        return Err(ApiError::Invalid(
            "list_id: say which list the campaign would go to.".into(),
        ));
    }
    let list_id: i64 = list_id.parse().map_err(|_| NO_LIST)?;
    let choices = request.senders.unwrap_or_default();
    let plan = Plan {
        channel,
        list_id,
        sender: request.from.unwrap_or_default(),
        body: request.body.unwrap_or_default(),
        url_to_shorten: request.url_to_shorten.unwrap_or_default(),
        ..Plan::default()
    };
    let id = account.id;
    state
        .store
        .read(move |tx| lists::get(tx, id, list_id))
        .await?
        .ok_or(NO_LIST)?;
    let base = short_links::base(&state.config);
    let policy = Policy::of_campaign(state, account, &plan.sender, &choices).await?;
    let erased = Arc::new(Erased::of(state, id).await?);
    let (mut total_count, mut total, mut after) = (0, Micros::ZERO, 0);
    loop {
        let left_out = erased.clone();
        let (found, last, count) = state
            .store
            .read(move |tx| {
                let found = contacts::not_opted_out(tx, id, list_id, after, STEP_CONTACTS)?;
                let (last, count) = (found.last().map(|c| c.contact_id), found.len() as i64);
                Ok((left_out.left_out(tx, id, found)?, last, count))
            })
            .await?;
        let terms =
            Terms::of(state, account, channel, policy.clone()).shortening(&base, || Code::SAMPLE);
        for contact in &found {
            let judged = judge(&plan, &choices, contact, &terms).judged;
            total_count += i64::from(judged.is_success());
            total = total.plus(judged.price);
        }
        match last {
            Some(last) if count == STEP_CONTACTS => after = last,
            _ => break,
        }
    }
    Ok(CampaignPrice {
        total_count,
        total_price: total.to_4_decimals(),
        data: PricedCampaign {
            from: plan.sender,
            body: plan.body,
            schedule,
        },
        currency: currency(account.currency),
    })
}
