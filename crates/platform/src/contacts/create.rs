//! `POST /v3/lists/{list_id}/contacts`. An unknown list is 403 here and nowhere else: so it was seen live.

use axum::extract::{Path, State};
use axum::response::Response;
use postern_domain::contact::{Field, Fields};
use postern_store::{Lane, contacts, lists};
use postern_wire::clicksend::contact::ContactRequest;

use super::in_wire;
use crate::answer;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::payload::Payload;
use crate::state::PlatformState;

pub(crate) async fn create(
    State(state): State<PlatformState>,
    Caller { account }: Caller,
    Path(list_id): Path<String>,
    Payload(request): Payload<ContactRequest>,
) -> Result<Response, ApiError> {
    let list_id = list_id.parse::<i64>().map_err(|_| ApiError::Forbidden)?;
    let mut fields = Fields::default();
    for (name, value) in request.given() {
        if let Some(field) = Field::parse(name) {
            fields.set(field, value);
        }
    }
    let fields = fields.completed(account.country)?;
    let (id, now) = (account.id, state.now());
    let (contact, name) = state
        .store
        .write(Lane::of(id.0), move |tx| {
            let one = std::slice::from_ref(&fields);
            let Some(number) = contacts::add(tx, id, list_id, one, now)? else {
                return Ok(None);
            };
            let contact = contacts::get(tx, id, list_id, number)?;
            Ok(contact.zip(lists::get(tx, id, list_id)?.map(|list| list.name)))
        })
        .await?
        .ok_or(ApiError::Forbidden)?;
    Ok(answer::success(
        "New contact has been created.",
        in_wire(contact, name),
    ))
}
