//! A send is made at most once. Two calls that are the same send (see [`crate::claims`]) meet here: one makes it, the other is told what came
//! of it.

use std::sync::Arc;

use bytes::Bytes;
use http::header::CONTENT_LENGTH;
use http::uri::Uri;
use http::{HeaderMap, Method, Request, Response};
use http_body_util::{BodyExt as _, Limited};
use postern_access::Upstream as Place;
use postern_domain::account::ActingAccount;
use postern_egress::{Answer, Body, BodyTooLarge, Upstream};
use postern_guard::{Sending, Ticket};
use postern_store::sends::{self, ANSWER_FIELD, Earlier, State};
use tokio::sync::oneshot;

use crate::attempts::{Answered, Begun, Seen, Turn};
use crate::claims::{Claim, Scope, idempotency_key};
use crate::forward::{Call, clean_headers};
use crate::handover::{Handover, Of};
use crate::held::{Holdable, Wish};
use crate::kept::Kept;
use crate::ledger::Intent;
use crate::refusal::Refusal;
use crate::reply::X_REQUEST_ID;
use crate::request_log::Record;
use crate::unknown::Repeated;
use crate::worker::Worker;

/// A send is read whole before it is made: a thousand messages of the longest text.
pub(crate) const SEND_BYTES_MAX: usize = 8 << 20;

/// A send as it will be made, independent of whoever waits for it: a caller, or an approval that was given.
pub(crate) struct OneSend {
    pub(crate) intent: Intent,
    pub(crate) claim: Claim,
    pub(crate) call: Call,
    pub(crate) method: Method,
    /// Without what concerns us or one hop only.
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) ticket: Option<Ticket>,
}

impl Worker {
    /// Reads a caller's send and makes it.
    pub(crate) async fn send(
        self: &Arc<Self>,
        call: Call,
        method: Method,
        mut headers: HeaderMap,
        body: Body,
        ticket: Option<Ticket>,
        record: &Record,
    ) -> Result<Response<Answer>, Refusal> {
        let name = idempotency_key(&headers)?.map(str::to_owned);
        let may_be_held = ticket.as_ref().is_some_and(Ticket::may_be_held);
        let wish = may_be_held.then(|| Wish::read(&headers)).transpose()?;
        let intent = Intent::of(&call, record).ok_or(Refusal::Internal)?;
        let body = whole(body).await?;
        clean_headers(&call, &mut headers);
        headers.remove(CONTENT_LENGTH);
        if matches!(call.connection.upstream, Place::Builtin(_)) {
            headers.insert(X_REQUEST_ID, record.id.header());
        }
        let claim = self.claim(&intent, &call, &method, name.as_deref(), &body);
        let holdable =
            wish.map(|wish| Holdable::of(wish, &call, &intent, record, &method, &headers, &body));
        let made = self.make_once(OneSend {
            intent,
            claim,
            call,
            method,
            headers,
            body,
            ticket,
        });
        match (made.await, holdable) {
            (Err(Refusal::NeedsApproval(pending)), Some(send)) => self.hold(send, *pending).await,
            (made, _) => made,
        }
    }

    pub(crate) fn claim(
        &self,
        intent: &Intent,
        call: &Call,
        method: &Method,
        name: Option<&str>,
        body: &[u8],
    ) -> Claim {
        let scope = Scope {
            key_id: &intent.entry.actor_id,
            connection_id: &call.connection.id,
            method: method.as_str(),
            path: call.target.path(),
            query: call.target.query().unwrap_or_default(),
        };
        match name {
            Some(name) => self.gateway.claims.named(scope, name, body),
            None => self.gateway.claims.derived(scope, body),
        }
    }

