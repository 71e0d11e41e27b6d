//! `/accounts/{account_id}/transfers/{source}`: an account of another service, brought over piece by piece.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// How far each kind of thing has come, by its name; what that means only the one who brings them knows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TransferPlaces {
    pub places: BTreeMap<String, String>,
}

/// Rows and the place behind them, kept together or not at all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Transfer {
    pub what: String,
    /// Left out where more of the same place follows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lists: Vec<TransferList>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contacts: Vec<TransferContact>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub templates: Vec<TransferTemplate>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub texts: Vec<TransferText>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct TransferList {
    pub id: String,
    pub name: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct TransferContact {
    pub list_id: String,
    pub id: String,
    /// By the names of ClickSend's contact.
    pub fields: BTreeMap<String, String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct TransferTemplate {
    pub id: String,
    pub name: String,
    pub body: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct TransferText {
    /// A UUID.
    pub id: String,
    /// Unix seconds.
    pub date: i64,
    pub to: String,
    pub country: String,
    pub from: String,
    pub body: String,
    pub custom_string: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_email: Option<String>,
    pub parts: u32,
    /// Decimal.
    pub price: String,
    /// `delivered`, `completed`, `failed` or `cancelled`.
    pub status: String,
}

#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Transferred {
    pub added: i64,
    /// They were here already.
    pub known: i64,
    /// They cannot be kept: no list, no number, no id.
    pub skipped: i64,
}
