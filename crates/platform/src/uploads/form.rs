//! How an upload comes: base64 in JSON, or a form with a file in it.

use axum::body::Body;
use axum::extract::{FromRequest, Query, Request};
use http::{HeaderMap, header};
use multer::{Constraints, Multipart, SizeLimit};
use postern_wire::clicksend::upload::{UploadQuery, UploadRequest};

use super::decoded;
use crate::error::ApiError;
use crate::payload::Payload;
use crate::state::PlatformState;

/// Beside the file: boundaries, heads, small fields.
const FORM_BYTES_MAX: usize = 64 * 1024;
/// Fields of a form that are looked at for the file.
const FIELDS_MAX: usize = 16;

/// The word in `convert`, and the file.
pub(super) struct Form {
    pub(super) convert: String,
    pub(super) file: Body,
}

pub(super) async fn read(state: &PlatformState, request: Request) -> Result<Form, ApiError> {
    let Query(query) = Query::<UploadQuery>::try_from_uri(request.uri())
        .map_err(|error| ApiError::Invalid(error.body_text().into()))?;
    if let Some(boundary) = boundary(request.headers()) {
        return multipart(state, request.into_body(), boundary, query.convert).await;
    }
    let Payload(upload) = Payload::<UploadRequest>::from_request(request, state).await?;
    let content = upload.content.unwrap_or_default();
    // Some write a data: URL where base64 is meant.
    let base64 = match content.strip_prefix("data:") {
        Some(data) => data.split_once(";base64,").map_or("", |(_, base64)| base64),
        None => &content,
    };
    let file = decoded(base64)?;
    if file.is_empty() {
        return Err(ApiError::Invalid(
            "content: the file in base64 must be there.".into(),
        ));
    }
    Ok(Form {
        convert: query.convert.or(upload.convert).unwrap_or_default(),
        file: Body::from(file),
    })
}

fn boundary(headers: &HeaderMap) -> Option<String> {
    let kind = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    multer::parse_boundary(kind).ok()
}

/// The first field with a file name, or called `file` or `content`. A field `convert` counts when it stands before the file.
async fn multipart(
    state: &PlatformState,
    body: Body,
    boundary: String,
    mut convert: Option<String>,
) -> Result<Form, ApiError> {
    let whole = state.config.import_bytes_max.saturating_add(FORM_BYTES_MAX);
    let limits = SizeLimit::new().whole_stream(whole as u64);
    let mut form = Multipart::with_constraints(
        body.into_data_stream(),
        boundary,
        Constraints::new().size_limit(limits),
    );
    for _ in 0..FIELDS_MAX {
        let field = form.next_field().await.map_err(malformed)?;
        let Some(mut field) = field else { break };
        let name = field.name().unwrap_or_default().to_owned();
        if field.file_name().is_some() || matches!(name.as_str(), "file" | "content") {
            return Ok(Form {
                convert: convert.unwrap_or_default(),
                file: Body::from_stream(field),
            });
        }
        let mut text = Vec::new();
        while let Some(piece) = field.chunk().await.map_err(malformed)? {
            if text.len() + piece.len() > FORM_BYTES_MAX {
                return Err(ApiError::Invalid(
                    format!("{name}: the field is too long.").into(),
                ));
            }
            text.extend_from_slice(&piece);
        }
        if name == "convert" && convert.is_none() {
            convert = String::from_utf8(text).ok();
        }
    }
    Err(ApiError::Invalid(
        "The form holds no file: name the field `file`.".into(),
    ))
}

fn malformed(error: multer::Error) -> ApiError {
    ApiError::Invalid(format!("The form cannot be read: {error}.").into())
}
