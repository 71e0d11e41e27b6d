//! One request, from its head to its answer.

use std::net::SocketAddr;
use std::sync::Arc;

use http::{Request, Response};
use hyper::body::{Body as _, Incoming};
use postern_egress::Body;
use tokio::time::Instant;

use crate::decide::Permit;
use crate::facts::Facts;
use crate::forward::Call;
use crate::preview::asks_for_preview;
use crate::refusal::Refusal;
use crate::reply::{Reply, Source, complete};
use crate::request_log::{Record, Recording};
use crate::route::{Face, face};
use crate::worker::Worker;

/// Answers a request of HTTP/2.
pub(crate) async fn answer(
    worker: Arc<Worker>,
    peer: SocketAddr,
    request: Request<Incoming>,
) -> Response<Reply> {
    let limit = worker.gateway.config.limits.body_bytes_max;
    let request = request.map(|incoming| {
        if incoming.is_end_stream() {
            Body::empty()
        } else {
            Body::streaming(incoming, limit)
        }
    });
    let mut response = reply(worker, peer, request).await;
    response.body_mut().ends_with_its_frames();
    response
}

/// Answers a request; every refusal becomes an answer here and nowhere else.
pub(crate) async fn reply(
    worker: Arc<Worker>,
    peer: SocketAddr,
    request: Request<Body>,
) -> Response<Reply> {
    let mut recording =
        Recording::new(&worker, request.method().clone(), peer.ip(), Instant::now());
    match worker.take(peer, request, &mut recording.record).await {
        Ok(response) => complete(response, |source| source, recording),
        Err(refusal) => {
            recording.record.error = Some(refusal.word());
            let response = refusal.response(&recording.record.id);
            complete(response, Source::Bytes, recording)
        }
    }
}

impl Worker {
    async fn take(
        self: &Arc<Self>,
        peer: SocketAddr,
        request: Request<Body>,
        record: &mut Record,
    ) -> Result<Response<Source>, Refusal> {
        let (parts, body) = request.into_parts();
        let facts = Facts::of_parts(&parts)?;
        let call = match self.turn(&facts, peer, record)? {
            Turn::Call(permit) => Call::new(permit, &facts, record)?,
            Turn::Control { .. } if asks_for_preview(&parts.method, parts.uri.path()) => {
                let request = Request::from_parts(parts, body);
                return Err(Box::pin(self.preview(request, peer, record)).await);
            }
            Turn::Control { connect_page } => {
                let response = self
                    .hand_over(
                        Request::from_parts(parts, body),
                        connect_page,
                        peer,
                        &record.id,
                    )
                    .await?;
                return Ok(response.map(Source::Local));
            }
        };
        let response = self
            .forward(call, parts.method, parts.headers, body, record)
            .await?;
        Ok(response.map(Source::Answer))
    }

    /// Everything that is decided on the head alone, whatever transport it came by.
    pub(crate) fn turn<'a>(
        self: &Arc<Self>,
        facts: &Facts<'a>,
        peer: SocketAddr,
        record: &mut Record,
    ) -> Result<Turn<'a>, Refusal> {
        let (app, native) = match face(&self.gateway.config.hosts, facts.authority, facts.path)? {
            Face::App { app, native } => (app, native),
            Face::Control => {
                return Ok(Turn::Control {
                    connect_page: false,
                });
            }
            Face::Connect => return Ok(Turn::Control { connect_page: true }),
        };
        let decided = self.gateway.decide(facts, app, native, peer.ip(), record);
        decided.map(Turn::Call).inspect_err(|refusal| {
            self.record_refusal(record, native, refusal.word());
            if let Some(connection_id) = refusal.failed_connection() {
                self.reverify(connection_id);
            }
        })
    }
}

/// Who answers a request.
pub(crate) enum Turn<'a> {
    Call(Permit<'a>),
    Control { connect_page: bool },
}
