//! Everything under `/v3/own-numbers`, one file an operation. No envelope around what succeeds.

mod delete;
mod list;
mod rename;
mod start;
mod verify;
mod view;

use postern_domain::account::AccountId;
use postern_domain::time::UnixMicros;
use postern_store::own_numbers::{OwnNumber, Verification};
use postern_wire::clicksend::sender as wire;

use crate::error::ApiError;
use crate::newer::{account_uuid, iso};

pub(crate) use delete::delete;
pub(crate) use list::list;
pub(crate) use rename::rename;
pub(crate) use start::start;
pub(crate) use verify::verify;
pub(crate) use view::view;

const NOT_FOUND: ApiError = ApiError::NotFound("Own number record not found.");
const LABEL_CHARS_MAX: usize = 100;

fn label(text: Option<String>) -> Result<Option<String>, ApiError> {
    match text {
        Some(text) if text.chars().count() > LABEL_CHARS_MAX => Err(ApiError::Invalid(
            format!("label is longer than {LABEL_CHARS_MAX} characters.").into(),
        )),
        text => Ok(text.map(|text| text.trim().to_owned())),
    }
}

fn in_wire(number: OwnNumber, account: AccountId) -> wire::OwnNumber {
    let account = account_uuid(account);
    wire::OwnNumber {
        id: number.own_number_id,
        account_id: account.clone(),
        workspace_id: account.clone(),
        user_id: account,
        phone_number: number.phone_number,
        country: number.country.map(|c| c.to_string()).unwrap_or_default(),
        label: number.label,
        status: match number.verified_at {
            Some(_) => "APPROVED".into(),
            None => "PENDING".into(),
        },
        verified_timestamp: number.verified_at.map(iso),
        notified_timestamp: None,
        is_nearing_expiration: false,
        created_timestamp: iso(number.created_at),
        updated_timestamp: iso(number.updated_at),
    }
}

fn verification(found: Verification, now: UnixMicros) -> wire::Verification {
    let status = match found.verified_at {
        Some(_) => "APPROVED",
        None if found.expires_at <= now => "EXPIRED",
        None if found.attempts_left == 0 => "REJECTED",
        None => "PENDING",
    };
    wire::Verification {
        id: found.verification_id,
        own_number_id: found.own_number_id,
        status: status.into(),
        expires_timestamp: iso(found.expires_at),
        remaining_attempts: found.attempts_left,
        created_timestamp: iso(found.created_at),
        updated_timestamp: iso(found.updated_at),
    }
}
