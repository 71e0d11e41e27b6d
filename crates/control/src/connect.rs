//! The connect page: where a person completes a connection. Server-rendered, no script, nothing inline.
//!
//! A link is spent by the POST that succeeds and by nothing else; a GET only looks, because mail scanners fetch links.

mod form;
mod page;
mod same_site;
mod submit;
mod trouble;
mod visit;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::get;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};

use crate::state::ControlState;

/// A user name and a key are far smaller.
const FORM_BYTES_MAX: usize = 16 * 1024;
const CSS: &str = "text/css; charset=utf-8";

pub(crate) fn routes(state: ControlState) -> Router<ControlState> {
    Router::new()
        .route("/connect", get(form::show_form).post(submit::submit_form))
        .route("/connect/", get(form::show_form).post(submit::submit_form))
        .route("/connect/done", get(page::done))
        .route(
            "/assets/base.css",
            get(|| async { asset(CSS, include_str!("../assets/base.css")) }),
        )
        .route(
            "/assets/connect.css",
            get(|| async { asset(CSS, include_str!("../assets/connect.css")) }),
        )
        .route(
            "/assets/postern.svg",
            get(|| async { asset("image/svg+xml", include_str!("../assets/postern.svg")) }),
        )
        .layer(DefaultBodyLimit::max(FORM_BYTES_MAX))
        .layer(from_fn_with_state(state, page::refused))
}

/// The pages ask for assets with the version in the query, so they may be kept.
fn asset(kind: &'static str, text: &'static str) -> impl axum::response::IntoResponse {
    (
        [
            (CONTENT_TYPE, kind),
            (CACHE_CONTROL, "public, max-age=86400"),
        ],
        text,
    )
}
