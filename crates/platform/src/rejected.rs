//! Paths and queries that the extractors refuse: they say so in plain text, callers read envelopes.

use axum::body::to_bytes;
use axum::response::{IntoResponse, Response};
use http::header;

use crate::error::ApiError;

/// Longest sentence that is passed on.
const SENTENCE_BYTES_MAX: usize = 1024;

/// Puts the sentence of a refusing extractor into the envelope; every other answer has one already.
pub(crate) async fn in_envelope(response: Response) -> Response {
    let kind = response.headers().get(header::CONTENT_TYPE);
    let plain = kind.is_some_and(|v| v.as_bytes().starts_with(b"text/plain"));
    if !plain || !response.status().is_client_error() {
        return response;
    }
    let sentence = to_bytes(response.into_body(), SENTENCE_BYTES_MAX).await;
    let sentence = sentence
        .ok()
        .and_then(|bytes| String::from_utf8(bytes.into()).ok());
    let sentence = sentence.unwrap_or_else(|| "The path or query is not valid.".to_owned());
    ApiError::Invalid(sentence.into()).into_response()
}
