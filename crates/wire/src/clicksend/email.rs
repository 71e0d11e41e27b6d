//! E-mail addresses that an account may send from.

use serde::{Deserialize, Serialize};

use super::lenient;

/// `date_added` is text, `verified` 0 or 1.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EmailAddress {
    pub email_address_id: i64,
    pub email_address: String,
    pub verified: i64,
    pub date_added: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EmailAddressRequest {
    #[serde(default, deserialize_with = "lenient::text")]
    pub email_address: Option<String>,
}
