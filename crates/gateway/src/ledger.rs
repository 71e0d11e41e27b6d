//! What is kept about an unsafe call: its record in the audit, and for a send the intent that is durable before its first byte.

use std::sync::Arc;

use http::{Method, Request, Response};
use postern_access::time_ordered;
use postern_domain::effect::Effect;
use postern_domain::time::UnixMicros;
use postern_egress::{Answer, Body, Phase, Treatment, Upstream};
use postern_guard::{Outcome, Ticket};
use postern_store::audit::{self, Entry};
use postern_store::sends::{self, Claim, Send, State};
use postern_store::{Lane, Rider, RiderDone, Through, Tx};
use tokio::sync::oneshot;

use crate::claims::CUT_KEPT_SECONDS;
use crate::forward::{Call, failure};
use crate::gateway::Gateway;
use crate::refusal::Refusal;
use crate::request_log::Record;
use crate::worker::Worker;

/// Rows that one unit of the start-up settles.
const LEFTOVERS_MAX: i64 = 200;

/// What will be written about a call. Audit record and send have the same id.
#[derive(Clone)]
pub(crate) struct Intent {
    pub(crate) entry: Entry,
    is_send: bool,
}

/// What a call that is not known to be a read comes to.
pub(crate) enum End {
    Answered(u16),
    Failed,
    Unknown,
}

impl End {
    pub(crate) fn state(&self) -> (State, Option<i64>) {
        match self {
            Self::Answered(status) => (State::Answered, Some(i64::from(*status))),
            Self::Failed => (State::Failed, None),
            Self::Unknown => (State::Unknown, None),
        }
    }
}

/// Whether a call could be a send: an unsafe call that nobody knows might be one.
pub(crate) fn may_send(effect: Option<Effect>, method: &Method) -> bool {
    effect == Some(Effect::Send) || effect.is_none() && !is_safe(method)
}

/// Whether a call leaves a record: reads go to the request log alone.
pub(crate) fn is_recorded(effect: Option<Effect>, method: &Method) -> bool {
    match effect {
        Some(effect) => effect != Effect::Read,
        None => !is_safe(method),
    }
}

fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

impl Intent {
    /// `None` for reads: they go to the request log.
    pub(crate) fn of(call: &Call, record: &Record) -> Option<Self> {
        if !is_recorded(call.effect, &record.method) {
            return None;
        }
        let is_send = call.effect == Some(Effect::Send)
            || may_send(call.effect, &record.method) && call.leaves();
        let mut entry = entry(
            record,
            &shown_path(call.operation.as_deref(), call.target.path()),
        );
        entry.send_id = is_send.then(|| entry.audit_id.clone());
        Some(Self { entry, is_send })
    }

    pub(crate) fn id(&self) -> &str {
        &self.entry.audit_id
    }

    /// `sought` is sealed: by what the send can be found upstream.
    pub(crate) fn open(
        &self,
        tx: &mut Tx<'_>,
        claim: Option<&Claim>,
        sought: Option<&[u8]>,
    ) -> postern_store::Result<()> {
        audit::record(tx, &self.entry)?;
        match self.is_send {
            true => sends::start(tx, &self.row(State::Started, None), claim, sought),
            false => Ok(()),
        }
    }

    /// The send in the ledger.
    pub(crate) fn row(&self, state: State, status: Option<i64>) -> Send {
        let entry = &self.entry;
        Send {
            send_id: entry.audit_id.clone(),
            key_id: entry.actor_id.clone(),
            connection_id: entry.object_id.clone(),
            request_id: entry.request_id.clone(),
            app: entry.app.clone().unwrap_or_default(),
            method: entry.method.clone().unwrap_or_default(),
            path: entry.path.clone().unwrap_or_default(),
            state,
            status,
            created_at: entry.at,
            settled_at: (state != State::Started).then_some(entry.at),
            resolved_by: None,
            finding: None,
        }
    }

    /// The whole record at once, for a call whose answer is known.
    pub(crate) fn closed(&self, status: u16) -> Entry {
        let mut entry = self.entry.clone();
        entry.outcome = Some(State::Answered.as_str().to_owned());
        entry.status = Some(i64::from(status));
        entry.closed_at = Some(entry.at);
        entry
    }
}

