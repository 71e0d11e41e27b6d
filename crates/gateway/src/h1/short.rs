//! The short way: a small call that leaves no record goes to its upstream byte to byte, and so does its answer.

use std::io::IoSlice;
use std::task::Poll;

use http::{HeaderName, Method};
use postern_access::{Connection, Upstream as Place};
use postern_domain::key::Role;
use postern_egress::raw::{RawAnswer, RawBody, RawCall, write_end, write_start};
use postern_egress::{Alarm, SendError, Treatment, is_hop_by_hop_name};
use postern_h1::{self as h1, RequestBody, RequestHead, chunk_size, header};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::Instant;

use super::client::Client;
use super::scratch::Scratch;
use super::write::{Delimited, end};
use super::{After, Broken, SHORT_BODY_BYTES_MAX};
use crate::decide::Permit;
use crate::facts::Facts;
use crate::forward::{CREDENTIAL_REFUSED, failure};
use crate::headers::{asks_for_part, withholds};
use crate::ledger::is_recorded;
use crate::refusal::Refusal;
use crate::request_log::Recording;
use crate::worker::Worker;
use std::sync::Arc;

/// Where an answer goes.
pub(super) struct Towards<'a, S> {
    pub(super) client: &'a mut Client<S>,
    pub(super) alarm: &'a mut Alarm,
    pub(super) after: After,
    pub(super) minor: u8,
    /// See [`super::Crowd`].
    pub(super) together: bool,
}

/// Larger pieces are written from where they lie.
const COPIED_BYTES_MAX: usize = 4 * 1024;

/// A call on the short way; its head has been written to the scratch.
pub(super) struct Short {
    pub(super) connection: Arc<Connection>,
    role: Role,
    to_head: bool,
    carries_credential: bool,
}

/// Whether a call may go this way.
pub(super) fn is_short(permit: &Permit<'_>, facts: &Facts<'_>, body: RequestBody) -> bool {
    let small = match body {
        RequestBody::Empty => true,
        RequestBody::Length(length) => length <= SHORT_BODY_BYTES_MAX,
        RequestBody::Chunked => false,
    };
    small
        && matches!(permit.connection.upstream, Place::Url(_))
        && !is_recorded(permit.effect, facts.method)
}

impl Short {
    /// Writes the head of the request as it leaves.
    pub(super) fn write(
        permit: &Permit<'_>,
        facts: &Facts<'_>,
        head: &RequestHead<'_, '_>,
        out: &mut Vec<u8>,
    ) -> Option<Self> {
        let connection = permit.connection.clone();
        let Place::Url(origin) = &connection.upstream else {
            return None;
        };
        // OPTIONS makes servers echo; what must not come back is not sent.
        let credential = connection.prepared.as_ref();
        let injected = credential
            .and_then(|credential| credential.header.as_ref())
            .map(|(name, _)| name);
        let carried = credential.filter(|_| *facts.method != Method::OPTIONS);
        out.clear();
        write_start(
            out,
            facts.method.as_str(),
            origin,
            permit.path.as_str(),
            facts.query,
            carried,
        );
        let whole = permit.caller.role == Role::Agent;
        headers(out, head, injected, facts.wants.nominates, whole);
        write_end(out, carried, facts.content_length);
        Some(Self {
            role: permit.caller.role,
            to_head: *facts.method == Method::HEAD,
            carries_credential: carried.is_some(),
            connection,
        })
    }

    fn treatment(&self) -> Treatment<'_> {
        Treatment {
            credential: self
                .connection
                .prepared
                .as_ref()
                .filter(|_| self.carries_credential),
            secret_fields: (self.role == Role::Agent).then_some(&self.connection.app.secret_fields),
        }
    }
}

/// The caller's headers that go on, in its own order and spelling.
fn headers(
    out: &mut Vec<u8>,
    head: &RequestHead<'_, '_>,
    injected: Option<&HeaderName>,
    nominates: bool,
    whole: bool,
) {
    for line in head.headers {
        let name = line.name.as_bytes();
        let framing = name.len() == 14 && name.eq_ignore_ascii_case(b"content-length");
        if framing || is_hop_by_hop_name(name) || withholds(name, injected) {
            continue;
        }
        if whole && asks_for_part(name) {
            continue;
        }
        if nominates
            && h1::tokens(head.headers, "connection").any(|token| token.eq_ignore_ascii_case(name))
        {
            continue;
        }
        header(out, name, line.value);
    }
}

