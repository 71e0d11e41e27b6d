//! A send over the network: intent, claim and reservation are durable before its first byte, and its answer decides what it came to.

use std::sync::Arc;

use bytes::Bytes;
use http::header::CONTENT_LENGTH;
use http::response::Parts;
use http::{Response, StatusCode};
use http_body_util::{BodyExt as _, Limited};
use postern_egress::{Answer, Phase, Upstream};
use postern_guard::{
    Actual, Cost, Pending, Quoted, Sending, Stands, Ticket, Verdict, channel, end_reservation,
};
use postern_store::sends::{self, ANSWER_FIELD, SOUGHT_FIELD};
use postern_store::{audit, reservations};
use tokio::time::Instant;

use crate::attempts::Turn;
use crate::forward::failure;
use crate::guarded::{ANSWER_BYTES_MAX, treatment};
use crate::handover::{Handover, Of};
use crate::kept::Kept;
use crate::ledger::End;
use crate::once::OneSend;
use crate::reference::mark;
use crate::refusal::Refusal;
use crate::worker::Worker;

/// What the unit that opens a send found.
enum Opened {
    Ready(Option<Stands>),
    NeedsApproval(Box<Pending>),
    Refused(Vec<Verdict>),
}

/// What an answer says of the send.
enum Came {
    /// It took place, as far as the upstream says.
    Accepted,
    /// It certainly did not.
    Refused,
    /// It may have: the upstream failed.
    Unknown,
}

impl Came {
    fn of(status: StatusCode) -> Came {
        match status {
            StatusCode::REQUEST_TIMEOUT => Came::Unknown,
            status if status.is_client_error() => Came::Refused,
            status if status.is_server_error() => Came::Unknown,
            _ => Came::Accepted,
        }
    }
}

impl Worker {
    pub(crate) async fn make_remote(
        self: &Arc<Self>,
        turn: Turn,
        send: OneSend,
        sending: Option<Sending>,
        upstream: Upstream,
    ) -> Result<Response<Answer>, Refusal> {
        let started = Instant::now();
        let (leaving, sought) = self.marked(&send);
        let stands = self.open(&turn, &send, sending, sought).await?;
        let request = send.request(leaving);
        let response = match self
            .egress
            .send(request, &upstream, treatment(&send.call))
            .await
        {
            Ok(response) => response,
            Err(error) => {
                tracing::warn!(request.id = send.intent.entry.request_id, connection.id = send.intent.entry.object_id, phase = ?error.phase, %error, "a call has no answer");
                if error.phase == Phase::MaybeSent {
                    return self.does_not_know(turn, &send, None).await;
                }
                let ended = Ended::failed();
                self.close(&send, ended).await;
                return Err(failure(&error));
            }
        };
        let (parts, body) = response.into_parts();
        let came = Came::of(parts.status);
        if let Came::Unknown = came {
            return self.does_not_know(turn, &send, Some(parts.status)).await;
        }
        let Ok(bytes) = Limited::new(body, ANSWER_BYTES_MAX).collect().await else {
            return match came {
                Came::Refused => {
                    self.close(&send, Ended::refused(parts.status)).await;
                    Err(Refusal::AnswerBroken)
                }
                _ => self.does_not_know(turn, &send, Some(parts.status)).await,
            };
        };
        let bytes = bytes.to_bytes();
        if let Came::Refused = came {
            self.close(&send, Ended::refused(parts.status)).await;
            let kept = Arc::new(Kept::new(parts.status, &parts.headers, bytes.clone()));
            // Whoever waited for it gets the same; whoever comes later tries again.
            turn.answered(kept).forget();
            return Ok(whole(parts, bytes, stands));
        }
        self.accepted(turn, send, parts, bytes, stands, started)
            .await
    }

    async fn accepted(
        self: &Arc<Self>,
        turn: Turn,
        send: OneSend,
        parts: Parts,
        bytes: Bytes,
        stands: Option<Stands>,
        started: Instant,
    ) -> Result<Response<Answer>, Refusal> {
        let quoted = Quoted::read(&bytes).filter(|_| parts.status.is_success());
        let channel = send.call.operation.as_deref().and_then(channel);
        if let Some((quoted, channel)) = quoted.as_ref().zip(channel) {
            let at = send.intent.entry.at;
            self.learn(&send.call.connection.id, channel, quoted, at);
        }
        let cost = match quoted {
            Some(quoted) => Cost::Actual(Actual {
                messages: quoted.accepted,
                segments: None,
                micros: Some(quoted.total.0),
            }),
            None => Cost::AsHeld,
        };
        let kept = Arc::new(Kept::new(parts.status, &parts.headers, bytes.clone()));
        let named = send.claim.digest.is_some();
        let mut ended = Ended {
            end: End::Answered(parts.status.as_u16()),
            cost: Some(cost),
            frees: false,
            answer: None,
        };
        let of = match named {
            true => {
                ended.answer = Some(kept.clone());
                Of::Named
            }
            false => Of::First {
                kept: kept.clone(),
                started,
            },
        };
        // Whoever has a name or limits finds everything in its place when the answer is there.
        if named || send.ticket.is_some() {
            self.close(&send, ended).await;
        } else {
            let worker = self.clone();
            self.tasks
                .spawn(async move { worker.close(&send, ended).await });
        }
        let handover = Handover::new(self, turn.answered(kept), of);
        let mut response = whole(parts, bytes, stands);
        response.extensions_mut().insert(handover);
        Ok(response)
    }

