//! The port through which tools make their calls: whoever wires the rooms leads it into the gateway.

use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};

pub type Answering = Pin<Box<dyn Future<Output = Response<Bytes>> + Send>>;
type Calls = dyn Fn(IpAddr, Request<Bytes>) -> Answering + Send + Sync;

/// Answers a request as the gateway answers a client's. The address is where the agent came from.
#[derive(Clone)]
pub struct Door(Arc<Calls>);

impl Door {
    pub fn new(
        calls: impl Fn(IpAddr, Request<Bytes>) -> Answering + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(calls))
    }

    pub(crate) fn call(&self, peer: IpAddr, request: Request<Bytes>) -> Answering {
        (self.0)(peer, request)
    }
}
