//! `GET /v3/alpha-tags/{alpha_tag_id}`.

use axum::extract::{Path, State};
use axum::response::Response;
use postern_store::alpha_tags;

use super::{NOT_FOUND, in_wire};
use crate::caller::Caller;
use crate::error::ApiError;
use crate::newer::{bare, uuid};
use crate::state::PlatformState;

pub(crate) async fn view(
    State(state): State<PlatformState>,
    Caller { account }: Caller,
    Path(tag): Path<String>,
) -> Result<Response, ApiError> {
    let (id, tag) = (account.id, uuid(&tag).ok_or(NOT_FOUND)?);
    let found = state
        .store
        .read(move |tx| alpha_tags::get(tx, id, &tag))
        .await?
        .ok_or(NOT_FOUND)?;
    Ok(bare(&in_wire(found, id, state.now())))
}