/// The record of a call by a key. `path` must not hold a number.
fn entry(record: &Record, path: &str) -> Entry {
    // A record is of a caller that is known, and the time came with it.
    let at = record.at.unwrap_or(UnixMicros::EPOCH);
    let text = |text: Option<&String>| text.cloned().unwrap_or_default();
    Entry {
        actor_kind: "key".to_owned(),
        actor_id: text(record.caller.as_ref().map(|caller| &caller.id)),
        object_kind: "connection".to_owned(),
        object_id: text(record.connection.as_ref().map(|connection| &connection.id)),
        request_id: record.id.as_str().to_owned(),
        peer: record.peer.to_string(),
        app: record.app.as_ref().map(|app| app.name.clone()),
        method: Some(record.method.as_str().to_owned()),
        path: Some(path.to_owned()),
        effect: record.effect.map(|effect| effect.as_str().to_owned()),
        ..Entry::new(time_ordered(at), at, "call")
    }
}

/// The operation's own path, or for one that nobody knows the called path without what could be a number or an address.
fn shown_path(operation: Option<&str>, path: &str) -> String {
    if let Some((_, pattern)) = operation.and_then(|operation| operation.split_once(' ')) {
        return pattern.to_owned();
    }
    let private = |segment: &str| {
        segment.bytes().filter(u8::is_ascii_digit).count() >= 4
            || segment.contains(['@', '%', '+'])
            || segment.len() > 64
    };
    let shown: Vec<_> = path
        .split('/')
        .map(|segment| if private(segment) { "{}" } else { segment })
        .collect();
    shown.join("/")
}

impl Worker {
    /// Makes an unsafe call over the network: the intent is durable first, the call goes on if the client hangs up, and its end is
    /// written down.
    pub(crate) async fn make_recorded(
        self: &Arc<Self>,
        intent: Intent,
        call: Call,
        request: Request<Body>,
        upstream: Upstream,
    ) -> Result<Response<Answer>, Refusal> {
        let (answer, answered) = oneshot::channel();
        let worker = self.clone();
        self.tasks.spawn(async move {
            let opening = intent.clone();
            if let Err(error) = worker.gateway.store.write(worker.lane, move |tx| opening.open(tx, None, None)).await {
                tracing::error!(request.id = intent.entry.request_id, %error, "a call could not be recorded, so it was not made");
                drop(answer.send(Err(Refusal::Unrecorded)));
                return;
            }
            let treatment = Treatment { credential: call.connection.prepared.as_ref(), secret_fields: call.secret_fields() };
            match worker.egress.send(request, &upstream, treatment).await {
                Ok(response) => {
                    let end = End::Answered(response.status().as_u16());
                    // Whether the client still waits changes nothing about what happened.
                    drop(answer.send(Ok(response)));
                    worker.settle(&intent, &end).await;
                }
                Err(error) => {
                    tracing::warn!(request.id = intent.entry.request_id, connection.id = intent.entry.object_id, phase = ?error.phase, %error, "a call has no answer");
                    let refusal = failure(&error);
                    let unknown = error.phase == Phase::MaybeSent && !matches!(refusal, Refusal::BodyTooLarge { .. });
                    worker.settle(&intent, if unknown { &End::Unknown } else { &End::Failed }).await;
                    let said = if unknown && intent.is_send { Refusal::SendUnknown { send_id: intent.id().to_owned(), answered: None } } else { refusal };
                    drop(answer.send(Err(said)));
                }
            }
        });
        answered.await.unwrap_or(Err(Refusal::Internal))
    }

    /// Makes an unsafe call to the built-in platform, whose own unit of work writes the record if it has one.
    pub(crate) async fn make_ridden(
        self: &Arc<Self>,
        intent: Intent,
        call: &Call,
        mut request: Request<Body>,
        ticket: Option<Ticket>,
    ) -> Result<Response<Answer>, Refusal> {
        if let Some(ticket) = ticket {
            request.extensions_mut().insert(ticket);
        }
        request.extensions_mut().insert(Through {
            key_id: Some(intent.entry.actor_id.clone()),
            connection_id: Some(intent.entry.object_id.clone()),
        });
        let riding = intent.clone();
        request
            .extensions_mut()
            .insert(Rider::new(move |tx, status| {
                audit::record(tx, &riding.closed(status))
            }));
        let treatment = Treatment {
            credential: None,
            secret_fields: call.secret_fields(),
        };
        let sent = self
            .egress
            .send(request, &self.gateway.platform, treatment)
            .await;
        let mut response = sent.map_err(|error| failure(&error))?;
        match response.extensions_mut().remove() {
            Some(Outcome::Refused(verdicts)) => return Err(Refusal::Limited(verdicts)),
            Some(Outcome::NeedsApproval(pending)) => {
                return Err(Refusal::NeedsApproval(pending));
            }
            Some(Outcome::Previewed(preview)) => return Err(Refusal::Previewed(preview)),
            None => {}
        }
        if response.extensions_mut().remove::<RiderDone>().is_none() {
            let entry = intent.closed(response.status().as_u16());
            let worker = self.clone();
            self.tasks
                .spawn(async move { worker.write_record(entry).await });
        }
        Ok(response)
    }

