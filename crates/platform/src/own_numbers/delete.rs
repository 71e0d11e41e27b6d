//! `DELETE /v3/own-numbers/{own_number_id}`: answers what it was. No message comes from it any more.

use axum::extract::{Path, State};
use axum::response::Response;
use postern_store::{Lane, own_numbers};

use super::{NOT_FOUND, in_wire};
use crate::caller::Caller;
use crate::error::ApiError;
use crate::newer::{bare, uuid};
use crate::state::PlatformState;

pub(crate) async fn delete(
    State(state): State<PlatformState>,
    Caller { account }: Caller,
    Path(number): Path<String>,
) -> Result<Response, ApiError> {
    let (id, number) = (account.id, uuid(&number).ok_or(NOT_FOUND)?);
    let was = state
        .store
        .write(Lane::of(id.0), move |tx| {
            own_numbers::delete(tx, id, &number)
        })
        .await?
        .ok_or(NOT_FOUND)?;
    Ok(bare(&in_wire(was, id)))
}
