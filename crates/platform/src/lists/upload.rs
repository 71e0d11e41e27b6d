//! The file of an import: base64 in JSON, an upload or any other file at an address, a `data:` URL, or a CSV file as the body.

use axum::body::Body;
use http::{HeaderMap, header};
use postern_domain::account::AccountId;
use postern_wire::clicksend::list::ImportRequest;

use crate::error::ApiError;
use crate::state::PlatformState;
use crate::uploads::{decoded, opened};

/// Whether the body is the file itself.
pub(super) fn is_csv(headers: &HeaderMap) -> bool {
    let value = headers
        .get(header::CONTENT_TYPE)
        .and_then(|v| v.to_str().ok());
    let kind = value
        .unwrap_or_default()
        .split(';')
        .next()
        .unwrap_or_default();
    matches!(
        kind.trim().to_ascii_lowercase().as_str(),
        "text/csv" | "application/csv" | "application/vnd.ms-excel"
    )
}

/// The file that a JSON body holds or names.
pub(super) async fn file(
    state: &PlatformState,
    account: AccountId,
    request: &ImportRequest,
) -> Result<Body, ApiError> {
    let content = request.content.as_deref().unwrap_or_default().trim();
    let url = request.file_url.as_deref().unwrap_or_default().trim();
    if !content.is_empty() {
        return Ok(Body::from(decoded(content)?));
    }
    if let Some(data) = url.strip_prefix("data:") {
        let (_, base64) = data.split_once(";base64,").ok_or_else(|| {
            ApiError::Invalid(
                "file_url: a data: URL must hold base64 (data:text/csv;base64,…).".into(),
            )
        })?;
        return Ok(Body::from(decoded(base64)?));
    }
    if url.is_empty() {
        return Err(ApiError::Invalid(
            "file_url or content (the file in base64) must be there.".into(),
        ));
    }
    opened(state, account, url, state.config.import_bytes_max)
        .await
        .map_err(|why| ApiError::Invalid(format!("file_url: {why}.").into()))
}
