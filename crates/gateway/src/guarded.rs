//! A send to a remote account by a key that is limited. Its body is read and understood, its price asked for, what it needs is reserved in the
//! unit that writes the intent, exactly the bytes that were judged leave, and the answer corrects the reservation.

use std::sync::Arc;

use bytes::Bytes;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderMap, Method, Request, Response, StatusCode, Uri};
use http_body_util::{BodyExt as _, Limited};
use postern_domain::time::UnixMicros;
use postern_egress::{Answer, Body, Phase, Treatment, Upstream};
use postern_guard::{
    Actual, Hold, INSPECTION_BYTES_MAX, NotUnderstood, Parsed, Preview, Quoted, RawSend, Sending,
    Stands, Ticket, Verdict, give_back, parse, price_path, settle,
};
use postern_store::reservations::{self, Ended};
use postern_store::{Tx, audit, sends};
use tokio::sync::oneshot;

use crate::forward::{Call, failure};
use crate::ledger::{End, Intent};
use crate::refusal::Refusal;
use crate::worker::Worker;

/// An answer that is read: a thousand messages take a tenth of it.
const ANSWER_BYTES_MAX: usize = 4 << 20;

/// What the unit that opens a send found.
enum Opened {
    Held(Vec<Hold>, Stands),
    Refused(Vec<Verdict>),
}

impl Worker {
    pub(crate) async fn make_guarded(
        self: &Arc<Self>,
        ticket: Ticket,
        intent: Intent,
        call: Call,
        request: Request<Body>,
        upstream: Upstream,
    ) -> Result<Response<Answer>, Refusal> {
        let (parts, body) = request.into_parts();
        let body = Limited::new(body, INSPECTION_BYTES_MAX).collect().await;
        let body = body.map_err(
            |error| match error.is::<http_body_util::LengthLimitError>() {
                true => Refusal::NotUnderstood(NotUnderstood::TooLarge),
                false => Refusal::RequestBody,
            },
        )?;
        let body = body.to_bytes();
        let mut sending = understand(&call, &parts.headers, &body, intent.entry.at)?;
        if ticket.needs_price() || ticket.is_dry_run() {
            let quoted = self
                .quote(&call, &parts.headers, &body, &upstream, &sending)
                .await;
            if let Some(quoted) = quoted {
                quoted.price(&mut sending);
            }
        }
        if ticket.is_dry_run() {
            return Err(self.only_judge(ticket, sending, intent.entry.at).await);
        }
        let mut request = Request::from_parts(parts, Body::full(body));
        request.headers_mut().remove(CONTENT_LENGTH);
        let (answer, answered) = oneshot::channel();
        let worker = self.clone();
        // Goes on if the client hangs up.
        self.tasks.spawn(async move {
            let made = worker
                .reserve_and_send(ticket, sending, intent, call, request, upstream)
                .await;
            drop(answer.send(made));
        });
        answered.await.unwrap_or(Err(Refusal::Internal))
    }

    /// What the upstream says that it would cost; `None`: it does not say.
    async fn quote(
        &self,
        call: &Call,
        headers: &HeaderMap,
        body: &Bytes,
        upstream: &Upstream,
        sending: &Sending,
    ) -> Option<Quoted> {
        let mut request = Request::new(Body::full(body.clone()));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = Uri::from_static(price_path(sending.channel));
        let kept = headers.get(CONTENT_TYPE).cloned();
        request
            .headers_mut()
            .extend(kept.map(|value| (CONTENT_TYPE, value)));
        let answered = self.egress.send(request, upstream, treatment(call)).await;
        let response = answered
            .inspect_err(|error| tracing::warn!(connection.id = %call.connection.id, %error, "no price could be had"))
            .ok()
            .filter(|response| response.status() == StatusCode::OK)?;
        let bytes = Limited::new(response.into_body(), ANSWER_BYTES_MAX)
            .collect()
            .await;
        Quoted::read(&bytes.ok()?.to_bytes())
    }

    async fn only_judge(&self, ticket: Ticket, sending: Sending, now: UnixMicros) -> Refusal {
        let judged = self.gateway.store.read(move |tx| {
            let verdicts = ticket.judge(tx, &sending, now)?.verdicts;
            Ok(Preview::of(verdicts, &sending))
        });
        match judged.await {
            Ok(preview) => Refusal::Previewed(Box::new(preview)),
            Err(error) => {
                tracing::error!(%error, "limits could not be read");
                Refusal::Unrecorded
            }
        }
    }

