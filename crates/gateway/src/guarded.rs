//! A send to a remote account by a key that is limited: its body is read and understood, and its price asked for. What it needs is reserved
//! in the unit that writes the intent, and the answer corrects the reservation.

use bytes::Bytes;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use http::{HeaderMap, Method, Request, StatusCode, Uri};
use http_body_util::{BodyExt as _, Limited};
use postern_domain::time::UnixMicros;
use postern_egress::{Body, Treatment, Upstream};
use postern_guard::{
    INSPECTION_BYTES_MAX, NotUnderstood, Parsed, Preview, Quoted, RawSend, Sending, Ticket, parse,
    price_path,
};

use crate::forward::Call;
use crate::refusal::Refusal;
use crate::worker::Worker;

/// An answer that is read: a thousand messages take a tenth of it.
pub(crate) const ANSWER_BYTES_MAX: usize = 4 << 20;

impl Worker {
    /// What a limited call would send, with its prices if somebody asks for them.
    ///
    /// # Errors
    /// It is not understood.
    pub(crate) async fn inspect(
        &self,
        ticket: &Ticket,
        call: &Call,
        headers: &HeaderMap,
        body: &Bytes,
        upstream: &Upstream,
        now: UnixMicros,
    ) -> Result<Sending, Refusal> {
        if body.len() > INSPECTION_BYTES_MAX {
            return Err(Refusal::NotUnderstood(NotUnderstood::TooLarge));
        }
        let mut sending = understand(call, headers, body, now)?;
        if ticket.needs_price() || ticket.is_dry_run() {
            let quoted = self.quote(call, headers, body, upstream, &sending).await;
            match quoted {
                Some(quoted) => {
                    quoted.price(&mut sending);
                    self.learn(&call.connection.id, sending.channel, &quoted, now);
                }
                None => self.estimate(ticket, call, &mut sending, now).await,
            }
        }
        Ok(sending)
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

    pub(crate) async fn only_judge(
        &self,
        ticket: Ticket,
        sending: Sending,
        now: UnixMicros,
    ) -> Refusal {
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
}

pub(crate) fn treatment(call: &Call) -> Treatment<'_> {
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
