//! From a permit to an answer: strip, limit, send, and what a failure means.

use std::sync::Arc;

use bytes::Bytes;
use http::header::CONTENT_LENGTH;
use http::uri::{PathAndQuery, Uri};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode};
use postern_access::{Connection, Upstream as Place};
use postern_apps::SecretFields;
use postern_domain::account::ActingAccount;
use postern_domain::effect::Effect;
use postern_domain::key::Role;
use postern_egress::{
    Answer, Body, BodyTooLarge, Phase, SendError, SendErrorKind, Stage, Treatment, Upstream,
};
use postern_guard::Ticket;

use crate::decide::Permit;
use crate::facts::Facts;
use crate::headers;
use crate::ledger::Intent;
use crate::refusal::Refusal;
use crate::reply::X_REQUEST_ID;
use crate::request_log::Record;
use crate::worker::Worker;

/// What accompanies an upstream's own 401.
pub(crate) const CREDENTIAL_REFUSED: &str =
    "this status is the upstream's: it refused the credential of the connection, not your API key";
const HINT: HeaderName = HeaderName::from_static("postern-hint");
const CONNECTION: HeaderName = HeaderName::from_static("postern-connection");

/// A permitted call, independent of the bytes it came in.
pub(crate) struct Call {
    pub(crate) connection: Arc<Connection>,
    pub(crate) role: Role,
    pub(crate) effect: Option<Effect>,
    pub(crate) operation: Option<Arc<str>>,
    /// Native path in its normal form, and query as it came.
    pub(crate) target: PathAndQuery,
    pub(crate) content_length: Option<u64>,
    pub(crate) ticket: Option<Ticket>,
}

impl Call {
    pub(crate) fn new(
        permit: Permit<'_>,
        facts: &Facts<'_>,
        record: &Record,
    ) -> Result<Self, Refusal> {
        let path = permit.path.as_str();
        let target = match facts.query {
            None => Bytes::copy_from_slice(path.as_bytes()),
            Some(query) => Bytes::from([path.as_bytes(), b"?", query.as_bytes()].concat()),
        };
        let target = PathAndQuery::from_maybe_shared(target)
            .map_err(|_| Refusal::Ambiguous("its target is no path"))?;
        Ok(Self {
            role: permit.caller.role,
            effect: permit.effect,
            operation: record.operation.clone(),
            connection: permit.connection,
            target,
            content_length: facts.content_length,
            ticket: permit.ticket,
        })
    }

    /// Whether it goes over the network.
    pub(crate) fn leaves(&self) -> bool {
        matches!(self.connection.upstream, Place::Url(_))
    }

    /// Agent keys do not see the secrets that an account's owner may see.
    pub(crate) fn secret_fields(&self) -> Option<&Arc<SecretFields>> {
        (self.role == Role::Agent).then_some(&self.connection.app.secret_fields)
    }
}