    /// Makes a send, or answers what came of the same one before. It goes on if whoever waits for it leaves.
    pub(crate) async fn make_once(
        self: &Arc<Self>,
        send: OneSend,
    ) -> Result<Response<Answer>, Refusal> {
        if send.ticket.as_ref().is_some_and(Ticket::is_dry_run) {
            return self.only_try(send).await;
        }
        let turn = loop {
            let attempt = match self.gateway.attempts.begin(&send.claim, send.intent.id()) {
                Begun::First(turn) => break turn,
                Begun::Running(attempt) => attempt,
            };
            if attempt.digest != send.claim.digest {
                return Err(Refusal::KeyReused {
                    send_id: attempt.send_id.clone(),
                });
            }
            let seen = match (attempt.seen(), send.claim.digest) {
                (Some(seen), _) => seen,
                (None, Some(_)) => {
                    return Err(Refusal::InProgress {
                        send_id: attempt.send_id.clone(),
                    });
                }
                (None, None) => attempt.over().await,
            };
            if let Seen::Answer(kept) = seen {
                return Ok(self.told_again(&send.claim, &attempt.send_id, &kept));
            }
        };
        let (answer, answered) = oneshot::channel();
        let worker = self.clone();
        self.tasks.spawn(async move {
            let made = worker.make_in_turn(turn, send).await;
            drop(answer.send(made));
        });
        answered.await.unwrap_or(Err(Refusal::Internal))
    }

    async fn make_in_turn(
        self: &Arc<Self>,
        mut turn: Turn,
        send: OneSend,
    ) -> Result<Response<Answer>, Refusal> {
        if turn.may_be_stored {
            let hash = send.claim.hash;
            let found = self
                .gateway
                .store
                .read(move |tx| sends::by_claim(tx, &hash));
            let found = found.await.map_err(|error| {
                tracing::error!(request.id = send.intent.entry.request_id, %error, "a repeat could not be looked up, so the call was not made");
                Refusal::Unrecorded
            })?;
            let now = (self.gateway.clock)();
            match found {
                Some(earlier) if turn.displaces.as_ref() == Some(&earlier.send_id) => {}
                Some(earlier) if earlier.is_over(now) || earlier.state == State::Failed => {
                    turn.displaces = Some(earlier.send_id);
                }
                Some(earlier) => match self.repeat(&send, earlier).await {
                    Repeat::Told(holder, told) => {
                        turn.in_store(&holder);
                        return *told;
                    }
                    Repeat::Passes(displaced) => turn.displaces = Some(displaced),
                },
                None => {}
            }
        }
        match &send.call.connection.upstream {
            Place::Builtin(_) => self.make_builtin(turn, send).await,
            Place::Url(origin) => {
                let upstream = Upstream::Http(origin.clone());
                let sending = match &send.ticket {
                    Some(ticket) if ticket.is_limited() => {
                        Some(self.look_into(&send, ticket, &upstream).await?)
                    }
                    // What nobody limits leaves in any case, unless it is understood to go to somebody who has opted out.
                    Some(ticket) => self.look_into(&send, ticket, &upstream).await.ok(),
                    None => None,
                };
                self.make_remote(turn, send, sending, upstream).await
            }
        }
    }

    async fn look_into(
        &self,
        send: &OneSend,
        ticket: &Ticket,
        upstream: &Upstream,
    ) -> Result<Sending, Refusal> {
        let at = send.intent.entry.at;
        self.inspect(ticket, &send.call, &send.headers, &send.body, upstream, at)
            .await
    }

    /// Of a call of which only the judgement is wanted.
    async fn only_try(self: &Arc<Self>, send: OneSend) -> Result<Response<Answer>, Refusal> {
        let (Place::Url(origin), Some(ticket)) = (&send.call.connection.upstream, &send.ticket)
        else {
            return self.try_builtin(send).await;
        };
        let upstream = Upstream::Http(origin.clone());
        let sending = self.look_into(&send, ticket, &upstream).await?;
        Err(self
            .only_judge(ticket.clone(), sending, send.intent.entry.at)
            .await)
    }

