//! What ClickSend's newer services have in common: answers without the envelope, UUIDs, ISO times, pages that follow a cursor.

use axum::response::Response;
use http::StatusCode;
use jiff::Timestamp;
use postern_domain::account::AccountId;
use postern_domain::time::UnixMicros;
use postern_wire::clicksend::sender::{Metadata, Pagination};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::answer;
use crate::error::ApiError;

/// The query of such a list, unread.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct CursorQuery {
    pub(crate) offset: Option<String>,
    pub(crate) page_size: Option<String>,
    pub(crate) per_page: Option<String>,
    pub(crate) sort_by: Option<String>,
    pub(crate) sort_direction: Option<String>,
    #[serde(rename = "filter[status][]")]
    pub(crate) status: Option<String>,
}

/// Without an envelope.
pub(crate) fn bare<T: Serialize>(value: &T) -> Response {
    let body = serde_json::to_vec(value).expect("structs of texts and numbers are JSON");
    answer::json(StatusCode::OK, body)
}

pub(crate) fn new_id() -> String {
    uuid::Builder::from_random_bytes(postern_vault::random())
        .into_uuid()
        .to_string()
}

/// Accounts are numbers here and UUIDs there: the number, in the form of one.
pub(crate) fn account_uuid(account: AccountId) -> String {
    let number = u128::from(account.0.unsigned_abs());
    uuid::Builder::from_custom_bytes(number.to_be_bytes())
        .into_uuid()
        .to_string()
}

/// A UUID in any spelling, as it is kept.
pub(crate) fn uuid(text: &str) -> Option<String> {
    Uuid::try_parse(text).ok().map(|id| id.to_string())
}

/// `2023-08-31 12:00:00+00:00`
pub(crate) fn iso(at: UnixMicros) -> String {
    let at = Timestamp::from_second(at.secs()).unwrap_or_default();
    at.strftime("%Y-%m-%d %H:%M:%S+00:00").to_string()
}

/// A size from 1 to `most`; larger ones are read as that.
pub(crate) fn size(
    field: &'static str,
    text: Option<&str>,
    default: i64,
    most: i64,
) -> Result<i64, ApiError> {
    match text.map(str::trim).filter(|text| !text.is_empty()) {
        None => Ok(default),
        Some(text) => text
            .parse::<i64>()
            .ok()
            .filter(|n| *n >= 1)
            .map(|n| n.min(most))
            .ok_or_else(|| {
                ApiError::Invalid(format!("{field} must be a whole number from 1.").into())
            }),
    }
}

/// The id after which a page begins.
pub(crate) fn offset(text: Option<&str>) -> Result<Option<String>, ApiError> {
    match text.map(str::trim).filter(|text| !text.is_empty()) {
        None => Ok(None),
        Some(text) => match uuid(text) {
            Some(id) => Ok(Some(id)),
            None => Err(ApiError::Invalid(
                "offset must be the offset of a next page.".into(),
            )),
        },
    }
}

pub(crate) fn is_descending(text: Option<&str>, default: bool) -> Result<bool, ApiError> {
    match text.map(|text| text.trim().to_ascii_lowercase()).as_deref() {
        None | Some("") => Ok(default),
        Some("asc") => Ok(false),
        Some("desc") => Ok(true),
        Some(_) => Err(ApiError::Invalid(
            "sort_direction must be asc or desc.".into(),
        )),
    }
}

/// `next`: the id after which the next page begins.
pub(crate) fn metadata(path: &str, size: i64, after: Option<&str>, next: Option<&str>) -> Metadata {
    let link = |after: &str| format!("{path}?page_size={size}&offset={after}");
    Metadata {
        pagination: Pagination {
            this: after.map_or_else(|| format!("{path}?page_size={size}"), link),
            next: next.map(link),
            page_size: size,
        },
    }
}

/// One more row than a page was asked for: then there is a next page, and the last of this one is its beginning.
pub(crate) fn cut<T>(rows: &mut Vec<T>, size: i64, id: impl Fn(&T) -> String) -> Option<String> {
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    let is_more = rows.len() > size;
    rows.truncate(size);
    match is_more {
        true => rows.last().map(id),
        false => None,
    }
}
