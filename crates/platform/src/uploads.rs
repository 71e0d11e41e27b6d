//! Files that callers bring: uploads, and files at addresses that they name. Every file is served back at a link that is its whole
//! authority.

mod convert;
mod create;
mod download;
mod form;
mod source;
mod sweep;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use postern_store::files::FileId;
use uuid::Uuid;

use crate::error::ApiError;
use crate::state::PlatformState;

pub(crate) use convert::picture;
pub(crate) use create::create;
pub(crate) use download::download;
pub(crate) use source::{fetched, opened};
pub(crate) use sweep::sweep;

const PATH: &str = "/v3/uploads/";

/// `8EA5FA8C-3216-4A5D-86EA-6BE78050E439.jpg`, as the live service names its copies.
pub(crate) fn file_name(file_id: &FileId, extension: &str) -> String {
    let id = Uuid::from_bytes(*file_id);
    format!("{:X}.{extension}", id.hyphenated())
}

/// Where a file is served.
pub(crate) fn link(state: &PlatformState, name: &str) -> String {
    let base = state.config.public_url.trim_end_matches('/');
    format!("{base}{PATH}{name}")
}

/// The number in a file's name. What stands behind it is for people.
fn file_id(name: &str) -> Option<FileId> {
    let id = name.split('.').next().unwrap_or_default();
    Uuid::try_parse(id).ok().map(Uuid::into_bytes)
}

/// The file behind an address that is one of our links.
fn own(state: &PlatformState, url: &str) -> Option<FileId> {
    let base = state.config.public_url.trim_end_matches('/');
    let name = url.strip_prefix(base)?.strip_prefix(PATH)?;
    file_id(name.split(['?', '#']).next().unwrap_or_default())
}

/// Base64 as people paste it, spaces and line ends included.
pub(crate) fn decoded(base64: &str) -> Result<Vec<u8>, ApiError> {
    let packed: Vec<u8> = base64
        .bytes()
        .filter(|b| !b.is_ascii_whitespace())
        .collect();
    STANDARD
        .decode(packed)
        .map_err(|_| ApiError::Invalid("The file is not valid base64.".into()))
}
