//! The platform's lines of the request log: calls that came over its own listener. Calls through the gateway have theirs there.

use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::middleware::Next;
use axum::response::Response;

/// Never the path itself, which can hold numbers: the route it matched.
pub async fn line(request: Request, next: Next) -> Response {
    let began = Instant::now();
    let method = request.method().clone();
    let peer = request
        .extensions()
        .get::<postern_platform::Peer>()
        .map(|peer| peer.0.to_string());
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map(|path| path.as_str().to_owned());
    let response = next.run(request).await;
    tracing::event!(
        target: "postern::platform",
        tracing::Level::INFO,
        request.method = %method,
        request.route = route.as_deref().unwrap_or("-"),
        response.status = response.status().as_u16(),
        client.address = peer.as_deref().unwrap_or("-"),
        duration_us = u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX),
        "request"
    );
    response
}
