//! `GET /v3/uploads/{name}`: the file behind a link.

use axum::extract::{Path, State};
use axum::response::Response;
use http::{HeaderName, HeaderValue, header};
use postern_store::files;

use super::file_id;
use super::source::content;
use crate::error::ApiError;
use crate::state::PlatformState;

const NOT_FOUND: ApiError = ApiError::NotFound("The file does not exist, or its link has expired.");

pub(crate) async fn download(
    State(state): State<PlatformState>,
    Path(name): Path<String>,
) -> Result<Response, ApiError> {
    let id = file_id(&name).ok_or(NOT_FOUND)?;
    let now = state.now();
    let file = state
        .store
        .read(move |tx| files::get(tx, &id, now))
        .await?
        .ok_or(NOT_FOUND)?;
    let mut response = Response::new(content(state, id));
    let headers = response.headers_mut();
    if let Ok(kind) = HeaderValue::from_str(&file.content_type) {
        headers.insert(header::CONTENT_TYPE, kind);
    }
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(file.bytes));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private"));
    // Whatever the file says of itself, no browser runs it as a page of ours.
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    headers.insert(
        HeaderName::from_static("content-security-policy"),
        HeaderValue::from_static("default-src 'none'; sandbox"),
    );
    Ok(response)
}