impl Worker {
    /// Makes the call whose request lies in `scratch.outgoing` and passes its answer on. An error before anything was answered comes
    /// back as a refusal.
    pub(super) async fn go_short<S: AsyncRead + AsyncWrite + Unpin>(
        self: &Arc<Self>,
        towards: &mut Towards<'_, S>,
        scratch: &mut Scratch,
        short: &Short,
        recording: &mut Recording,
    ) -> Result<Result<After, Refusal>, Broken> {
        let Place::Url(origin) = &short.connection.upstream else {
            return Ok(Err(Refusal::Internal));
        };
        let Scratch {
            input,
            outgoing,
            head,
        } = scratch;
        head.clear();
        let call = RawCall {
            origin,
            request: outgoing,
            to_head: short.to_head,
            now: towards.client.now,
            together: towards.together,
            treatment: short.treatment(),
        };
        let exchanging = self.egress.exchange_raw(call, towards.alarm, head);
        match towards.client.unless_gone(input, exchanging).await? {
            Ok(answer) => self
                .pass_on(towards, head, answer, short, recording)
                .await
                .map(Ok),
            Err(error) => Ok(Err(explain(&error, short, recording))),
        }
    }

    async fn pass_on<S: AsyncRead + AsyncWrite + Unpin>(
        self: &Arc<Self>,
        towards: &mut Towards<'_, S>,
        head: &mut Vec<u8>,
        mut answer: RawAnswer,
        short: &Short,
        recording: &mut Recording,
    ) -> Result<After, Broken> {
        recording.record.status = answer.status();
        if answer.status() == 401 && short.carries_credential {
            header(head, b"postern-hint", CREDENTIAL_REFUSED.as_bytes());
            header(head, b"postern-connection", short.connection.id.as_bytes());
            self.reverify(&short.connection.id);
        }
        let delimited = match answer.body() {
            RawBody::None { announced } => Delimited::None(announced),
            RawBody::Length(length) => Delimited::Length(length),
            RawBody::Open => Delimited::open(towards.minor),
        };
        if delimited == Delimited::ByClose {
            towards.after = After::Close;
        }
        end(
            head,
            &recording.record.id,
            delimited,
            towards.after,
            towards.minor,
        );
        let sent = deliver(towards, head, &mut answer, delimited, recording).await;
        match sent {
            Ok(()) => {
                towards.client.now = Instant::now();
                recording.record.ended = Some(towards.client.now);
                answer.finish(towards.client.now);
                Ok(towards.after)
            }
            Err(broken) => {
                recording.record.broken = matches!(broken, Broken::Answer);
                Err(broken)
            }
        }
    }
}

fn explain(error: &SendError, short: &Short, recording: &Recording) -> Refusal {
    let id = &recording.record.id;
    tracing::warn!(request.id = %id, connection.id = %short.connection.id, phase = ?error.phase, %error, "a call has no answer");
    failure(error)
}

/// Writes head and body, each piece as it comes; what is there already leaves together with the head.
async fn deliver<S: AsyncRead + AsyncWrite + Unpin>(
    Towards {
        client,
        alarm,
        together,
        ..
    }: &mut Towards<'_, S>,
    head: &mut Vec<u8>,
    answer: &mut RawAnswer,
    delimited: Delimited,
    recording: &mut Recording,
) -> Result<(), Broken> {
    let chunked = delimited == Delimited::Chunked;
    loop {
        let waits = head.is_empty();
        let polled = std::future::poll_fn(|cx| match answer.poll_piece(cx, alarm) {
            // The head does not wait for the body.
            Poll::Pending if !waits => Poll::Ready(None),
            polled => polled.map(Some),
        })
        .await;
        match polled {
            None => client.write(alarm, &mut [IoSlice::new(head)]).await?,
            Some(Ok(true)) => {
                let piece = answer.piece();
                let length = piece.len();
                if *together && piece.len() <= COPIED_BYTES_MAX {
                    tokio::task::yield_now().await;
                }
                put(client, alarm, head, piece, chunked).await?;
                recording.record.bytes += length as u64;
                answer.consume(length);
            }
            Some(Ok(false)) => break,
            Some(Err(error)) => {
                tracing::warn!(request.id = %recording.record.id, %error, "an answer broke off");
                return Err(Broken::Answer);
            }
        }
        head.clear();
    }
    if chunked {
        head.extend_from_slice(b"0\r\n");
        head.extend_from_slice(answer.trailers());
        head.extend_from_slice(b"\r\n");
    }
    if head.is_empty() {
        return Ok(());
    }
    client.write(alarm, &mut [IoSlice::new(head)]).await
}

/// Writes a piece of a body behind what is in `head`. A small one is copied there: one plain write costs less than a gathered one.
async fn put<S: AsyncRead + AsyncWrite + Unpin>(
    client: &mut Client<S>,
    alarm: &mut Alarm,
    head: &mut Vec<u8>,
    piece: &[u8],
    chunked: bool,
) -> Result<(), Broken> {
    if chunked {
        chunk_size(head, piece.len());
    }
    let end: &[u8] = if chunked { b"\r\n" } else { b"" };
    if piece.len() > COPIED_BYTES_MAX {
        return client
            .write(
                alarm,
                &mut [IoSlice::new(head), IoSlice::new(piece), IoSlice::new(end)],
            )
            .await;
    }
    head.extend_from_slice(piece);
    head.extend_from_slice(end);
    client.write(alarm, &mut [IoSlice::new(head)]).await
}
