//! `GET /v3/own-numbers`.

use axum::extract::{Query, State};
use axum::response::Response;
use postern_store::own_numbers::{self, OwnNumberSearch};
use postern_wire::clicksend::sender::OwnNumbers;

use super::in_wire;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::newer::{CursorQuery, bare, cut, is_descending, metadata, offset, size};
use crate::state::PlatformState;

const SIZE_DEFAULT: i64 = 10;
const SIZE_MAX: i64 = 500;

pub(crate) async fn list(
    State(state): State<PlatformState>,
    Caller { account }: Caller,
    Query(query): Query<CursorQuery>,
) -> Result<Response, ApiError> {
    let size = size(
        "page_size",
        query.page_size.as_deref(),
        SIZE_DEFAULT,
        SIZE_MAX,
    )?;
    let after = offset(query.offset.as_deref())?;
    let search = OwnNumberSearch {
        verified: status(query.status.as_deref())?,
        after: after.clone(),
        descending: is_descending(query.sort_direction.as_deref(), false)?,
        limit: size + 1,
    };
    let id = account.id;
    let mut rows = state
        .store
        .read(move |tx| own_numbers::list(tx, id, &search))
        .await?;
    let next = cut(&mut rows, size, |row| row.own_number_id.clone());
    Ok(bare(&OwnNumbers {
        own_numbers: rows.into_iter().map(|row| in_wire(row, id)).collect(),
        metadata: metadata("/v3/own-numbers", size, after.as_deref(), next.as_deref()),
    }))
}

fn status(text: Option<&str>) -> Result<Option<bool>, ApiError> {
    match text.map(|text| text.trim().to_ascii_uppercase()).as_deref() {
        None | Some("") => Ok(None),
        Some("APPROVED") => Ok(Some(true)),
        Some("PENDING") => Ok(Some(false)),
        Some(_) => Err(ApiError::Invalid(
            "filter[status][] must be APPROVED or PENDING.".into(),
        )),
    }
}
