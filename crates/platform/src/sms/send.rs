//! `POST /v3/sms/send`: judge, then one unit of work that pays, stores and queues, then answer.

use axum::extract::State;
use axum::response::Response;
use postern_domain::channel::Channel;
use postern_store::Error;
use postern_store::accounts::Account;
use postern_wire::clicksend::sms::SendRequest;

use super::judge::{Terms, judge};
use super::rows;
use crate::acceptance::{Acceptance, accept};
use crate::answer;
use crate::brought::Brought;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::escort::Escort;
use crate::payload::Payload;
use crate::policy::Policy;
use crate::recipients::{To, recipients};
use crate::short_links::{self, CODE_TRIES_MAX};
use crate::state::PlatformState;

pub(crate) async fn send(
    State(state): State<PlatformState>,
    Caller { account }: Caller,
    escort: Escort,
    Payload(request): Payload<SendRequest>,
) -> Result<Response, ApiError> {
    let to = recipients(&state, account.id, request.list_ids()).await?;
    let acceptance = accepted(&state, &account, request, to, escort).await?;
    let sent = acceptance.sent(&state, &account, |message, id| {
        rows::sent(message, id, account.id, acceptance.accepted_at)
    });
    let response = answer::success("Messages queued for delivery.", sent);
    Ok(acceptance.tell_escort(response))
}

/// A code of a link that is taken costs another try with other codes.
async fn accepted(
    state: &PlatformState,
    account: &Account,
    request: SendRequest,
    to: Vec<To>,
    escort: Escort,
) -> Result<Acceptance, ApiError> {
    let base = short_links::base(&state.config);
    let policy = Policy::load(state, account, request.senders_named()).await?;
    let terms = || {
        Terms::of(state, account, Channel::Sms, policy.clone()).shortening(&base, short_links::code)
    };
    if request.shorten_urls {
        for _ in 1..CODE_TRIES_MAX {
            let judged = judge(request.clone(), to.clone(), &terms())?;
            match accept(state, account, judged, Brought::default(), escort.clone()).await {
                Err(ApiError::Store(Error::Conflict(_))) => {}
                decided => return decided,
            }
        }
    }
    let judged = judge(request, to, &terms())?;
    accept(state, account, judged, Brought::default(), escort).await
}
