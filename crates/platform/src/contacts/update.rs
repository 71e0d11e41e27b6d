//! `PUT /v3/lists/{list_id}/contacts/{contact_id}`: what is not given stays as it is, `""` empties a field.

use axum::extract::{Path, State};
use axum::response::Response;
use postern_domain::contact::{Field, Fields, InvalidContact};
use postern_domain::phone::CountryCode;
use postern_store::contacts::{self, Changed};
use postern_store::{Lane, lists};
use postern_wire::clicksend::contact::ContactRequest;

use super::{NOT_FOUND, in_wire};
use crate::answer;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::payload::OptionalPayload;
use crate::state::PlatformState;

pub(crate) async fn update(
    State(state): State<PlatformState>,
    Caller { account }: Caller,
    Path((list_id, contact_id)): Path<(String, String)>,
    OptionalPayload(request): OptionalPayload<ContactRequest>,
) -> Result<Response, ApiError> {
    let list_id = list_id.parse::<i64>().map_err(|_| NOT_FOUND)?;
    let contact_id = contact_id.parse::<i64>().map_err(|_| NOT_FOUND)?;
    let given = completed(request, account.country)?;
    let (id, now) = (account.id, state.now());
    let (changed, name) = state
        .store
        .write(Lane::of(id.0), move |tx| {
            let changed = contacts::update(tx, id, list_id, contact_id, &given, now)?;
            let list = lists::get(tx, id, list_id)?;
            Ok((changed, list.map(|list| list.name).unwrap_or_default()))
        })
        .await?;
    match changed {
        Changed::Unknown => Err(NOT_FOUND),
        Changed::Unreachable => Err(InvalidContact::Unreachable.into()),
        Changed::Done(contact) => Ok(answer::success(
            format!("Contact #{contact_id} has been updated successfully."),
            in_wire(*contact, name),
        )),
    }
}

/// The given fields in their stored form. Whether the whole contact can be reached is seen where the rest of it is.
fn completed(
    request: ContactRequest,
    country: CountryCode,
) -> Result<Vec<(Field, String)>, ApiError> {
    let mut fields = Fields::default();
    let mut named = Vec::new();
    for (name, value) in request.given() {
        if let Some(field) = Field::parse(name) {
            fields.set(field, value);
            named.push(field);
        }
    }
    let reachable = fields.is_reachable();
    if !reachable {
        fields.set(Field::AddressLine1, "-");
    }
    let mut fields = fields.completed(country)?;
    if !reachable {
        fields.set(Field::AddressLine1, "");
    }
    let value = |field: Field| (field, fields.get(field).to_owned());
    Ok(named.into_iter().map(value).collect())
}
