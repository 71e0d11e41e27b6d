//! What a caller learns of limits: a refusal on the record, headers with what is left, and calls of which only the judgement is wanted.

use std::sync::Arc;

use http::{HeaderMap, HeaderName, HeaderValue, Method, Response};
use postern_domain::time::UnixMicros;
use postern_egress::Answer;
use postern_guard::{Standing, Stands, Ticket, plain, rule};

use crate::forward::Call;
use crate::ledger::may_send;
use crate::refusal::Refusal;
use crate::request_log::Record;
use crate::worker::Worker;

/// `true`: say what a send would do, and do nothing.
pub(crate) const DRY_RUN: HeaderName = HeaderName::from_static("postern-dry-run");

impl Worker {
    /// Whoever limits the call; also for a call of which only the judgement is wanted.
    pub(crate) fn ticket(
        &self,
        call: &mut Call,
        method: &Method,
        headers: &HeaderMap,
    ) -> Result<Option<Ticket>, Refusal> {
        let ticket = call.ticket.take();
        if !dry_run(headers)? {
            return Ok(ticket);
        }
        if !may_send(call.effect, method) {
            return Err(Refusal::DryRun(
                "only sends can be tried without being made",
            ));
        }
        let ticket = ticket.unwrap_or_else(|| self.gateway.directory.ticket_without_limits());
        Ok(Some(ticket.for_dry_run()))
    }

    /// Puts a refusal by limits on the record, and what is left of them into an answer.
    pub(crate) fn note_limits(
        self: &Arc<Self>,
        made: Result<Response<Answer>, Refusal>,
        path: &str,
        record: &Record,
    ) -> Result<Response<Answer>, Refusal> {
        match made {
            Ok(mut response) => {
                if let Some(Stands(stands)) = response.extensions_mut().remove() {
                    tell(response.headers_mut(), &stands, (self.gateway.clock)());
                }
                Ok(response)
            }
            Err(refusal) => {
                if refusal.is_by_limits() {
                    self.record_refusal(record, path, refusal.word());
                }
                Err(refusal)
            }
        }
    }
}

/// A wish that cannot be read must not become a send.
fn dry_run(headers: &HeaderMap) -> Result<bool, Refusal> {
    let mut values = headers.get_all(DRY_RUN).iter();
    match (values.next().map(HeaderValue::as_bytes), values.next()) {
        (None, _) => Ok(false),
        (Some(value), None) if value.eq_ignore_ascii_case(b"true") || value == b"1" => Ok(true),
        (Some(value), None) if value.eq_ignore_ascii_case(b"false") || value == b"0" => Ok(false),
        _ => Err(Refusal::DryRun("`Postern-Dry-Run` is `true` or `false`")),
    }
}

/// `Postern-Limit-Messages-Day: limit=200, used=12, remaining=188, reset=3600`, the reset in seconds. Of several limits of one kind the one
/// that leaves least is told.
fn tell(headers: &mut HeaderMap, stands: &[Standing], now: UnixMicros) {
    for standing in stands {
        let least = stands
            .iter()
            .filter(|other| (other.measure, other.span) == (standing.measure, standing.span))
            .min_by_key(|other| other.remaining())
            .unwrap_or(standing);
        let number = |n| plain(standing.measure, n);
        let reset = least.resets_at.secs() - now.secs();
        let value = format!(
            "limit={}, used={}, remaining={}, reset={}",
            number(least.limit),
            number(least.used),
            number(least.remaining()),
            reset.max(0)
        );
        let name = rule(standing.measure, standing.span)
            .replace("_per_", "-")
            .replace('_', "-");
        let name = HeaderName::try_from(format!("postern-limit-{name}"));
        if let (Ok(name), Ok(value)) = (name, HeaderValue::try_from(value)) {
            headers.insert(name, value);
        }
    }
}
