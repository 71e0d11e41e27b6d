//! One request, from its head to its answer.

use std::net::SocketAddr;
use std::sync::Arc;

use http::{Request, Response};
use hyper::body::Incoming;

use crate::facts::Facts;
use crate::forward::Call;
use crate::refusal::Refusal;
use crate::reply::{Reply, Source, complete};
use crate::request_log::{Record, Recording};
use crate::route::{Face, face};
use crate::worker::Worker;

/// Answers a request; every refusal becomes an answer here and nowhere else.
pub(crate) async fn answer(
    worker: Arc<Worker>,
    peer: SocketAddr,
    request: Request<Incoming>,
) -> Response<Reply> {
    let mut recording = Recording::new(&worker, request.method().clone(), peer.ip());
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
        request: Request<Incoming>,
        record: &mut Record,
    ) -> Result<Response<Source>, Refusal> {
        let (parts, incoming) = request.into_parts();
        let facts = Facts::of(&parts)?;
        let (app, native) = match face(&self.gateway.config.hosts, facts.host, facts.path)? {
            Face::App { app, native } => (app, native),
            ours => {
                let connect_page = matches!(ours, Face::Connect);
                let request = Request::from_parts(parts, incoming);
                let response = self
                    .hand_over(request, connect_page, peer, &record.id)
                    .await?;
                return Ok(response.map(Source::Local));
            }
        };
        let decided = self
            .gateway
            .decide(&facts, app, native, peer.ip(), record)
            .and_then(|permit| Call::new(permit, &facts));
        let call = decided.inspect_err(|refusal| {
            self.record_refusal(record, native, refusal.word());
            if let Some(connection_id) = refusal.failed_connection() {
                self.reverify(connection_id);
            }
        })?;
        let response = self.forward(call, parts, incoming, record).await?;
        Ok(response.map(Source::Answer))
    }
}