    /// The body as it leaves, and sealed by what the send can be found.
    fn marked(&self, send: &OneSend) -> (Bytes, Option<Vec<u8>>) {
        let claims = &self.gateway.claims;
        let operation = send.call.operation.as_deref().unwrap_or_default();
        let id = send.intent.id();
        let Some(mut marked) = mark(operation, &send.headers, &send.body, id, claims.key()) else {
            return (send.body.clone(), None);
        };
        if send.ticket.as_ref().is_some_and(Ticket::is_approved) {
            // To the byte what a person saw; it is looked for by recipient and text then.
            marked.body = send.body.clone();
            for message in &mut marked.sought.messages {
                message.reference.take_if(|reference| reference == id);
            }
        }
        let sought = serde_json::to_vec(&marked.sought).ok();
        let sealed = sought.map(|sought| claims.seal(id, SOUGHT_FIELD, &sought));
        (marked.body, sealed)
    }

    /// The intent, in one unit with what the send needs of its limits.
    async fn open(
        &self,
        turn: &Turn,
        send: &OneSend,
        sending: Option<Sending>,
        sought: Option<Vec<u8>>,
    ) -> Result<Option<Stands>, Refusal> {
        let (intent, claim) = (send.intent.clone(), send.claim.stored(None));
        let (ticket, displaced) = (send.ticket.clone(), turn.displaces.clone());
        let opened = self.gateway.store.write(self.lane, move |tx| {
            let mut stands = None;
            if let Some((ticket, sending)) = ticket.as_ref().zip(sending.as_ref()) {
                let judgement = ticket.judge(tx, sending, intent.entry.at)?;
                if judgement.needs_only_approval() {
                    let pending = Pending::of(judgement.verdicts, sending);
                    return Ok(Opened::NeedsApproval(Box::new(pending)));
                }
                if !judgement.passed() {
                    return Ok(Opened::Refused(judgement.refusals().cloned().collect()));
                }
                let holds = serde_json::to_string(&judgement.holds).unwrap_or_default();
                reservations::hold(tx, intent.id(), &holds, intent.entry.at)?;
                stands = Some(Stands(ticket.standing(&judgement)));
            }
            if let Some(displaced) = &displaced {
                sends::free(tx, displaced)?;
            }
            intent.open(tx, Some(&claim), sought.as_deref())?;
            Ok(Opened::Ready(stands))
        });
        match opened.await {
            Ok(Opened::Ready(stands)) => Ok(stands),
            Ok(Opened::NeedsApproval(pending)) => Err(Refusal::NeedsApproval(pending)),
            Ok(Opened::Refused(verdicts)) => Err(Refusal::Limited(verdicts)),
            Err(error) => {
                tracing::error!(request.id = send.intent.entry.request_id, %error, "a call could not be recorded, so it was not made");
                Err(Refusal::Unrecorded)
            }
        }
    }

    /// What is held stays held until somebody knows.
    async fn does_not_know(
        &self,
        turn: Turn,
        send: &OneSend,
        answered: Option<StatusCode>,
    ) -> Result<Response<Answer>, Refusal> {
        let ended = Ended {
            end: End::Unknown,
            cost: None,
            frees: false,
            answer: None,
        };
        self.close(send, ended).await;
        turn.in_store(send.intent.id());
        Err(Refusal::SendUnknown {
            send_id: send.intent.id().to_owned(),
            answered: answered.map(|status| status.as_u16()),
        })
    }

    /// Ends the send, its record, its reservation and its claim in one unit.
    async fn close(&self, send: &OneSend, ended: Ended) {
        let (id, now) = (send.intent.id().to_owned(), (self.gateway.clock)());
        let (state, status) = ended.end.state();
        let until = send.claim.until(send.intent.entry.at);
        let claims = &self.gateway.claims;
        let sealed = ended
            .answer
            .and_then(|kept| kept.to_bytes())
            .map(|bytes| claims.seal(&id, ANSWER_FIELD, &bytes));
        let written = self.gateway.store.write(self.lane, move |tx| {
            sends::settle(tx, &id, state, status, now)?;
            audit::close(tx, &id, state.as_str(), status, now)?;
            if ended.frees {
                sends::free(tx, &id)?;
            } else if let Some(until) = until {
                sends::keep_answer(tx, &id, sealed.as_deref(), until)?;
            }
            match ended.cost {
                Some(cost) => end_reservation(tx, &id, cost, now),
                None => Ok(()),
            }
        });
        if let Err(error) = written.await {
            // It stays held; the next start calls the send unknown, which is the truth by then.
            tracing::error!(request.id = send.intent.entry.request_id, %error, "the end of a call could not be written down");
            self.counters.settlements_lost.increment(1);
        }
    }
}

/// How a send ends.
struct Ended {
    end: End,
    /// `None`: what is held stays held.
    cost: Option<Cost>,
    /// The same call is a new send.
    frees: bool,
    /// For repeats.
    answer: Option<Arc<Kept>>,
}

impl Ended {
    fn failed() -> Ended {
        Ended {
            end: End::Failed,
            cost: Some(Cost::None),
            frees: true,
            answer: None,
        }
    }

    fn refused(status: StatusCode) -> Ended {
        Ended {
            end: End::Answered(status.as_u16()),
            ..Ended::failed()
        }
    }
}

/// An answer that was read.
fn whole(mut parts: Parts, bytes: Bytes, stands: Option<Stands>) -> Response<Answer> {
    parts.headers.remove(CONTENT_LENGTH);
    if let Some(stands) = stands {
        parts.extensions.insert(stands);
    }
    Response::from_parts(parts, Answer::full(bytes))
}
