//! `POST /v3/sms/send`: judge, then one unit of work that pays, stores and queues, then answer.

use axum::Extension;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use postern_domain::message_id::MessageId;
use postern_domain::money::Micros;
use postern_store::accounts::Account;
use postern_store::messages::{self, Accepted, NewMessage};
use postern_store::{Lane, Rider, RiderDone};
use postern_wire::clicksend::sms::{SendRequest, Sent, TotalPrice};

use super::judge::{Judged, Terms, Verdict, judge};
use super::rows;
use crate::account::currency;
use crate::answer;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::payload::Payload;
use crate::repeats::Claims;
use crate::state::PlatformState;

pub(crate) async fn send(
    State(state): State<PlatformState>,
    Caller { account }: Caller,
    rider: Option<Extension<Rider>>,
    Payload(request): Payload<SendRequest>,
) -> Result<Response, ApiError> {
    let now = state.now();
    let mut judged = judge(request, &Terms::of(&state, &account))?;
    let mut claims = state.repeats.claims();
    throttle(&mut judged, &mut claims, &account, now);
    let ids = ids(judged.len(), now);
    let passed = passed(&judged, &ids);
    let rider = rider.map(|Extension(rider)| rider);
    let ridden = rider.is_some();
    let stored = store(&state, &account, passed, rider, now).await;
    if matches!(
        &stored,
        Ok(_) | Err(postern_store::Error::OutcomeUnknown(_))
    ) {
        claims.keep();
    } else {
        drop(claims);
    }
    let accepted = stored?.ok_or(ApiError::Inactive)?;
    leave_out_unpaid(&mut judged, &accepted.unpaid);
    state.wake.notify_one();
    let mut response = answer(&state, judged, &ids, &account, &accepted);
    if ridden {
        response.extensions_mut().insert(RiderDone);
    }
    Ok(response)
}

impl<'a> Terms<'a> {
    pub(crate) fn of(state: &'a PlatformState, account: &Account) -> Terms<'a> {
        Terms {
            country: account.country,
            currency: account.currency,
            segments_max: account.char_limit_parts,
            prices: &state.prices,
            shared_sender: &state.config.shared_sender,
            now: state.now(),
        }
    }
}

fn throttle(
    judged: &mut [Judged],
    claims: &mut Claims<'_>,
    account: &Account,
    now: postern_domain::time::UnixMicros,
) {
    for message in judged.iter_mut().filter(|m| m.is_success()) {
        if !claims.claim(account.id, &message.to, &message.body, now) {
            message.refuse(Verdict::Throttled);
        }
    }
}

/// An id for every message, refused ones included: that is what the live service does.
fn ids(count: usize, now: postern_domain::time::UnixMicros) -> Vec<MessageId> {
    (0..count)
        .map(|_| MessageId::new(now, postern_vault::random()))
        .collect()
}

fn passed(judged: &[Judged], ids: &[MessageId]) -> Vec<NewMessage> {
    judged
        .iter()
        .zip(ids)
        .filter(|(message, _)| message.is_success())
        .map(|(message, id)| rows::new_message(message, *id))
        .collect()
}

/// The one unit of work. Without a message to keep it still carries the rider, whose record belongs to this answer.
async fn store(
    state: &PlatformState,
    account: &Account,
    passed: Vec<NewMessage>,
    rider: Option<Rider>,
    now: postern_domain::time::UnixMicros,
) -> postern_store::Result<Option<Accepted>> {
    let (id, simulated) = (account.id, account.sandbox);
    state
        .store
        .write(Lane::of(id.0), move |tx| {
            let accepted = match passed.is_empty() {
                true => Some(Accepted {
                    accepted_at: now,
                    unpaid: Vec::new(),
                }),
                false => messages::accept(tx, id, &passed, simulated, now)?,
            };
            if let Some(rider) = &rider {
                let status = match accepted {
                    Some(_) => StatusCode::OK,
                    None => StatusCode::FORBIDDEN,
                };
                rider.ride(tx, status.as_u16())?;
            }
            Ok(accepted)
        })
        .await
}

/// `unpaid` counts the messages that passed.
fn leave_out_unpaid(judged: &mut [Judged], unpaid: &[usize]) {
    let mut unpaid = unpaid.iter().peekable();
    let passed = judged.iter_mut().filter(|m| m.is_success()).enumerate();
    for (position, message) in passed {
        if unpaid.next_if(|p| **p == position).is_some() {
            message.refuse(Verdict::InsufficientCredit);
        }
    }
}

fn answer(
    state: &PlatformState,
    judged: Vec<Judged>,
    ids: &[MessageId],
    account: &Account,
    accepted: &Accepted,
) -> Response {
    let total: Micros = judged.iter().map(|m| m.price).sum();
    let count = |wanted: Verdict| judged.iter().filter(|m| m.verdict == wanted).count() as i64;
    let (queued_count, blocked_count) =
        (count(Verdict::Success), count(Verdict::CountryNotEnabled));
    state.accepted.increment(queued_count.unsigned_abs());
    let sent = Sent {
        total_price: TotalPrice { micros: total.0 },
        total_count: judged.len() as i64,
        queued_count,
        messages: judged
            .into_iter()
            .zip(ids)
            .map(|(message, id)| rows::sent(message, *id, account.id, accepted.accepted_at))
            .collect(),
        currency: currency(account.currency),
        blocked_count,
    };
    answer::success("Messages queued for delivery.", sent)
}
