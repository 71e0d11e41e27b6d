//! `/mcp`: who asks, and may they ask here? The protocol itself is rmcp's, without sessions, answers as plain JSON.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use http::HeaderValue;
use http::header::AUTHORIZATION;
use postern_access::{Caller, Directory, Peer, presented_key};
use postern_apps::Registry;
use rmcp::transport::streamable_http_server::session::never::NeverSessionManager;
use rmcp::transport::streamable_http_server::{StreamableHttpServerConfig, StreamableHttpService};

use crate::door::Door;
use crate::names::Names;
use crate::refusal::Refusal;
use crate::server::Server;

/// More than a call with a thousand messages needs.
const BODY_BYTES_MAX: usize = 1 << 20;

#[derive(Clone)]
pub struct McpState {
    pub door: Door,
    pub directory: Arc<Directory>,
    pub registry: Arc<Registry>,
    pub names: Names,
    pub version: &'static str,
}

/// Who asks, proven. The server takes it from the request's extensions.
#[derive(Clone)]
pub(crate) struct Arrived {
    pub(crate) caller: Caller,
    pub(crate) peer: IpAddr,
    /// What the calls of its tools present.
    pub(crate) authorization: HeaderValue,
    /// The connection that all its calls use unless an argument names one.
    pub(crate) connection: Option<String>,
}

/// Whoever listens puts [`Peer`] and [`postern_access::RequestId`] into each request's extensions.
pub fn router(state: McpState) -> Router {
    let server = Server::new(&state);
    let config = StreamableHttpServerConfig::default()
        .with_legacy_session_mode(false)
        .with_json_response(true)
        .with_max_request_body_bytes(BODY_BYTES_MAX)
        // Checked before, with our names and our words.
        .disable_allowed_hosts()
        .disable_allowed_origins();
    let sessions = Arc::new(NeverSessionManager::default());
    let service = StreamableHttpService::new(move || Ok(server.clone()), sessions, config);
    Router::new()
        .route_service("/mcp", service)
        .route_layer(from_fn_with_state(state, arrive))
}

async fn arrive(State(state): State<McpState>, mut request: Request, next: Next) -> Response {
    match arrived(&state, &request) {
        Ok(arrived) => {
            request.extensions_mut().insert(arrived);
            next.run(request).await
        }
        Err(refusal) => refusal.response(request.extensions()),
    }
}

fn arrived(state: &McpState, request: &Request) -> Result<Arrived, Refusal> {
    let headers = request.headers();
    let strange = state.names.check(headers, request.uri().authority());
    strange.map_err(Refusal::Strange)?;
    let peer = request.extensions().get::<Peer>();
    // Without a listener that says where a request came from it came from nowhere: no address block contains it.
    let peer = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.0);
    let (presented, authorization) = presented_key(headers)
        .zip(headers.get(AUTHORIZATION))
        .ok_or(Refusal::MissingKey)?;
    let caller = state.directory.authenticate(&presented, peer);
    let chosen = ["postern-connection", "maton-connection"];
    let chosen = chosen.iter().find_map(|name| headers.get(*name));
    Ok(Arrived {
        caller: caller.map_err(Refusal::Denied)?,
        peer,
        authorization: authorization.clone(),
        connection: chosen.and_then(|id| id.to_str().ok()).map(str::to_owned),
    })
}
