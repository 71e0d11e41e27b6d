//! `GET /v3/statistics/sms`.

use axum::extract::State;
use axum::response::Response;
use postern_domain::channel::Channel;
use postern_domain::money::Micros;
use postern_wire::clicksend::statistics::Texts;

use super::{amount, days, in_wire};
use crate::answer;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::state::PlatformState;

pub(crate) async fn sms(
    State(state): State<PlatformState>,
    Caller { account }: Caller,
) -> Result<Response, ApiError> {
    let days = days(&state, &account, Channel::Sms).await?;
    let statistics = in_wire(&days, &account, |tally| Texts {
        outbound: amount(tally.messages, tally.price),
        inbound: amount(tally.inbound, Micros::ZERO),
        bounced: amount(tally.bounced, tally.bounced_price),
    });
    Ok(answer::success("Here are your data.", statistics))
}
