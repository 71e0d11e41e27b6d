//! `PUT /v3/lists/{from_list_id}/contacts/{contact_id}/copy/{to_list_id}`: the copy is a contact with a number of its own.

use axum::extract::{Path, State};
use axum::response::Response;
use postern_store::contacts::{self, Moved};
use postern_store::{Lane, lists};

use super::{NOT_FOUND, in_wire};
use crate::answer;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::state::PlatformState;

pub(crate) async fn copy(
    State(state): State<PlatformState>,
    Caller { account }: Caller,
    Path((from, contact_id, to)): Path<(String, String, String)>,
) -> Result<Response, ApiError> {
    let from = from.parse::<i64>().map_err(|_| NOT_FOUND)?;
    let contact_id = contact_id.parse::<i64>().map_err(|_| NOT_FOUND)?;
    let to = to.parse::<i64>().map_err(|_| ApiError::Forbidden)?;
    let (id, now) = (account.id, state.now());
    let (moved, name) = state
        .store
        .write(Lane::of(id.0), move |tx| {
            let moved = contacts::copy(tx, id, from, contact_id, to, now)?;
            let list = lists::get(tx, id, to)?;
            Ok((moved, list.map(|list| list.name).unwrap_or_default()))
        })
        .await?;
    match moved {
        Moved::NoContact => Err(NOT_FOUND),
        Moved::NoList => Err(ApiError::Forbidden),
        Moved::Done(contact) => Ok(answer::success(
            format!("Contact #{contact_id} has been copied to List #{to}"),
            in_wire(*contact, name),
        )),
    }
}
