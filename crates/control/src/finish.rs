//! The outermost step: a request id on every answer, and the one body of every refusal.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderName, HeaderValue, StatusCode};
use postern_access::{RequestId, time_ordered};
use postern_wire::control::Problem;

use crate::refusal::Refusal;
use crate::state::ControlState;

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const X_CONTENT_TYPE_OPTIONS: HeaderName = HeaderName::from_static("x-content-type-options");

pub(crate) async fn finish(
    State(state): State<ControlState>,
    mut request: Request,
    next: Next,
) -> Response {
    let id = match request.extensions().get::<RequestId>() {
        Some(id) => id.clone(),
        None => {
            let id = RequestId(Arc::from(time_ordered(state.now())));
            request.extensions_mut().insert(id.clone());
            id
        }
    };
    let mut response = next.run(request).await;
    if let Some(refusal) = response.extensions_mut().remove::<Refusal>() {
        response = problem(refusal, &id, response);
    }
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(&id.0) {
        headers.insert(X_REQUEST_ID, value);
    }
    headers
        .entry(CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// Keeps the headers that the refused answer had, such as `Allow`.
fn problem(refusal: Refusal, id: &RequestId, bare: Response) -> Response {
    let status = refusal.status;
    let body = Problem {
        message: refusal.message,
        r#type: status.canonical_reason().unwrap_or("Error").to_owned(),
        code: status.as_u16(),
        error: refusal.error.to_owned(),
        request_id: id.0.to_string(),
        hint: refusal.hint,
        field: refusal.field,
        send_id: None,
        approval_id: None,
        verdicts: Vec::new(),
    };
    let mut response = (status, Json(body)).into_response();
    for (name, value) in bare.headers() {
        if !response.headers().contains_key(name) {
            response.headers_mut().insert(name.clone(), value.clone());
        }
    }
    if let Some(seconds) = refusal.retry_after_seconds {
        response
            .headers_mut()
            .insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    if status == StatusCode::UNAUTHORIZED {
        response.headers_mut().insert(
            WWW_AUTHENTICATE,
            HeaderValue::from_static("Bearer realm=\"postern\""),
        );
    }
    response
}
