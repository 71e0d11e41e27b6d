//! Where a rule leads: an address of the kind that its action needs.

use postern_domain::automation::Target;
use postern_domain::phone::{CountryCode, Recipient};
use postern_store::{Tx, lists};

use crate::email_addresses::normal;
use crate::error::ApiError;
use crate::mms::is_fetchable;

/// Whether something can be pushed there: an absolute `http` or `https` address without credentials. Where it leads is judged when it is
/// called, since names change their addresses.
pub(crate) fn is_address(url: &str) -> bool {
    is_fetchable(url)
}

/// The address as it is kept.
///
/// # Errors
/// Says what the action needs.
pub(super) fn complete(
    target: Target,
    address: &str,
    country: CountryCode,
) -> Result<String, ApiError> {
    let text = address.trim();
    let wrong = |what: &str| ApiError::Invalid(format!("action_address must be {what}.").into());
    match target {
        Target::Nothing | Target::Text => Ok(address.to_owned()),
        Target::Email => normal(text).ok_or_else(|| wrong("an e-mail address")),
        Target::Url if is_address(text) => Ok(text.to_owned()),
        Target::Url => Err(wrong("an http or https URL without user name and password")),
        Target::Number => Recipient::parse(text, country)
            .map(|number| number.as_str().to_owned())
            .map_err(|_| wrong("a telephone number")),
        Target::List => match text.parse::<i64>() {
            Ok(list) => Ok(list.to_string()),
            Err(_) => Err(wrong("the number of a list")),
        },
    }
}

/// Whether the list that the address names is the account's.
pub(super) fn exists(
    tx: &mut Tx<'_>,
    account: postern_domain::account::AccountId,
    target: Target,
    address: &str,
) -> postern_store::Result<bool> {
    match (target, address.parse()) {
        (Target::List, Ok(list)) => Ok(lists::get(tx, account, list)?.is_some()),
        (Target::List, Err(_)) => Ok(false),
        _ => Ok(true),
    }
}

pub(super) const NO_LIST: ApiError = ApiError::Invalid(std::borrow::Cow::Borrowed(
    "action_address is none of your lists.",
));
