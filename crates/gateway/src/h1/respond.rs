//! From a head in the input to an answer on the wire.

use std::io::IoSlice;
use std::net::SocketAddr;
use std::sync::Arc;

use http::uri::Uri;
use http::{HeaderMap, Method, Request};
use postern_egress::Alarm;
use postern_h1::{RequestBody, Slots, request};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::Instant;

use super::client::Client;
use super::long::{Exchange, map};
use super::scratch::Scratch;
use super::short::{Short, Towards, is_short};
use super::upload::Upload;
use super::{After, Broken, SHORT_BODY_BYTES_MAX};
use crate::facts::Facts;
use crate::forward::Call;
use crate::preview::asks_for_preview;
use crate::refusal::Refusal;
use crate::reply::{Source, complete};
use crate::request_log::{Record, Recording};
use crate::service::Turn;
use crate::worker::Worker;

/// What a head asks for, without a borrow of the bytes it was read from.
pub(super) struct Asked {
    plan: Plan,
    method: Method,
    minor: u8,
    body: RequestBody,
    asks_first: bool,
    after: After,
    recording: Recording,
}

enum Plan {
    Short(Short),
    Long(Box<Long>),
    Refuse(Refusal),
}

/// A request on the long way.
struct Long {
    headers: HeaderMap,
    answerer: Answerer,
}

enum Answerer {
    Call(Call),
    Control { target: Uri, connect_page: bool },
}

impl Worker {
    /// Reads the head in the scratch's input, decides, and takes it off the input.
    pub(super) fn read(
        self: &Arc<Self>,
        scratch: &mut Scratch,
        peer: SocketAddr,
        now: Instant,
    ) -> Asked {
        let mut slots = Slots::new();
        let head = match request(scratch.input.filled(), &mut slots) {
            Ok(Some(head)) => head,
            Ok(None) => return self.refuse_head(Refusal::Internal, peer, now),
            Err(bad) => return self.refuse_head(Refusal::Head(bad), peer, now),
        };
        let Ok(method) = Method::from_bytes(head.method.as_bytes()) else {
            return self.refuse_head(Refusal::Method, peer, now);
        };
        let (minor, length) = (head.minor, head.length);
        let mut recording = Recording::new(self, method.clone(), peer.ip(), now);
        let limit_bytes = self.gateway.config.limits.head_bytes_max;
        let read = match Facts::of_head(&head, &method) {
            _ if length > limit_bytes => Err(Refusal::HeadTooLarge { limit_bytes }),
            read => read,
        };
        let (plan, body, asks_first, after) = match read {
            Err(refusal) => (
                Plan::Refuse(refusal),
                RequestBody::Empty,
                false,
                After::Close,
            ),
            Ok((facts, body)) => {
                let keep = !facts.wants.close && (minor == 1 || facts.wants.keep_alive);
                let after = if keep { After::Keep } else { After::Close };
                let asks_first = facts.asks_first && minor == 1 && body != RequestBody::Empty;
                let plan = self.plan(
                    &facts,
                    &head,
                    body,
                    peer,
                    &mut recording.record,
                    &mut scratch.outgoing,
                );
                (plan.unwrap_or_else(Plan::Refuse), body, asks_first, after)
            }
        };
        scratch.input.consume(length);
        Asked {
            plan,
            method,
            minor,
            body,
            asks_first,
            after,
            recording,
        }
    }

    fn plan(
        self: &Arc<Self>,
        facts: &Facts<'_>,
        head: &postern_h1::RequestHead<'_, '_>,
        body: RequestBody,
        peer: SocketAddr,
        record: &mut Record,
        outgoing: &mut Vec<u8>,
    ) -> Result<Plan, Refusal> {
        let answerer = match self.turn(facts, peer, record)? {
            Turn::Call(permit) => {
                let limit_bytes = self.gateway.config.limits.body_bytes_max;
                if facts
                    .content_length
                    .is_some_and(|length| length > limit_bytes)
                {
                    return Err(Refusal::BodyTooLarge { limit_bytes });
                }
                if is_short(&permit, facts, body)
                    && let Some(short) = Short::write(&permit, facts, head, outgoing)
                {
                    return Ok(Plan::Short(short));
                }
                Answerer::Call(Call::new(permit, facts, record)?)
            }
            Turn::Control { connect_page } => {
                let target = match facts.query {
                    Some(query) => format!("{}?{query}", facts.path),
                    None => facts.path.to_owned(),
                };
                let target = target
                    .parse()
                    .map_err(|_| Refusal::Ambiguous("its target is no path"))?;
                Answerer::Control {
                    target,
                    connect_page,
                }
            }
        };
        Ok(Plan::Long(Box::new(Long {
            headers: map(head),
            answerer,
        })))
    }

    /// For bytes that are no head: nothing is known about the request.
    pub(super) fn refuse_head(
        self: &Arc<Self>,
        refusal: Refusal,
        peer: SocketAddr,
        now: Instant,
    ) -> Asked {
        let method = Method::from_bytes(b"-").unwrap_or_default();
        Asked {
            plan: Plan::Refuse(refusal),
            recording: Recording::new(self, method.clone(), peer.ip(), now),
            method,
            minor: 1,
            body: RequestBody::Empty,
            asks_first: false,
            after: After::Close,
        }
    }