    /// What a repeat is told of a send that the store knows.
    async fn repeat(self: &Arc<Self>, send: &OneSend, earlier: Earlier) -> Repeat {
        let send_id = earlier.send_id.clone();
        let named = send.claim.digest.is_some();
        if earlier.digest.as_deref() != send.claim.digest.as_ref().map(|digest| &digest[..]) {
            let reused = Refusal::KeyReused {
                send_id: send_id.clone(),
            };
            return Repeat::Told(send_id, Box::new(Err(reused)));
        }
        if matches!(earlier.state, State::Started | State::Unknown) {
            match self.unknown_again(&earlier).await {
                Repeated::Passes => return Repeat::Passes(send_id),
                // It is told below.
                Repeated::Accepted => {}
                Repeated::Unknown => {
                    let refusal = Refusal::SendUnknown {
                        send_id: send_id.clone(),
                        answered: None,
                    };
                    return Repeat::Told(send_id, Box::new(Err(refusal)));
                }
            }
        }
        let opened = earlier.answer.as_ref().and_then(|sealed| {
            let claims = &self.gateway.claims;
            Kept::from_bytes(claims.unseal(&send_id, ANSWER_FIELD, sealed)?)
        });
        let told = match opened {
            Some(kept) => self.told_again(&send.claim, &send_id, &kept),
            None => {
                let status = earlier.status.and_then(|status| u16::try_from(status).ok());
                let refusal = Refusal::AlreadySent {
                    send_id: send_id.clone(),
                    status,
                };
                // An agent that was told so does not ask again; whoever sends the same on purpose may then do so.
                let mut response = refusal
                    .answer(&send.intent.entry.request_id)
                    .map(Answer::full);
                self.hand_over_again(&mut response, &send.claim, &send_id, named);
                response
            }
        };
        Repeat::Told(send_id, Box::new(Ok(told)))
    }

    fn told_again(self: &Arc<Self>, claim: &Claim, send_id: &str, kept: &Kept) -> Response<Answer> {
        let mut response = kept.replay();
        self.hand_over_again(&mut response, claim, send_id, claim.digest.is_some());
        response
    }

    fn hand_over_again(
        self: &Arc<Self>,
        response: &mut Response<Answer>,
        claim: &Claim,
        send_id: &str,
        named: bool,
    ) {
        if !named {
            let attempts = &self.gateway.attempts;
            let answered = Answered::again(attempts, claim.hash, send_id.to_owned());
            let handover = Handover::new(self, answered, Of::Repeat);
            response.extensions_mut().insert(handover);
        }
    }
}

/// What becomes of a call that is the same as an earlier one.
enum Repeat {
    /// With the send that holds the claim.
    Told(String, Box<Result<Response<Answer>, Refusal>>),
    /// In place of that send.
    Passes(String),
}

impl OneSend {
    /// The request as it leaves; authority and credential are egress's to add.
    pub(crate) fn request(&self, body: Bytes) -> Request<Body> {
        let mut request = Request::new(Body::full(body));
        *request.method_mut() = self.method.clone();
        *request.uri_mut() = Uri::from(self.call.target.clone());
        *request.headers_mut() = self.headers.clone();
        if let Place::Builtin(account) = &self.call.connection.upstream {
            request.extensions_mut().insert(ActingAccount(*account));
        }
        request
    }
}

async fn whole(body: Body) -> Result<Bytes, Refusal> {
    let read = Limited::new(body, SEND_BYTES_MAX).collect().await;
    let limit_bytes = SEND_BYTES_MAX as u64;
    read.map(http_body_util::Collected::to_bytes)
        .map_err(|error| match error.downcast_ref::<BodyTooLarge>() {
            Some(BodyTooLarge { limit_bytes }) => Refusal::BodyTooLarge {
                limit_bytes: *limit_bytes,
            },
            None if error.is::<http_body_util::LengthLimitError>() => {
                Refusal::BodyTooLarge { limit_bytes }
            }
            None => Refusal::RequestBody,
        })
}
