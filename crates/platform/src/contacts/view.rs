//! `GET /v3/lists/{list_id}/contacts/{contact_id}`.

use axum::extract::{Path, State};
use axum::response::Response;
use postern_store::{contacts, lists};

use super::{NOT_FOUND, in_wire};
use crate::answer;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::state::PlatformState;

pub(crate) async fn view(
    State(state): State<PlatformState>,
    Caller { account }: Caller,
    Path((list_id, contact_id)): Path<(String, String)>,
) -> Result<Response, ApiError> {
    let list_id = list_id.parse::<i64>().map_err(|_| NOT_FOUND)?;
    let contact_id = contact_id.parse::<i64>().map_err(|_| NOT_FOUND)?;
    let id = account.id;
    let (contact, name) = state
        .store
        .read(move |tx| {
            let contact = contacts::get(tx, id, list_id, contact_id)?;
            Ok(contact.zip(lists::get(tx, id, list_id)?.map(|list| list.name)))
        })
        .await?
        .ok_or(NOT_FOUND)?;
    Ok(answer::success(
        "Here are your data.",
        in_wire(contact, name),
    ))
}