    /// Answers. What is asked stays where it lies as long as the short way is gone.
    pub(super) async fn respond<S>(
        self: &Arc<Self>,
        client: &mut Client<S>,
        alarm: &mut Alarm,
        scratch: &mut Scratch,
        slot: &mut Option<Asked>,
        peer: SocketAddr,
    ) -> Result<After, Broken>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let mut failed = None;
        if let Some(Asked {
            plan: Plan::Short(short),
            minor,
            body,
            asks_first,
            after,
            recording,
            ..
        }) = slot
        {
            if let RequestBody::Length(length) = *body {
                self.take_body(client, alarm, scratch, length, *asks_first)
                    .await?;
            }
            let together = self.crowd.is_there();
            let mut towards = Towards {
                client: &mut *client,
                alarm: &mut *alarm,
                after: *after,
                minor: *minor,
                together,
            };
            match self
                .go_short(&mut towards, scratch, short, recording)
                .await?
            {
                Ok(after) => {
                    *slot = None;
                    return Ok(after);
                }
                Err(refusal) => failed = Some(refusal),
            }
        }
        let Some(asked) = slot.take() else {
            return Ok(After::Close);
        };
        // Kept out of the memory that every waiting connection holds.
        Box::pin(self.respond_otherwise(client, alarm, scratch, asked, failed, peer)).await
    }

    /// The long way, and refusals.
    async fn respond_otherwise<S>(
        self: &Arc<Self>,
        client: &mut Client<S>,
        alarm: &mut Alarm,
        scratch: &mut Scratch,
        asked: Asked,
        failed: Option<Refusal>,
        peer: SocketAddr,
    ) -> Result<After, Broken>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let Asked {
            plan,
            method,
            minor,
            body,
            asks_first,
            mut after,
            mut recording,
        } = asked;
        let (refusal, body_is_taken) = match (failed, plan) {
            (Some(refusal), _) => (refusal, true),
            (None, Plan::Refuse(refusal)) => (refusal, spare_body(scratch, body)),
            (None, Plan::Long(long)) => {
                let asked = Asked {
                    plan: Plan::Refuse(Refusal::Internal),
                    method,
                    minor,
                    body,
                    asks_first,
                    after,
                    recording,
                };
                return self
                    .go_long(client, alarm, scratch, *long, asked, peer)
                    .await;
            }
            (None, Plan::Short(_)) => (Refusal::Internal, false),
        };
        if refusal.ends_connection() || !body_is_taken {
            after = After::Close;
        }
        recording.record.error = Some(refusal.word());
        let response = complete(
            refusal.response(&recording.record.id),
            Source::Bytes,
            recording,
        );
        let (input, head) = scratch.split();
        let mut exchange = Exchange {
            client,
            alarm,
            input,
            upload: None,
        };
        exchange.write(head, response, &method, after, minor).await
    }

    /// A small body behind its head, ready to leave with it.
    async fn take_body<S>(
        &self,
        client: &mut Client<S>,
        alarm: &mut Alarm,
        scratch: &mut Scratch,
        length: u64,
        asks_first: bool,
    ) -> Result<(), Broken>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let length = usize::try_from(length).map_err(|_| Broken::Client)?;
        if scratch.input.filled().len() < length {
            if asks_first && scratch.input.is_empty() {
                client
                    .write(alarm, &mut [IoSlice::new(b"HTTP/1.1 100 Continue\r\n\r\n")])
                    .await?;
            }
            client.read_to(alarm, &mut scratch.input, length).await?;
        }
        scratch
            .outgoing
            .extend_from_slice(&scratch.input.filled()[..length]);
        scratch.input.consume(length);
        Ok(())
    }

    async fn go_long<S>(
        self: &Arc<Self>,
        client: &mut Client<S>,
        alarm: &mut Alarm,
        scratch: &mut Scratch,
        long: Long,
        asked: Asked,
        peer: SocketAddr,
    ) -> Result<After, Broken>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let Asked {
            method,
            minor,
            body,
            asks_first,
            mut after,
            mut recording,
            ..
        } = asked;
        let (upload, body) =
            Upload::start(body, self.gateway.config.limits.body_bytes_max, asks_first);
        let (input, head) = scratch.split();
        let mut exchange = Exchange {
            client,
            alarm,
            input,
            upload,
        };
        let answered = match long.answerer {
            Answerer::Call(call) => {
                let forwarding =
                    self.forward(call, method.clone(), long.headers, body, &recording.record);
                exchange
                    .answer(forwarding)
                    .await?
                    .map(|response| response.map(Source::Answer))
            }
            Answerer::Control {
                target,
                connect_page,
            } => {
                let mut request = Request::new(body);
                *request.method_mut() = method.clone();
                *request.uri_mut() = target;
                *request.headers_mut() = long.headers;
                if asks_for_preview(&method, request.uri().path()) {
                    let previewing = Box::pin(self.preview(request, peer, &mut recording.record));
                    Err(exchange.answer(previewing).await?)
                } else {
                    let answering =
                        self.hand_over(request, connect_page, peer, &recording.record.id);
                    exchange
                        .answer(answering)
                        .await?
                        .map(|response| response.map(Source::Local))
                }
            }
        };
        let response = match answered {
            Ok(response) => complete(response, |source| source, recording),
            Err(refusal) => {
                if refusal.ends_connection() {
                    after = After::Close;
                }
                recording.record.error = Some(refusal.word());
                complete(
                    refusal.response(&recording.record.id),
                    Source::Bytes,
                    recording,
                )
            }
        };
        exchange.write(head, response, &method, after, minor).await
    }
}

/// Takes a refused request's body off the input, so that the next request can follow. `false`: it is not all there.
fn spare_body(scratch: &mut Scratch, body: RequestBody) -> bool {
    match body {
        RequestBody::Empty => true,
        RequestBody::Length(length)
            if length <= SHORT_BODY_BYTES_MAX && length <= scratch.input.filled().len() as u64 =>
        {
            scratch
                .input
                .consume(usize::try_from(length).unwrap_or_default());
            true
        }
        _ => false,
    }
}
