//! Everything with a first segment of ours is answered by the control plane, on its own runtime, so that its work never stands in
//! the way of a call.

use std::net::SocketAddr;

use http::uri::{PathAndQuery, Uri};
use http::{Request, Response};
use postern_access::{Peer, RequestId as ShownId};
use postern_egress::{Body, LocalBody};

use crate::refusal::Refusal;
use crate::request_id::RequestId;
use crate::worker::Worker;

impl Worker {
    /// Hands a request over and waits for its answer. If the client hangs up the work goes on: a change is made or not made, never half.
    pub(crate) async fn hand_over(
        &self,
        mut request: Request<Body>,
        connect_page: bool,
        peer: SocketAddr,
        id: &RequestId,
    ) -> Result<Response<LocalBody>, Refusal> {
        if connect_page {
            *request.uri_mut() =
                under_connect(request.uri()).ok_or(Refusal::Ambiguous("its target is no path"))?;
        }
        request.extensions_mut().insert(Peer(peer.ip()));
        let shown = ShownId(id.as_str().into());
        request.extensions_mut().insert(shown);
        let answering = self
            .gateway
            .control_runtime
            .spawn(self.gateway.control.call(request));
        answering.await.map_err(|error| {
            tracing::error!(request.id = %id, %error, "the control plane failed");
            Refusal::Internal
        })
    }
}

/// The connect page's own host name serves it at `/`; what it links to is where it always is.
fn under_connect(uri: &Uri) -> Option<Uri> {
    if uri.path() != "/" {
        return Some(uri.clone());
    }
    let target = match uri.query() {
        Some(query) => format!("/connect?{query}"),
        None => "/connect".to_owned(),
    };
    Some(Uri::from(PathAndQuery::try_from(target).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_of_the_connect_host_is_the_connect_page() {
        for (given, want) in [
            ("/", "/connect"),
            ("/?session_token=x", "/connect?session_token=x"),
            ("/assets/a.css", "/assets/a.css"),
        ] {
            let uri: Uri = given.parse().expect("uri");
            assert_eq!(under_connect(&uri).expect("uri").to_string(), want);
        }
    }
}
