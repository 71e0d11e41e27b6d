//! `POST /v3/voice/price`: what a send would be judged and charged; nothing is stored.

use axum::extract::State;
use axum::response::Response;
use postern_domain::channel::Channel;
use postern_wire::clicksend::voice::SendRequest;

use super::judge::judge;
use super::rows;
use crate::acceptance::quote;
use crate::answer;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::payload::Payload;
use crate::policy::Policy;
use crate::recipients::recipients;
use crate::sms::judge::Terms;
use crate::state::PlatformState;

pub(crate) async fn price(
    State(state): State<PlatformState>,
    Caller { account }: Caller,
    Payload(request): Payload<SendRequest>,
) -> Result<Response, ApiError> {
    let policy = Policy::load(&state, &account, request.senders_named()).await?;
    let terms = Terms::of(&state, &account, Channel::Voice, policy);
    let to = recipients(&state, account.id, request.list_ids()).await?;
    let judged = judge(request, to, &terms)?;
    let priced = quote(&judged, &account, |message| {
        rows::judged(message, None, &account, terms.now)
    });
    Ok(answer::success("Here are your data.", priced))
}
