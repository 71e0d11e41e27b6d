//! `PUT /v3/lists/{from_list_id}/contacts/{contact_id}/transfer/{to_list_id}`: the contact keeps its number.

use axum::extract::{Path, State};
use axum::response::Response;
use postern_store::contacts::{self, Moved};
use postern_store::{Lane, lists};

use super::{NOT_FOUND, in_wire};
use crate::answer;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::state::PlatformState;

pub(crate) async fn transfer(
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
            let moved = contacts::transfer(tx, id, from, contact_id, to, now)?;
            let list = lists::get(tx, id, to)?;
            Ok((moved, list.map(|list| list.name).unwrap_or_default()))
        })
        .await?;
    match moved {
        Moved::NoContact => Err(NOT_FOUND),
        Moved::NoList => Err(ApiError::Forbidden),
        Moved::Done(contact) => Ok(answer::success(
            format!("Contact #{contact_id} has been transferred to List #{to}"),
            in_wire(*contact, name),
        )),
    }
}
