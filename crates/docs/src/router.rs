//! All routes on one page.

use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::response::IntoResponse;
use axum::routing::get;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};

use crate::documents::Documents;
use crate::{pages, raw};

#[derive(Clone, Debug)]
pub struct Settings {
    /// Where people reach the gateway: `https://…`, without a slash at the end. Its scheme is that of the examples; their host is the
    /// reader's own.
    pub public_url: String,
}

#[derive(Clone)]
pub(crate) struct State {
    pub(crate) settings: Settings,
    /// Read when the first page is asked for: most processes are never asked.
    documents: Arc<OnceLock<Documents>>,
}

impl State {
    pub(crate) fn documents(&self) -> &Documents {
        self.documents.get_or_init(Documents::read)
    }
}

/// Both documents and the pages, for the gateway's address.
pub fn router(settings: Settings) -> Router {
    let state = State {
        settings,
        documents: Arc::default(),
    };
    Router::new()
        .route("/openapi.json", get(raw::control))
        .route("/openapi/platform.json", get(raw::platform))
        .route("/docs", get(pages::index))
        .route("/docs/errors", get(pages::errors))
        .route("/docs/{document}/{tag}", get(pages::operations))
        .route("/assets/docs.css", get(stylesheet))
        .with_state(state)
}

/// The platform's document, for its own address.
pub fn for_platform<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new()
        .route("/openapi.json", get(raw::platform_on_its_own))
        .route("/openapi/platform.json", get(raw::platform_on_its_own))
}

/// The pages ask for it with the version in the query, so it may be kept.
async fn stylesheet() -> impl IntoResponse {
    (
        [
            (CONTENT_TYPE, "text/css; charset=utf-8"),
            (CACHE_CONTROL, "public, max-age=86400"),
        ],
        include_str!("../assets/docs.css"),
    )
}

#[cfg(test)]
mod tests;
