//! Everything under `/v3/lists/{list_id}/contacts`, one file an operation.

mod copy;
mod create;
mod delete;
mod list;
mod search;
mod transfer;
mod update;
mod view;

use postern_domain::contact::{Field, InvalidContact};
use postern_store::contacts::Contact;
use postern_wire::clicksend::contact as wire;

use crate::error::ApiError;

pub(crate) use copy::copy;
pub(crate) use create::create;
pub(crate) use delete::delete;
pub(crate) use list::list;
pub(crate) use transfer::transfer;
pub(crate) use update::update;
pub(crate) use view::view;

/// Unknown contact and unknown list are one answer, as live.
const NOT_FOUND: ApiError = ApiError::NotFound("Contact record not found.");

impl From<InvalidContact> for ApiError {
    fn from(why: InvalidContact) -> ApiError {
        ApiError::Invalid(format!("{why}.").into())
    }
}

pub(crate) fn in_wire(contact: Contact, list_name: String) -> wire::Contact {
    let mut fields = contact.fields;
    let mut text = |field: Field| std::mem::take(&mut fields.0[field as usize]);
    let given = |text: String| Some(text).filter(|text| !text.is_empty());
    wire::Contact {
        contact_id: contact.contact_id,
        list_id: contact.list_id,
        phone_number: text(Field::PhoneNumber),
        first_name: text(Field::FirstName),
        last_name: text(Field::LastName),
        custom_1: text(Field::Custom1),
        custom_2: text(Field::Custom2),
        custom_3: text(Field::Custom3),
        custom_4: text(Field::Custom4),
        date_added: contact.created_at.secs(),
        date_updated: contact.updated_at.secs(),
        fax_number: given(text(Field::FaxNumber)),
        organization_name: given(text(Field::OrganizationName)),
        email: given(text(Field::Email)),
        address_line_1: given(text(Field::AddressLine1)),
        address_line_2: given(text(Field::AddressLine2)),
        address_city: given(text(Field::AddressCity)),
        address_state: given(text(Field::AddressState)),
        address_postal_code: given(text(Field::AddressPostalCode)),
        address_country: given(text(Field::AddressCountry)),
        list_name,
    }
}
