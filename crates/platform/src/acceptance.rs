//! From judged messages to an answer, the same way for every channel: one unit of work that pays, stores and queues.

use axum::response::Response;
use http::StatusCode;
use postern_domain::channel::Channel;
use postern_domain::message_id::MessageId;
use postern_domain::money::Micros;
use postern_domain::time::UnixMicros;
use postern_guard::{
    Actual, Judgement, Outcome, Pending, Preview, Sending, Stands, Ticket, give_back, settle,
};
use postern_store::accounts::Account;
use postern_store::messages::{self, Accepted, NewMessage};
use postern_store::{Lane, RiderDone, Tx};
use postern_wire::clicksend::sms::{Priced, Sent, TotalPrice};

use crate::account::currency;
use crate::brought::Brought;
use crate::error::ApiError;
use crate::escort::{Escort, sending};
use crate::policy::Policy;
use crate::repeats::Claims;
use crate::sms::judge::{Judged, Shortener, Terms, Verdict};
use crate::sms::rows;
use crate::state::PlatformState;
use crate::wishes;

/// What became of the messages of one call; its rows say it message by message.
pub(crate) struct Acceptance {
    pub(crate) judged: Vec<Judged>,
    /// An id for every message, refused ones included: that is what the live service does.
    pub(crate) ids: Vec<MessageId>,
    pub(crate) accepted_at: UnixMicros,
    ridden: bool,
    stands: Option<Stands>,
}

/// Asks the guard, pays for, stores and queues what passed, and runs the rider, all in one unit of work. What the guard refuses leaves nothing
/// behind.
///
/// # Errors
/// The account was closed meanwhile, or the store failed; nothing was sent then, except after an unknown outcome.
pub(crate) async fn accept(
    state: &PlatformState,
    account: &Account,
    mut judged: Vec<Judged>,
    brought: Brought,
    escort: Escort,
) -> Result<Acceptance, ApiError> {
    let now = state.now();
    let mut claims = state.repeats.claims();
    throttle(&mut judged, &mut claims, account, now);
    let ids: Vec<_> = (0..judged.len())
        .map(|_| MessageId::new(now, postern_vault::random()))
        .collect();
    let passed = passed(&judged, &ids);
    let brought = brought.with_links_of(judged.iter().filter(|m| m.is_success()));
    let ridden = escort.rider.is_some();
    let asked = (escort.by_key || escort.ticket.is_some()).then(|| sending(&judged, account, now));
    let stored = store(state, account, passed, brought, escort, asked, now).await;
    if matches!(
        &stored,
        Ok(Stored::Done(..)) | Err(postern_store::Error::OutcomeUnknown(_))
    ) {
        claims.keep();
    } else {
        drop(claims);
    }
    let (accepted, stands) = match stored? {
        Stored::Done(accepted, stands) => (accepted, stands),
        Stored::Closed => return Err(ApiError::Inactive),
        Stored::Held(outcome) => return Err(ApiError::Guarded(Box::new(outcome))),
    };
    leave_out_unpaid(&mut judged, &accepted.unpaid);
    state.wake.notify_one();
    Ok(Acceptance {
        judged,
        ids,
        accepted_at: accepted.accepted_at,
        ridden,
        stands,
    })
}

impl Acceptance {
    /// Tells whoever put the rider into the request that it was committed, and what is left of limits.
    pub(crate) fn tell_escort(&self, mut response: Response) -> Response {
        if self.ridden {
            response.extensions_mut().insert(RiderDone);
        }
        if let Some(stands) = &self.stands {
            response.extensions_mut().insert(stands.clone());
        }
        response
    }

