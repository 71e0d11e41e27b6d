//! `POST /v3/voice/send`: as a text is sent.

use axum::extract::State;
use axum::response::Response;
use postern_domain::channel::Channel;
use postern_wire::clicksend::voice::SendRequest;

use super::judge::judge;
use super::rows;
use crate::acceptance::accept;
use crate::answer;
use crate::brought::Brought;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::escort::Escort;
use crate::payload::Payload;
use crate::policy::Policy;
use crate::recipients::recipients;
use crate::sms::judge::Terms;
use crate::state::PlatformState;

pub(crate) async fn send(
    State(state): State<PlatformState>,
    Caller { account }: Caller,
    escort: Escort,
    Payload(request): Payload<SendRequest>,
) -> Result<Response, ApiError> {
    let to = recipients(&state, account.id, request.list_ids()).await?;
    let policy = Policy::load(&state, &account, request.senders_named()).await?;
    let terms = Terms::of(&state, &account, Channel::Voice, policy);
    let judged = judge(request, to, &terms)?;
    let acceptance = accept(&state, &account, judged, Brought::default(), escort).await?;
    let sent = acceptance.sent(&state, &account, |message, id| {
        rows::judged(message, Some(id), &account, acceptance.accepted_at)
    });
    let response = answer::success("Messages queued for delivery.", sent);
    Ok(acceptance.tell_escort(response))
}