    async fn settle(&self, intent: &Intent, end: &End) {
        let (id, is_send, now) = (
            intent.id().to_owned(),
            intent.is_send,
            (self.gateway.clock)(),
        );
        let (state, status) = end.state();
        let written = self.gateway.store.write(self.lane, move |tx| {
            if is_send {
                sends::settle(tx, &id, state, status, now)?;
            }
            audit::close(tx, &id, state.as_str(), status, now).map(drop)
        });
        if let Err(error) = written.await {
            // The row stays open; the next start calls it unknown, which is the truth by then.
            tracing::error!(request.id = intent.entry.request_id, %error, "the end of a call could not be written down");
            self.counters.settlements_lost.increment(1);
        }
    }

    /// A decision against a caller we know. Strangers and reads go to the request log alone.
    pub(crate) fn record_refusal(
        self: &Arc<Self>,
        record: &Record,
        path: &str,
        word: &'static str,
    ) {
        if record.caller.is_none() || is_safe(&record.method) {
            return;
        }
        let Some(slot) = self.refusal_slot() else {
            self.counters.refusals_unrecorded.increment(1);
            return;
        };
        let mut entry = entry(record, &shown_path(record.operation.as_deref(), path));
        entry.decision = "refused".to_owned();
        entry.code = Some(word.to_owned());
        entry.closed_at = Some(entry.at);
        let worker = self.clone();
        self.tasks.spawn(async move {
            worker.write_record(entry).await;
            drop(slot);
        });
    }

    pub(crate) async fn write_record(&self, entry: Entry) {
        let request_id = entry.request_id.clone();
        if let Err(error) = self
            .gateway
            .store
            .write(self.lane, move |tx| audit::record(tx, &entry))
            .await
        {
            tracing::error!(request.id = request_id, %error, "an audit record could not be written");
            self.counters.refusals_unrecorded.increment(1);
        }
    }
}

/// Claims read at the start in one unit.
const CLAIMS_PAGE: i64 = 1_000;

impl Gateway {
    /// Calls that a process before this one (`began`: when this one did) left open: nobody will ever answer them, so sends among
    /// them are unknown from now on, and answers that were on their way may have been lost. To be called before serving; gives how many there were.
    pub async fn settle_leftovers(&self, began: UnixMicros) -> postern_store::Result<usize> {
        let mut total = 0;
        loop {
            let settled = self.store.write(Lane::CONTROL, move |tx| {
                let ids = sends::abandon(tx, began, LEFTOVERS_MAX, began)?;
                for id in &ids {
                    audit::close(tx, id, State::Unknown.as_str(), None, began)?;
                }
                Ok(ids.len())
            });
            let count = settled.await?;
            total += count;
            if count == 0 {
                break;
            }
        }
        let until = began.plus_secs(CUT_KEPT_SECONDS);
        let keep = move |tx: &mut Tx<'_>| sends::keep_open_claims(tx, began, until, LEFTOVERS_MAX);
        while self.store.write(Lane::CONTROL, keep).await? > 0 {}
        self.recall_claims().await?;
        Ok(total)
    }

    /// Learns which claims the store holds.
    async fn recall_claims(&self) -> postern_store::Result<()> {
        let mut after: Option<[u8; 32]> = None;
        loop {
            let page = self
                .store
                .read(move |tx| sends::derived_claims(tx, after.as_ref(), CLAIMS_PAGE))
                .await?;
            for (hash, send_id) in &page {
                self.attempts.note_stored(*hash, send_id);
            }
            match page.last() {
                Some((hash, _)) => after = Some(*hash),
                None => return Ok(()),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_path_shows_a_number() {
        assert_eq!(
            shown_path(
                Some("POST /v3/numbers/buy/{dedicated_number}"),
                "/v3/numbers/buy/+61411111111"
            ),
            "/v3/numbers/buy/{dedicated_number}"
        );
        assert_eq!(
            shown_path(None, "/v3/unknown/+61411111111/x"),
            "/v3/unknown/{}/x"
        );
        assert_eq!(shown_path(None, "/v3/a@b.c/61411"), "/v3/{}/{}");
        assert_eq!(shown_path(None, "/v3/lists/428"), "/v3/lists/428");
    }

    #[test]
    fn an_unknown_unsafe_call_might_be_a_send() {
        assert!(may_send(Some(Effect::Send), &Method::POST));
        assert!(may_send(None, &Method::POST));
        assert!(!may_send(None, &Method::GET));
        assert!(!may_send(Some(Effect::Write), &Method::POST));
    }
}
