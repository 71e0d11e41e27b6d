//! What a call was answered.

use bytes::Bytes;
use http::{HeaderMap, Response, StatusCode};
use postern_wire::control::Problem;
use serde_json::Value;

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl From<Response<Bytes>> for Answer {
    fn from(response: Response<Bytes>) -> Self {
        let (parts, body) = response.into_parts();
        Self {
            status: parts.status,
            headers: parts.headers,
            body,
        }
    }
}

impl Answer {
    pub(crate) fn is_good(&self) -> bool {
        self.status.is_success()
    }

    /// JSON as it came; any other text as a JSON text; bytes that are neither as `null`.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| {
            let text = std::str::from_utf8(&self.body).ok();
            text.filter(|text| !text.is_empty())
                .map_or(Value::Null, Value::from)
        })
    }

    pub(crate) fn bytes(&self) -> usize {
        self.body.len()
    }

    /// Our own account of a refusal; `None` when an upstream answered.
    pub(crate) fn problem(&self) -> Option<Problem> {
        serde_json::from_slice(&self.body).ok()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Of `Retry-After`.
    pub(crate) fn retry_after_seconds(&self) -> Option<u64> {
        self.header("retry-after")?.parse().ok()
    }

    pub(crate) fn request_id(&self) -> Option<&str> {
        self.header("x-request-id")
    }
}
