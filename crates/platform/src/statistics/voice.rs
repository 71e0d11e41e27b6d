//! `GET /v3/statistics/voice`.

use axum::extract::State;
use axum::response::Response;
use postern_domain::channel::Channel;
use postern_wire::clicksend::statistics::Calls;

use super::{amount, days, in_wire};
use crate::answer;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::state::PlatformState;

pub(crate) async fn voice(
    State(state): State<PlatformState>,
    Caller { account }: Caller,
) -> Result<Response, ApiError> {
    let days = days(&state, &account, Channel::Voice).await?;
    let statistics = in_wire(&days, &account, |tally| Calls {
        outbound: amount(tally.messages, tally.price),
        bounced: amount(tally.bounced, tally.bounced_price),
    });
    Ok(answer::success("Here are your statistics.", statistics))
}
