//! `PATCH /v3/own-numbers/{own_number_id}`: the label, if one is given.

use axum::extract::{Path, State};
use axum::response::Response;
use postern_store::{Lane, own_numbers};
use postern_wire::clicksend::sender::OwnNumberRequest;

use super::{NOT_FOUND, in_wire, label};
use crate::caller::Caller;
use crate::error::ApiError;
use crate::newer::{bare, uuid};
use crate::payload::OptionalPayload;
use crate::state::PlatformState;

pub(crate) async fn rename(
    State(state): State<PlatformState>,
    Caller { account }: Caller,
    Path(number): Path<String>,
    OptionalPayload(request): OptionalPayload<OwnNumberRequest>,
) -> Result<Response, ApiError> {
    let label = label(request.label)?;
    let (id, number, now) = (account.id, uuid(&number).ok_or(NOT_FOUND)?, state.now());
    let found = state
        .store
        .write(Lane::of(id.0), move |tx| match &label {
            Some(label) => own_numbers::rename(tx, id, &number, label, now),
            None => own_numbers::get(tx, id, &number),
        })
        .await?
        .ok_or(NOT_FOUND)?;
    Ok(bare(&in_wire(found, id)))
}