    /// The answer to a send, with a row for each message.
    pub(crate) fn sent<R>(
        &self,
        state: &PlatformState,
        account: &Account,
        row: impl Fn(&Judged, MessageId) -> R,
    ) -> Sent<R> {
        let summary = Summary::of(&self.judged);
        state
            .accepted
            .increment(summary.queued_count.unsigned_abs());
        Sent {
            total_price: summary.total_price,
            total_count: summary.total_count,
            queued_count: summary.queued_count,
            messages: self
                .judged
                .iter()
                .zip(&self.ids)
                .map(|(message, id)| row(message, *id))
                .collect(),
            currency: currency(account.currency),
            blocked_count: summary.blocked_count,
        }
    }
}

/// The answer to a quote: what a send would be charged; nothing is stored.
pub(crate) fn quote<R>(
    judged: &[Judged],
    account: &Account,
    row: impl Fn(&Judged) -> R,
) -> Priced<R> {
    let summary = Summary::of(judged);
    Priced {
        total_price: summary.total_price,
        total_count: summary.total_count,
        queued_count: summary.queued_count,
        blocked_count: summary.blocked_count,
        messages: judged.iter().map(row).collect(),
        currency: currency(account.currency),
    }
}

struct Summary {
    total_price: TotalPrice,
    total_count: i64,
    queued_count: i64,
    blocked_count: i64,
}

impl Summary {
    fn of(judged: &[Judged]) -> Summary {
        let total: Micros = judged.iter().map(|m| m.price).sum();
        let count = |wanted: Verdict| judged.iter().filter(|m| m.verdict == wanted).count() as i64;
        Summary {
            total_price: TotalPrice { micros: total.0 },
            total_count: judged.len() as i64,
            queued_count: count(Verdict::Success),
            blocked_count: count(Verdict::CountryNotEnabled),
        }
    }
}

impl<'a> Terms<'a> {
    pub(crate) fn of(
        state: &'a PlatformState,
        account: &Account,
        channel: Channel,
        policy: Policy,
    ) -> Terms<'a> {
        Terms {
            policy,
            channel,
            country: account.country,
            currency: account.currency,
            segments_max: account.char_limit_parts,
            prices: match channel {
                Channel::Sms => &state.prices,
                Channel::Voice => &state.config.voice_prices,
                Channel::Mms => &state.config.mms_prices,
            },
            shared_sender: &state.config.shared_sender,
            now: state.now(),
            clock: account.clock,
            shorten: None,
        }
    }

    /// With links whose codes come from `code`.
    pub(crate) fn shortening(
        self,
        base: &'a str,
        code: fn() -> postern_domain::short_link::Code,
    ) -> Terms<'a> {
        Terms {
            shorten: Some(Shortener { base, code }),
            ..self
        }
    }
}

fn throttle(judged: &mut [Judged], claims: &mut Claims<'_>, account: &Account, now: UnixMicros) {
    for message in judged.iter_mut().filter(|m| m.is_success()) {
        let said = (message.content.channel(), &message.body);
        if !claims.claim(account.id, &message.to, said, now) {
            message.refuse(Verdict::Throttled);
        }
    }
}

fn passed(judged: &[Judged], ids: &[MessageId]) -> Vec<NewMessage> {
    judged
        .iter()
        .zip(ids)
        .filter(|(message, _)| message.is_success())
        .map(|(message, id)| rows::new_message(message, *id))
        .collect()
}

/// How the unit of work ends.
enum Stored {
    Done(Accepted, Option<Stands>),
    /// The account was closed meanwhile.
    Closed,
    /// By the guard; nothing was stored.
    Held(Outcome),
}

