//! Agents at `/mcp`: their tools call the gateway, which is made after the routers that it leads to.

use std::net::IpAddr;
use std::sync::{Arc, OnceLock};

use axum::Router;
use bytes::Bytes;
use http::{Request, Response, StatusCode};
use postern_gateway::SideDoor;
use postern_mcp::{Door, McpState, Names};

use super::rooms::Wiring;

/// The way into the gateway, once there is one.
#[derive(Clone, Default)]
pub struct Way(Arc<OnceLock<SideDoor>>);

impl Way {
    pub fn lead_to(&self, door: SideDoor) {
        // Set once; a second gateway would be a mistake in the wiring, and the first one stays right.
        let _first = self.0.set(door);
    }

    async fn go(self, peer: IpAddr, request: Request<Bytes>) -> Response<Bytes> {
        match self.0.get() {
            Some(door) => door.call(peer, request).await,
            None => {
                let mut closed = Response::new(Bytes::new());
                *closed.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
                closed
            }
        }
    }
}

/// The control plane with `/mcp` beside it.
pub fn with_agents(control: Router, wiring: &Wiring<'_>) -> (Router, Way) {
    let way = Way::default();
    let to = way.clone();
    let hosts = &wiring.config.hosts;
    let names = [
        Some(wiring.public_url),
        hosts.gateway.as_deref(),
        hosts.control.as_deref(),
    ];
    let agents = postern_mcp::router(McpState {
        door: Door::new(move |peer, request| Box::pin(to.clone().go(peer, request))),
        directory: wiring.opened.directory.clone(),
        registry: wiring.prepared.registry.clone(),
        names: Names::of(names.into_iter().flatten()),
        version: env!("CARGO_PKG_VERSION"),
    });
    (control.merge(agents), way)
}
