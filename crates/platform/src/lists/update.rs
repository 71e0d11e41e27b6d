//! `PUT /v3/lists/{list_id}`: another name.

use axum::extract::{Path, State};
use axum::response::Response;
use postern_store::{Lane, lists};
use postern_wire::clicksend::list::ListRequest;

use super::{NOT_FOUND, in_wire, name};
use crate::answer;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::payload::Payload;
use crate::state::PlatformState;

pub(crate) async fn update(
    State(state): State<PlatformState>,
    Caller { account }: Caller,
    Path(list_id): Path<String>,
    Payload(request): Payload<ListRequest>,
) -> Result<Response, ApiError> {
    let list_id = list_id.parse::<i64>().map_err(|_| NOT_FOUND)?;
    let name = name(request)?;
    let (id, now) = (account.id, state.now());
    let list = state
        .store
        .write(Lane::of(id.0), move |tx| {
            match lists::rename(tx, id, list_id, &name, now)? {
                true => lists::get(tx, id, list_id),
                false => Ok(None),
            }
        })
        .await?
        .ok_or(NOT_FOUND)?;
    Ok(answer::success(
        format!("List #{list_id} has been updated."),
        in_wire(list),
    ))
}