/// The one unit of work. Without a message to keep it still carries the rider, whose record belongs to this answer.
async fn store(
    state: &PlatformState,
    account: &Account,
    passed: Vec<NewMessage>,
    brought: Brought,
    escort: Escort,
    asked: Option<Sending>,
    now: UnixMicros,
) -> postern_store::Result<Stored> {
    let (id, simulated) = (account.id, account.sandbox);
    let wishes = escort
        .by_key
        .then(|| wishes::of(account.id, state.vault.clone()));
    let Escort {
        rider,
        ticket,
        through,
        ..
    } = escort;
    // Whoever limits the call asks for opt-outs along with the rest.
    let (ticket, wishes) = match (ticket, wishes) {
        (Some(ticket), Some(wishes)) => (Some(ticket.heeding(wishes)), None),
        other => other,
    };
    state
        .store
        .write(Lane::of(id.0), move |tx| {
            if let Some((wishes, sending)) = wishes.as_ref().zip(asked.as_ref()) {
                let verdict = wishes.judge(tx, sending)?;
                if !verdict.passed {
                    return Ok(Stored::Held(Outcome::Refused(vec![verdict])));
                }
            }
            let judgement = match ticket.as_ref().zip(asked.as_ref()) {
                Some((ticket, sending)) => match judged(tx, ticket, sending, now)? {
                    Ok(judgement) => Some((ticket, sending, judgement)),
                    Err(outcome) => return Ok(Stored::Held(outcome)),
                },
                None => None,
            };
            let accepted = match passed.is_empty() {
                true => Some(Accepted {
                    accepted_at: now,
                    first_seq: 0,
                    unpaid: Vec::new(),
                }),
                false => messages::accept(tx, id, &passed, simulated, &through, now)?,
            };
            if let Some((_, sending, judgement)) = &judgement {
                correct(tx, judgement, sending, accepted.as_ref())?;
            }
            if let Some(accepted) = &accepted {
                brought.keep(tx, id, &passed, &accepted.unpaid, now)?;
            }
            if let Some(rider) = &rider {
                let status = match accepted {
                    Some(_) => StatusCode::OK,
                    None => StatusCode::FORBIDDEN,
                };
                rider.ride(tx, status.as_u16())?;
            }
            let stands = judgement
                .as_ref()
                .map(|(ticket, _, judgement)| Stands(ticket.standing(judgement)));
            Ok(match accepted {
                Some(accepted) => Stored::Done(accepted, stands),
                None => Stored::Closed,
            })
        })
        .await
}

/// Asks the ticket, inside the unit that sends.
fn judged(
    tx: &mut Tx<'_>,
    ticket: &Ticket,
    sending: &Sending,
    now: UnixMicros,
) -> postern_store::Result<Result<Judgement, Outcome>> {
    let judgement = ticket.judge(tx, sending, now)?;
    Ok(if ticket.is_dry_run() {
        let preview = Preview::of(judgement.verdicts, sending);
        Err(Outcome::Previewed(Box::new(preview)))
    } else if judgement.passed() {
        Ok(judgement)
    } else if judgement.needs_only_approval() {
        let pending = Pending::of(judgement.verdicts, sending);
        Err(Outcome::NeedsApproval(Box::new(pending)))
    } else {
        Err(Outcome::Refused(judgement.refusals().cloned().collect()))
    })
}

/// Only what is accepted counts: what the balance did not cover is given back.
fn correct(
    tx: &mut Tx<'_>,
    judgement: &Judgement,
    sending: &Sending,
    accepted: Option<&Accepted>,
) -> postern_store::Result<()> {
    let Some(accepted) = accepted else {
        return give_back(tx, &judgement.holds);
    };
    if accepted.unpaid.is_empty() {
        return Ok(());
    }
    let mut unpaid = accepted.unpaid.iter().peekable();
    let paid = sending
        .items
        .iter()
        .enumerate()
        .filter(|(position, _)| unpaid.next_if(|p| *p == position).is_none());
    let mut actual = Actual {
        messages: 0,
        segments: Some(0),
        micros: Some(0),
    };
    for (_, item) in paid {
        actual.messages += 1;
        actual.segments = actual.segments.map(|sum| sum + i64::from(item.segments));
        actual.micros = actual
            .micros
            .map(|sum| sum + item.price.map_or(0, |price| price.0));
    }
    settle(tx, &judgement.holds, actual)
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
