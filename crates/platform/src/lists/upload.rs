//! The file of an import: base64 in JSON, a `data:` URL in its place, or a CSV file as the body.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, header};
use postern_wire::clicksend::list::ImportRequest;

use crate::error::ApiError;

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

/// The file in a JSON body.
pub(super) fn file(request: &ImportRequest) -> Result<Vec<u8>, ApiError> {
    let content = request.content.as_deref().unwrap_or_default().trim();
    let url = request.file_url.as_deref().unwrap_or_default().trim();
    let base64 = if !content.is_empty() {
        content
    } else if let Some(data) = url.strip_prefix("data:") {
        data.split_once(";base64,")
            .map(|(_, base64)| base64)
            .ok_or_else(|| {
                ApiError::Invalid(
                    "file_url: a data: URL must hold base64 (data:text/csv;base64,…).".into(),
                )
            })?
    } else if url.is_empty() {
        return Err(ApiError::Invalid(
            "file_url or content (the file in base64) must be there.".into(),
        ));
    } else {
        return Err(ApiError::Invalid(
            "file_url: files cannot be fetched from addresses yet; send the file as content (base64), as a data: URL, or as a text/csv body."
                .into(),
        ));
    };
    let packed: Vec<u8> = base64
        .bytes()
        .filter(|b| !b.is_ascii_whitespace())
        .collect();
    STANDARD
        .decode(packed)
        .map_err(|_| ApiError::Invalid("The file is not valid base64.".into()))
}
