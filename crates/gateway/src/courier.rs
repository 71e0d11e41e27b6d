//! Sends that nobody waits for: stored ones, whose time has come by somebody's decision.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use bytes::Bytes;
use http::header::CONTENT_LENGTH;
use http::uri::PathAndQuery;
use http::{HeaderMap, Method, Response, StatusCode};
use http_body_util::{BodyExt as _, Limited};
use postern_access::{Caller, Key};
use postern_apps::normal_path;
use postern_domain::effect::Effect;
use postern_egress::Answer;
use postern_guard::Ticket;
use tokio::time::Instant;

use crate::forward::{Call, clean_headers};
use crate::gateway::Gateway;
use crate::guarded::ANSWER_BYTES_MAX;
use crate::ledger::Intent;
use crate::once::OneSend;
use crate::refusal::Refusal;
use crate::request_log::Record;
use crate::worker::Worker;

/// A send that was kept instead of being made, as its caller asked for it.
#[derive(Clone, Debug)]
pub struct StoredSend {
    /// Names this send for ever, `approval:…`: made again under the same name it is not made again, but answered as the first time.
    pub name: String,
    pub key_id: String,
    pub connection_id: String,
    pub method: Method,
    /// Native path and query, without the app: `/v3/sms/send`.
    pub target: String,
    /// The caller's; what concerns us or one hop only is taken off.
    pub headers: HeaderMap,
    pub body: Bytes,
}

/// What came of it.
#[derive(Clone, Debug)]
pub enum Made {
    /// The upstream answered, whatever it said.
    Answered {
        status: StatusCode,
        headers: HeaderMap,
        body: Bytes,
    },
    /// It was refused here, or could not be made: nothing left, or (with `send_unknown`) nobody knows. `body` is the error's JSON.
    Refused {
        status: StatusCode,
        error: &'static str,
        body: Bytes,
    },
}

/// Makes stored sends on the runtime that it is used on.
#[derive(Clone)]
pub struct Courier(pub(crate) Arc<Worker>);

impl Gateway {
    /// A courier of its own for another runtime than the data plane's.
    #[must_use]
    pub fn courier(self: &Arc<Self>) -> Courier {
        // Lanes below are those of the data plane's threads.
        Courier(Worker::new(self, usize::from(u16::MAX)))
    }
}

impl Courier {
    /// **Makes one stored send, at most once.** It passes the same steps as a call: the key must still work and may still do this, the
    /// connection must be ACTIVE, freezes and limits hold as they are now (`ticket` replaces the key's own, so that an approval can leave out
    /// what it approved). Safe to be called again with the same `name` after a crash in between: what was made is answered again, what is
    /// not known is `send_unknown`, what never left is made.
    pub async fn make(&self, send: StoredSend, ticket: Option<Ticket>) -> Made {
        let worker = &self.0;
        let request_id = worker.ids.next();
        let made = match worker.stored(send, ticket, request_id).await {
            Ok(once) => worker.make_once(once).await,
            Err(refusal) => Err(refusal),
        };
        worker.egress.sweep();
        match made {
            Ok(response) => read(response).await,
            Err(refusal) => {
                let response = refusal.answer(request_id.as_str());
                Made::Refused {
                    status: response.status(),
                    error: refusal.word(),
                    body: response.into_body(),
                }
            }
        }
    }
}

impl Worker {
    async fn stored(
        self: &Arc<Self>,
        send: StoredSend,
        ticket: Option<Ticket>,
        request_id: crate::request_id::RequestId,
    ) -> Result<OneSend, Refusal> {
        let gateway = &self.gateway;
        let at = (gateway.clock)();
        let nobody = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
        let works =
            |key: &Arc<Key>| key.revoked_at.is_none() && key.expires_at.is_none_or(|end| at < end);
        let key = gateway.directory.key(&send.key_id).filter(works);
        let key = key.ok_or(Refusal::Denied(postern_access::Denied::Revoked))?;
        let caller = Caller { key, at };
        let app = gateway.directory.connection_by_id(&send.connection_id);
        let app = app.map_or_else(String::new, |connection| connection.app.name.clone());
        let chosen = Some(send.connection_id.as_str());
        let connection = gateway.directory.connection(&caller, &app, chosen);
        let connection = connection.map_err(Refusal::Connection)?;
        let unreadable = |_| Refusal::Ambiguous("its target is no path");
        let target = PathAndQuery::try_from(send.target).map_err(unreadable)?;
        let path = normal_path(target.path()).map_err(Refusal::Path)?;
        let judged = connection.app.effect(&send.method, &path);
        let operation = judged.and_then(|judged| judged.operation).cloned();
        let effect = caller
            .judge(&send.method, &path, judged.as_ref())
            .map_err(Refusal::NotPermitted)?;
        if effect != Some(Effect::Send) {
            return Err(Refusal::NotPermitted(
                postern_access::Refused::OperationUnknown,
            ));
        }
        let plan = gateway.directory.plan(&caller, &connection);
        if let Some(frozen) = plan.frozen {
            return Err(Refusal::Frozen(frozen));
        }
        let mut record = Record::new(request_id, send.method.clone(), nobody, Instant::now());
        record.at = Some(at);
        record.app = Some(connection.app.clone());
        record.effect = effect;
        record.operation = operation.clone();
        record.connection = Some(connection.clone());
        let call = Call {
            role: caller.role,
            effect,
            operation,
            connection,
            target,
            content_length: Some(send.body.len() as u64),
            ticket: None,
        };
        record.caller = Some(caller);
        let intent = Intent::of(&call, &record).ok_or(Refusal::Internal)?;
        let mut headers = send.headers;
        clean_headers(&call, &mut headers);
        headers.remove(CONTENT_LENGTH);
        // No header can hold such a name.
        let name = format!("\0{}", send.name);
        let claim = self.claim(&intent, &call, &send.method, Some(&name), &send.body);
        Ok(OneSend {
            intent,
            claim,
            call,
            method: send.method,
            headers,
            body: send.body,
            ticket: ticket.or(plan.ticket),
        })
    }
}

async fn read(response: Response<Answer>) -> Made {
    let (parts, body) = response.into_parts();
    // It lies in memory already.
    let body = Limited::new(body, ANSWER_BYTES_MAX).collect().await;
    Made::Answered {
        status: parts.status,
        headers: parts.headers,
        body: body.map_or_else(|_| Bytes::new(), |body| body.to_bytes()),
    }
}