impl Worker {
    /// Makes the call; `body` is limited by whoever reads it.
    pub(crate) async fn forward(
        self: &Arc<Self>,
        mut call: Call,
        method: Method,
        headers: HeaderMap,
        body: Body,
        record: &Record,
    ) -> Result<Response<Answer>, Refusal> {
        let limit_bytes = self.gateway.config.limits.body_bytes_max;
        if call
            .content_length
            .is_some_and(|length| length > limit_bytes)
        {
            return Err(Refusal::BodyTooLarge { limit_bytes });
        }
        let ticket = self.ticket(&mut call, &method, &headers)?;
        if call.effect == Some(Effect::Send) || ticket.is_some() && call.leaves() {
            let (connection, target) = (call.connection.clone(), call.target.clone());
            // Rarer and larger than other calls: kept out of their memory.
            let made = Box::pin(self.send(call, method, headers, body, ticket, record)).await;
            let response = self.note_limits(made, target.path(), record)?;
            return Ok(self.look_at(response, &connection));
        }
        let request = outgoing(&call, method, headers, body);
        let intent = Intent::of(&call, record);
        let connection = call.connection.clone();
        match (&connection.upstream, intent) {
            (Place::Builtin(account), intent) => {
                let mut request = request;
                request.extensions_mut().insert(ActingAccount(*account));
                request
                    .headers_mut()
                    .insert(X_REQUEST_ID, record.id.header());
                match intent {
                    Some(intent) => {
                        let made = self.make_ridden(intent, &call, request, ticket).await;
                        self.note_limits(made, call.target.path(), record)
                    }
                    None => {
                        let treatment = Treatment {
                            credential: None,
                            secret_fields: call.secret_fields(),
                        };
                        let sent = self
                            .egress
                            .send(request, &self.gateway.platform, treatment)
                            .await;
                        sent.map_err(|error| failure(&error))
                    }
                }
            }
            (Place::Url(origin), intent) => {
                let upstream = Upstream::Http(origin.clone());
                let response = match intent {
                    Some(intent) => self.make_recorded(intent, call, request, upstream).await?,
                    None => {
                        let treatment = Treatment {
                            credential: connection.prepared.as_ref(),
                            secret_fields: call.secret_fields(),
                        };
                        let sent = self.egress.send(request, &upstream, treatment).await;
                        sent.map_err(|error| {
                            tracing::warn!(request.id = %record.id, connection.id = %connection.id, phase = ?error.phase, %error, "a call has no answer");
                            failure(&error)
                        })?
                    }
                };
                Ok(self.look_at(response, &connection))
            }
        }
    }

    /// An upstream's own 401 passes, with a word about whose credential it is about; and the connection is looked at.
    fn look_at(
        self: &Arc<Self>,
        mut response: Response<Answer>,
        connection: &Connection,
    ) -> Response<Answer> {
        if response.status() == StatusCode::UNAUTHORIZED && connection.prepared.is_some() {
            let headers = response.headers_mut();
            headers.insert(HINT, HeaderValue::from_static(CREDENTIAL_REFUSED));
            if let Ok(id) = HeaderValue::from_str(&connection.id) {
                headers.insert(CONNECTION, id);
            }
            self.reverify(&connection.id);
        }
        response
    }
}

/// The request as it leaves; authority and credential are egress's to add.
fn outgoing(call: &Call, method: Method, mut own: HeaderMap, body: Body) -> Request<Body> {
    let mut request = Request::new(body);
    *request.method_mut() = method;
    *request.uri_mut() = Uri::from(call.target.clone());
    clean_headers(call, &mut own);
    // What the HTTP library knows about the body's length holds, whatever HTTP version it came by.
    if call.content_length.is_none() {
        own.remove(CONTENT_LENGTH);
    }
    *request.headers_mut() = own;
    request
}

/// Leaves what goes on to the upstream.
pub(crate) fn clean_headers(call: &Call, own: &mut HeaderMap) {
    let injected = call
        .connection
        .prepared
        .as_ref()
        .and_then(|prepared| prepared.header.as_ref())
        .map(|(name, _)| name);
    headers::clean(own, injected, call.role == Role::Agent);
}

/// What a failed call is to its caller. For sends whose bytes may have left this is not the last word.
pub(crate) fn failure(error: &SendError) -> Refusal {
    match (&error.kind, error.phase) {
        (SendErrorKind::AddressRefused, _) => Refusal::AddressRefused,
        (SendErrorKind::Timeout(Stage::Connect), _) => Refusal::ConnectTimeout,
        (SendErrorKind::Timeout(_), _) => Refusal::AnswerTimeout,
        (SendErrorKind::RequestBody(cause), _) => match cause.downcast_ref::<BodyTooLarge>() {
            Some(BodyTooLarge { limit_bytes }) => Refusal::BodyTooLarge {
                limit_bytes: *limit_bytes,
            },
            None => Refusal::RequestBody,
        },
        (_, Phase::BeforeFirstByte) => Refusal::Unreachable,
        (_, Phase::MaybeSent) => Refusal::AnswerBroken,
    }
}
