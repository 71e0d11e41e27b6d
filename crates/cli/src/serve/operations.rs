//! The operations listener: is it alive, should it get traffic, how is it doing. No key is asked for; keep it away from strangers.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use metrics_exporter_prometheus::PrometheusHandle;
use postern_store::{Store, settings};
use tokio_util::sync::CancellationToken;

/// A store that does not answer a point read within this is not ready.
const STORE_ANSWERS_WITHIN: Duration = Duration::from_secs(2);

#[derive(Clone)]
pub struct Operations {
    pub store: Store,
    pub metrics: PrometheusHandle,
    /// Cancelled once the server drains: it is still alive but wants no more traffic.
    pub draining: CancellationToken,
}

pub fn router(operations: Operations) -> Router {
    Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(exposition))
        .with_state(Arc::new(operations))
}

async fn ready(State(operations): State<Arc<Operations>>) -> Response {
    if operations.draining.is_cancelled() {
        return (StatusCode::SERVICE_UNAVAILABLE, "draining\n").into_response();
    }
    let read = operations.store.read(|tx| settings::get(tx, "first_run"));
    match tokio::time::timeout(STORE_ANSWERS_WITHIN, read).await {
        Ok(Ok(_)) => "ready\n".into_response(),
        Ok(Err(error)) => {
            tracing::warn!(%error, "not ready: the store cannot be read");
            (
                StatusCode::SERVICE_UNAVAILABLE,
                "the store cannot be read\n",
            )
                .into_response()
        }
        Err(_) => (
            StatusCode::SERVICE_UNAVAILABLE,
            "the store does not answer\n",
        )
            .into_response(),
    }
}

async fn exposition(State(operations): State<Arc<Operations>>) -> Response {
    let kind = [(
        header::CONTENT_TYPE,
        "text/plain; version=0.0.4; charset=utf-8",
    )];
    (kind, operations.metrics.render()).into_response()
}
