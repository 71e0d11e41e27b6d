//! Answers in ClickSend's envelope.

use std::borrow::Cow;

use axum::response::Response;
use http::{HeaderValue, StatusCode, header};
use postern_wire::clicksend::Envelope;
use serde::Serialize;

/// `data` of what is gone: SDK 6 reads null or a list of texts there.
pub(crate) const NOTHING: [&str; 0] = [];

/// 200 with the envelope around `data`.
pub(crate) fn success<T: Serialize>(
    response_msg: impl Into<Cow<'static, str>>,
    data: T,
) -> Response {
    envelope(StatusCode::OK, &Envelope::success(response_msg, data))
}

pub(crate) fn envelope<T: Serialize>(status: StatusCode, envelope: &Envelope<T>) -> Response {
    let body = serde_json::to_vec(envelope)
        .expect("answers have no maps with odd keys and no failing fields");
    json(status, body)
}

pub(crate) fn json(status: StatusCode, body: impl Into<axum::body::Body>) -> Response {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    response
}