    async fn reserve_and_send(
        &self,
        ticket: Ticket,
        sending: Sending,
        intent: Intent,
        call: Call,
        request: Request<Body>,
        upstream: Upstream,
    ) -> Result<Response<Answer>, Refusal> {
        let opening = intent.clone();
        let opened = self.gateway.store.write(self.lane, move |tx| {
            let judgement = ticket.judge(tx, &sending, opening.entry.at)?;
            if !judgement.passed() {
                return Ok(Opened::Refused(judgement.refusals().cloned().collect()));
            }
            let holds = serde_json::to_string(&judgement.holds).unwrap_or_default();
            reservations::hold(tx, opening.id(), &holds, opening.entry.at)?;
            opening.open(tx)?;
            let stands = Stands(ticket.standing(&judgement));
            Ok(Opened::Held(judgement.holds, stands))
        });
        let (holds, stands) = match opened.await {
            Ok(Opened::Held(holds, stands)) => (holds, stands),
            Ok(Opened::Refused(verdicts)) => return Err(Refusal::Limited(verdicts)),
            Err(error) => {
                tracing::error!(request.id = intent.entry.request_id, %error, "a call could not be recorded, so it was not made");
                return Err(Refusal::Unrecorded);
            }
        };
        match self.egress.send(request, &upstream, treatment(&call)).await {
            Ok(response) => self.take_answer(&intent, &holds, stands, response).await,
            Err(error) => {
                tracing::warn!(request.id = intent.entry.request_id, connection.id = intent.entry.object_id, phase = ?error.phase, %error, "a call has no answer");
                let unknown = error.phase == Phase::MaybeSent;
                let (end, cost) = match unknown {
                    // Held until somebody knows.
                    true => (End::Unknown, None),
                    false => (End::Failed, Some(Cost::None)),
                };
                self.close(&intent, &end, cost).await;
                Err(match unknown {
                    true => Refusal::SendUnknown {
                        send_id: intent.id().to_owned(),
                    },
                    false => failure(&error),
                })
            }
        }
    }

    /// Reads the answer: it says what was accepted, and so what the reservation becomes.
    async fn take_answer(
        &self,
        intent: &Intent,
        holds: &[Hold],
        stands: Stands,
        response: Response<Answer>,
    ) -> Result<Response<Answer>, Refusal> {
        let (parts, body) = response.into_parts();
        let Ok(bytes) = Limited::new(body, ANSWER_BYTES_MAX).collect().await else {
            self.close(intent, &End::Unknown, None).await;
            return Err(Refusal::SendUnknown {
                send_id: intent.id().to_owned(),
            });
        };
        let bytes = bytes.to_bytes();
        let cost = match parts.status {
            status if status.is_success() => match Quoted::read(&bytes) {
                Some(quoted) => Cost::Actual(Actual {
                    messages: quoted.accepted,
                    segments: None,
                    micros: Some(quoted.total.0),
                }),
                None => Cost::AsHeld,
            },
            status if status.is_client_error() && status != StatusCode::REQUEST_TIMEOUT => {
                Cost::None
            }
            // It may have accepted before it failed.
            _ => Cost::AsHeld,
        };
        debug_assert!(!holds.is_empty() || stands.0.is_empty());
        self.close(intent, &End::Answered(parts.status.as_u16()), Some(cost))
            .await;
        let mut response = Response::from_parts(parts, Answer::full(bytes));
        response.headers_mut().remove(CONTENT_LENGTH);
        response.extensions_mut().insert(stands);
        Ok(response)
    }

    /// Ends the send, its record and its reservation in one unit. `cost` `None`: what is held stays held.
    async fn close(&self, intent: &Intent, end: &End, cost: Option<Cost>) {
        let (id, now) = (intent.id().to_owned(), (self.gateway.clock)());
        let (state, status) = end.state();
        let written = self.gateway.store.write(self.lane, move |tx| {
            sends::settle(tx, &id, state, status, now)?;
            audit::close(tx, &id, state.as_str(), status, now)?;
            match cost {
                Some(cost) => end_reservation(tx, &id, cost, now),
                None => Ok(()),
            }
        });
        if let Err(error) = written.await {
            // It stays held; the next start calls the send unknown, which is the truth by then.
            tracing::error!(request.id = intent.entry.request_id, %error, "the end of a call could not be written down");
            self.counters.settlements_lost.increment(1);
        }
    }
}

/// What a send came to.
#[derive(Clone, Copy)]
enum Cost {
    None,
    AsHeld,
    Actual(Actual),
}

fn end_reservation(
    tx: &mut Tx<'_>,
    id: &str,
    cost: Cost,
    now: UnixMicros,
) -> postern_store::Result<()> {
    let ended = match cost {
        Cost::None => Ended::Released,
        Cost::AsHeld | Cost::Actual(_) => Ended::Settled,
    };
    let Some(holds) = reservations::end(tx, id, ended, now)? else {
        return Ok(());
    };
    let holds: Vec<Hold> =
        serde_json::from_str(&holds).map_err(|_| postern_store::Error::Inconsistent {
            table: "reservations",
            id: id.to_owned(),
        })?;
    match cost {
        Cost::None => give_back(tx, &holds),
        Cost::AsHeld => Ok(()),
        Cost::Actual(actual) => settle(tx, &holds, actual),
    }
}

fn treatment(call: &Call) -> Treatment<'_> {
    Treatment {
        credential: call.connection.prepared.as_ref(),
        secret_fields: call.secret_fields(),
    }
}

fn understand(
    call: &Call,
    headers: &HeaderMap,
    body: &[u8],
    now: UnixMicros,
) -> Result<Sending, Refusal> {
    let mut kinds = headers.get_all(CONTENT_TYPE).iter();
    let content_type = match (kinds.next(), kinds.next()) {
        (Some(kind), None) => kind.to_str().ok(),
        _ => None,
    };
    let send = RawSend {
        operation: call.operation.as_deref().unwrap_or_default(),
        query: call.target.query(),
        content_type,
        is_encoded: headers.contains_key(CONTENT_ENCODING),
        body,
    };
    match parse(send, now) {
        Ok(Parsed::Sending(sending)) => Ok(sending),
        Ok(Parsed::List) => Err(Refusal::NotUnderstood(NotUnderstood::Because(
            "it goes to a list, and only the upstream knows who is on it".to_owned(),
        ))),
        Err(why) => Err(Refusal::NotUnderstood(why)),
    }
}
