//! `DELETE /v3/alpha-tags/{alpha_tag_id}`.

use axum::extract::{Path, State};
use axum::response::Response;
use postern_store::{Lane, alpha_tags};

use super::NOT_FOUND;
use crate::answer::{self, NOTHING};
use crate::caller::Caller;
use crate::error::ApiError;
use crate::newer::uuid;
use crate::state::PlatformState;

pub(crate) async fn delete(
    State(state): State<PlatformState>,
    Caller { account }: Caller,
    Path(tag): Path<String>,
) -> Result<Response, ApiError> {
    let (id, tag) = (account.id, uuid(&tag).ok_or(NOT_FOUND)?);
    let deleted = state
        .store
        .write(Lane::of(id.0), move |tx| alpha_tags::delete(tx, id, &tag))
        .await?;
    match deleted {
        true => Ok(answer::success("Alpha tag has been deleted.", NOTHING)),
        false => Err(NOT_FOUND),
    }
}
