//! `GET /v3/alpha-tags`.

use axum::extract::{Query, State};
use axum::response::Response;
use postern_store::alpha_tags;
use postern_wire::clicksend::sender::AlphaTags;

use super::in_wire;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::newer::{CursorQuery, bare, cut, is_descending, metadata, offset, size};
use crate::state::PlatformState;

const SIZE_DEFAULT: i64 = 10;
const SIZE_MAX: i64 = 1_000;

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
    let descending = is_descending(query.sort_direction.as_deref(), false)?;
    let (id, now, from) = (account.id, state.now(), after.clone());
    let mut rows = state
        .store
        .read(move |tx| alpha_tags::list(tx, id, from.as_deref(), descending, size + 1))
        .await?;
    let next = cut(&mut rows, size, |row| row.alpha_tag_id.clone());
    Ok(bare(&AlphaTags {
        alpha_tags: rows.into_iter().map(|row| in_wire(row, id, now)).collect(),
        metadata: metadata("/v3/alpha-tags", size, after.as_deref(), next.as_deref()),
    }))
}
