//! Calls that come from inside this process, for a caller who is outside: they pass the same steps as a client's.

use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Weak};

use bytes::Bytes;
use http::header::CONTENT_LENGTH;
use http::{HeaderValue, Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Limited};
use postern_egress::Body;
use tokio_util::sync::CancellationToken;

use crate::gateway::Gateway;
use crate::service::reply;
use crate::worker::Worker;

/// Longer answers are an error here: whoever calls holds them in memory.
const ANSWER_BYTES_MAX: usize = 4 << 20;

/// Where calls from inside come in. Clones share it; it works as long as [`DoorKeeper::keep`] runs.
#[derive(Clone)]
pub struct SideDoor(Weak<Worker>);

/// What holds the door open.
pub struct DoorKeeper(Arc<Worker>);

impl Gateway {
    /// A door of its own for another runtime than the data plane's.
    #[must_use]
    pub fn side_door(self: &Arc<Self>) -> (SideDoor, DoorKeeper) {
        // Lanes below are those of the data plane's threads.
        let worker = Worker::new(self, usize::from(u16::MAX) - 1);
        (SideDoor(Arc::downgrade(&worker)), DoorKeeper(worker))
    }
}

impl DoorKeeper {
    /// Writes the log lines of calls and closes unused connections, until the token is cancelled. Then the door is closed.
    pub async fn keep(self, stop: CancellationToken) {
        self.0.keep_house(stop).await;
    }
}

impl SideDoor {
    /// Makes a call as if it had come from `peer`: its key is asked for, its rate counts, limits hold, it has its line in the log. `request` has
    /// path, query and headers as a client would write them.
    pub async fn call(&self, peer: IpAddr, request: Request<Bytes>) -> Response<Bytes> {
        let Some(worker) = self.0.upgrade() else {
            return failed(StatusCode::SERVICE_UNAVAILABLE);
        };
        let (mut parts, body) = request.into_parts();
        if !body.is_empty() {
            let length = HeaderValue::from(body.len());
            parts.headers.insert(CONTENT_LENGTH, length);
        }
        let request = Request::from_parts(parts, Body::full(body));
        let mut response = reply(worker, SocketAddr::new(peer, 0), request).await;
        response.body_mut().ends_with_its_frames();
        let (parts, body) = response.into_parts();
        match Limited::new(body, ANSWER_BYTES_MAX).collect().await {
            Ok(body) => Response::from_parts(parts, body.to_bytes()),
            Err(error) => {
                tracing::warn!(%error, "the answer to a call from inside could not be read");
                failed(StatusCode::BAD_GATEWAY)
            }
        }
    }
}

/// An answer without words: the caller says it in its own.
fn failed(status: StatusCode) -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = status;
    response
}
