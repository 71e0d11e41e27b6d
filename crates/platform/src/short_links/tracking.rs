//! `GET /v3/short-url/tracking/{long_url_id}`: the links to an address one by one, without the envelope, paged by a cursor as documented:
//! `offset` (base64 of JSON), `limit`, `direction` (`forward`, `backward`).

use axum::extract::{Path, Query, State};
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use http::StatusCode;
use postern_store::links;
use postern_wire::clicksend::link::{TrackingPage, TrackingQuery};
use serde::{Deserialize, Serialize};

use super::report::of_link;
use crate::answer;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::state::PlatformState;

const NOT_FOUND: ApiError = ApiError::NotFound("There is no such address.");
const LIMIT_DEFAULT: i64 = 20;
/// Documented.
const LIMIT_MAX: i64 = 100;

/// Where a page begins, or ends when it is read backwards.
#[derive(Serialize, Deserialize)]
struct Offset {
    link: i64,
}

pub(crate) async fn tracking(
    State(state): State<PlatformState>,
    Caller { account }: Caller,
    Path(long_url_id): Path<String>,
    query: Result<Query<TrackingQuery>, axum::extract::rejection::QueryRejection>,
) -> Result<Response, ApiError> {
    let Query(query) = query.map_err(|error| ApiError::Invalid(error.body_text().into()))?;
    let id: i64 = long_url_id.parse().map_err(|_| NOT_FOUND)?;
    let limit = limit(query.limit.as_deref())?;
    let offset = offset(query.offset.as_deref())?;
    let backward = match query.direction.as_deref() {
        None | Some("" | "forward") => false,
        Some("backward") => true,
        Some(_) => {
            return Err(ApiError::Invalid(
                "direction must be forward or backward.".into(),
            ));
        }
    };
    let account = account.id;
    let found = state
        .store
        .read(move |tx| {
            let Some(url) = links::get(tx, account, id)? else {
                return Ok(None);
            };
            let rows = match offset {
                Some(before) if backward => links::links_before(tx, id, before, limit)?,
                offset => links::links(tx, id, offset.unwrap_or(0), limit)?,
            };
            Ok(Some((url, rows)))
        })
        .await?;
    let (url, rows) = found.ok_or(NOT_FOUND)?;
    let ends = rows.first().zip(rows.last());
    let link = |link: i64, direction: &str| {
        let offset = serde_json::to_vec(&Offset { link }).expect("one number");
        let offset = URL_SAFE_NO_PAD.encode(offset);
        format!("/v3/short-url/tracking/{id}?offset={offset}&limit={limit}&direction={direction}")
    };
    let page = TrackingPage {
        total: url.links,
        per_page: limit,
        current_page_size: rows.len() as i64,
        prev_page_url: ends
            .filter(|(first, _)| first.link_no > 1)
            .map(|(first, _)| link(first.link_no, "backward")),
        next_page_url: ends
            .filter(|(_, last)| last.link_no < url.links)
            .map(|(_, last)| link(last.link_no, "forward")),
        data: rows
            .iter()
            .map(|row| of_link(row, |id| id.to_string()))
            .collect(),
    };
    let body = serde_json::to_vec(&page).expect("plain fields");
    Ok(answer::json(StatusCode::OK, body))
}

fn limit(text: Option<&str>) -> Result<i64, ApiError> {
    match text.map(str::trim) {
        None | Some("") => Ok(LIMIT_DEFAULT),
        Some(text) => text
            .parse()
            .ok()
            .filter(|limit| *limit >= 1)
            .map(|limit: i64| limit.min(LIMIT_MAX))
            .ok_or(ApiError::Invalid(
                "limit must be a whole number from 1.".into(),
            )),
    }
}

/// Base64 in either alphabet: links are copied through many hands.
fn offset(text: Option<&str>) -> Result<Option<i64>, ApiError> {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    let text = text.replace(' ', "+");
    let json = URL_SAFE_NO_PAD
        .decode(text.trim_end_matches('='))
        .or_else(|_| STANDARD.decode(&text));
    let offset: Option<Offset> = json
        .ok()
        .and_then(|json| serde_json::from_slice(&json).ok());
    match offset {
        Some(offset) if offset.link >= 1 => Ok(Some(offset.link)),
        _ => Err(ApiError::Invalid(
            "offset: take it from prev_page_url or next_page_url.".into(),
        )),
    }
}
