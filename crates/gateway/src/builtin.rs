//! A send to the built-in platform: one unit of work accepts it, pays for it, and writes its record and its claim.

use std::sync::Arc;

use http::{Response, StatusCode};
use http_body_util::{BodyExt as _, Limited};
use postern_egress::{Answer, Treatment};
use postern_guard::Outcome;
use postern_store::sends::{self, ANSWER_FIELD, State};
use postern_store::{Rider, RiderDone, Through, audit};
use tokio::time::Instant;

use crate::attempts::Turn;
use crate::claims::KEY_KEPT_SECONDS;
use crate::forward::failure;
use crate::guarded::ANSWER_BYTES_MAX;
use crate::handover::{Handover, Of};
use crate::kept::Kept;
use crate::once::OneSend;
use crate::refusal::Refusal;
use crate::worker::Worker;

impl Worker {
    pub(crate) async fn make_builtin(
        self: &Arc<Self>,
        turn: Turn,
        send: OneSend,
    ) -> Result<Response<Answer>, Refusal> {
        let started = Instant::now();
        let rider = rider(&send, turn.displaces.clone());
        let response = self.ask_platform(&send, Some(rider.clone())).await?;
        let (mut parts, body) = response.into_parts();
        let ridden = parts.extensions.remove::<RiderDone>().is_some();
        let status = parts.status;
        if !ridden {
            match status {
                // Its store does not know whether it was done.
                StatusCode::CONFLICT => return self.platform_does_not_know(turn, &send).await,
                status if status.is_success() || status.is_redirection() => {
                    // A route that sends in a way of its own.
                    let written = self
                        .gateway
                        .store
                        .write(self.lane, move |tx| rider.ride(tx, status.as_u16()));
                    if let Err(error) = written.await {
                        tracing::error!(request.id = send.intent.entry.request_id, %error, "a call could not be recorded");
                        self.counters.settlements_lost.increment(1);
                    }
                }
                _ => {
                    let (worker, entry) = (self.clone(), send.intent.closed(status.as_u16()));
                    self.tasks
                        .spawn(async move { worker.write_record(entry).await });
                    return Ok(Response::from_parts(parts, body));
                }
            }
        }
        if !took(status) {
            return Ok(Response::from_parts(parts, body));
        }
        let Ok(bytes) = Limited::new(body, ANSWER_BYTES_MAX).collect().await else {
            turn.in_store(send.intent.id());
            return Err(Refusal::AlreadySent {
                send_id: send.intent.id().to_owned(),
                status: Some(status.as_u16()),
            });
        };
        let bytes = bytes.to_bytes();
        let kept = Arc::new(Kept::new(status, &parts.headers, bytes.clone()));
        let of = match send.claim.digest {
            Some(_) => {
                self.keep_named(&send, &kept).await;
                Of::Named
            }
            None => Of::First {
                kept: kept.clone(),
                started,
            },
        };
        let handover = Handover::new(self, turn.answered(kept), of);
        parts.extensions.insert(handover);
        Ok(Response::from_parts(parts, Answer::full(bytes)))
    }

    /// Of a call of which only the judgement is wanted.
    pub(crate) async fn try_builtin(
        self: &Arc<Self>,
        send: OneSend,
    ) -> Result<Response<Answer>, Refusal> {
        self.ask_platform(&send, None).await
    }

    async fn ask_platform(
        &self,
        send: &OneSend,
        rider: Option<Rider>,
    ) -> Result<Response<Answer>, Refusal> {
        let mut request = send.request(send.body.clone());
        if let Some(ticket) = &send.ticket {
            request.extensions_mut().insert(ticket.clone());
        }
        request.extensions_mut().insert(Through {
            key_id: Some(send.intent.entry.actor_id.clone()),
            connection_id: Some(send.intent.entry.object_id.clone()),
        });
        if let Some(rider) = rider {
            request.extensions_mut().insert(rider);
        }
        let treatment = Treatment {
            credential: None,
            secret_fields: send.call.secret_fields(),
        };
        let sent = self.egress.send(request, &self.gateway.platform, treatment);
        let mut response = sent.await.map_err(|error| failure(&error))?;
        match response.extensions_mut().remove() {
            Some(Outcome::Refused(verdicts)) => Err(Refusal::Limited(verdicts)),
            Some(Outcome::NeedsApproval(pending)) => Err(Refusal::NeedsApproval(pending)),
            Some(Outcome::Previewed(preview)) => Err(Refusal::Previewed(preview)),
            None => Ok(response),
        }
    }

    /// The answer to a send with a name is durable before it leaves.
    pub(crate) async fn keep_named(&self, send: &OneSend, kept: &Kept) {
        let id = send.intent.id().to_owned();
        let claims = &self.gateway.claims;
        let sealed = kept
            .to_bytes()
            .map(|bytes| claims.seal(&id, ANSWER_FIELD, &bytes));
        let until = send.intent.entry.at.plus_secs(KEY_KEPT_SECONDS);
        let written = self.gateway.store.write(self.lane, move |tx| {
            sends::keep_answer(tx, &id, sealed.as_deref(), until)
        });
        if let Err(error) = written.await {
            // A repeat is told in words that it was sent.
            tracing::error!(request.id = send.intent.entry.request_id, %error, "an answer could not be kept for a repeat");
        }
    }

    /// The ledger says it: the platform's unit writes the send, or nothing.
    async fn platform_does_not_know(
        &self,
        turn: Turn,
        send: &OneSend,
    ) -> Result<Response<Answer>, Refusal> {
        let (intent, claim) = (send.intent.clone(), send.claim.stored(None));
        let displaced = turn.displaces.clone();
        let send_id = intent.id().to_owned();
        let now = (self.gateway.clock)();
        let id = send_id.clone();
        let written = self.gateway.store.write(self.lane, move |tx| {
            if sends::get(tx, &id)?.is_some() {
                return Ok(true);
            }
            if let Some(displaced) = &displaced {
                sends::free(tx, displaced)?;
            }
            let mut entry = intent.entry.clone();
            entry.outcome = Some(State::Unknown.as_str().to_owned());
            entry.closed_at = Some(now);
            audit::record(tx, &entry)?;
            sends::start(tx, &intent.row(State::Unknown, None), Some(&claim), None)?;
            Ok(false)
        });
        let accepted = written.await.inspect_err(
            |error| tracing::error!(request.id = send.intent.entry.request_id, %error, "a call of unknown outcome could not be recorded"),
        );
        turn.in_store(&send_id);
        Err(match accepted {
            Ok(true) => Refusal::AlreadySent {
                send_id,
                status: None,
            },
            _ => Refusal::SendUnknown {
                send_id,
                answered: None,
            },
        })
    }
}

/// Whether something may have been sent, with such a status.
fn took(status: StatusCode) -> bool {
    status.is_success() || status.is_redirection()
}

/// Written in the unit that accepts the send.
fn rider(send: &OneSend, displaced: Option<String>) -> Rider {
    let (intent, claim) = (send.intent.clone(), send.claim.clone());
    let until = claim.until(intent.entry.at);
    let claim = claim.stored(until);
    Rider::new(move |tx, status| {
        let took = StatusCode::from_u16(status).is_ok_and(took);
        audit::record(tx, &intent.closed(status))?;
        if !took {
            return Ok(());
        }
        if let Some(displaced) = &displaced {
            sends::free(tx, displaced)?;
        }
        let row = intent.row(State::Answered, Some(i64::from(status)));
        sends::start(tx, &row, Some(&claim), None)
    })
}
