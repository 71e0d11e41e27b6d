//! Everything under `/v3/email/addresses` and `/v3/email/address-verify`, one file an operation.

mod create;
mod delete;
mod list;
mod send_token;
mod verify;
mod view;

use postern_store::email_addresses::EmailAddress;
use postern_wire::clicksend::email as wire;

use crate::error::ApiError;

pub(crate) use create::{create, normal};
pub(crate) use delete::delete;
pub(crate) use list::list;
pub(crate) use send_token::send_token;
pub(crate) use verify::verify;
pub(crate) use view::view;

const NOT_FOUND: ApiError = ApiError::NotFound("Email address record not found.");

fn number(text: &str) -> Result<i64, ApiError> {
    text.parse().map_err(|_| NOT_FOUND)
}

fn in_wire(address: EmailAddress) -> wire::EmailAddress {
    wire::EmailAddress {
        email_address_id: address.email_address_id,
        email_address: address.email_address,
        verified: i64::from(address.verified),
        date_added: address.created_at.secs().to_string(),
    }
}
