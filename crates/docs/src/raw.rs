//! The documents themselves.

use axum::response::{IntoResponse, Response};
use http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_TYPE};
use serde_json::Value;

use crate::documents::{CONTROL, PLATFORM};

pub(crate) async fn control() -> Response {
    json(CONTROL.to_owned())
}

pub(crate) async fn platform() -> Response {
    json(PLATFORM.to_owned())
}

/// On the platform's own address its own way in comes first: tools take the first server.
pub(crate) async fn platform_on_its_own() -> Response {
    let mut document: Value = match serde_json::from_str(PLATFORM) {
        Ok(document) => document,
        Err(_) => return platform().await,
    };
    if let Some(servers) = document["servers"].as_array_mut() {
        servers.reverse();
    }
    json(document.to_string())
}

/// Public, so any page may read it: editors and generators in browsers do.
fn json(text: String) -> Response {
    let headers = [
        (CONTENT_TYPE, "application/json"),
        (CACHE_CONTROL, "no-cache"),
        (ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
    ];
    (headers, text).into_response()
}
