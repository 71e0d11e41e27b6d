//! Own numbers, alpha tags and default senders: newer services with UUIDs, ISO times and, the first two, no envelope.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::lenient;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OwnNumber {
    pub id: String,
    pub account_id: String,
    pub workspace_id: String,
    pub user_id: String,
    pub phone_number: String,
    pub country: String,
    pub label: String,
    /// `PENDING` or `APPROVED`.
    pub status: Cow<'static, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verified_timestamp: Option<String>,
    pub notified_timestamp: Option<String>,
    pub is_nearing_expiration: bool,
    pub created_timestamp: String,
    pub updated_timestamp: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OwnNumbers {
    pub own_numbers: Vec<OwnNumber>,
    #[serde(rename = "_metadata")]
    pub metadata: Metadata,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Metadata {
    pub pagination: Pagination,
}

/// `next` is left out on the last page: it is no nullable text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Pagination {
    #[serde(rename = "self")]
    pub this: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    pub page_size: i64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Verification {
    pub id: String,
    pub own_number_id: String,
    /// `PENDING`, `APPROVED`, `REJECTED` or `EXPIRED`.
    pub status: Cow<'static, str>,
    pub expires_timestamp: String,
    pub remaining_attempts: i64,
    pub created_timestamp: String,
    pub updated_timestamp: String,
}

/// Of all operations on own numbers; each reads what it needs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OwnNumberRequest {
    #[serde(default, deserialize_with = "lenient::text")]
    pub label: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub phone_number: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub country: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub code: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AlphaTag {
    pub id: String,
    pub account_id: String,
    pub workspace_id: String,
    pub user_id: String,
    pub alpha_tag: String,
    /// `PENDING`, `APPROVED` or `REJECTED`.
    pub status: Cow<'static, str>,
    pub reason: String,
    pub countries: Option<Vec<String>>,
    pub created_timestamp: String,
    pub updated_timestamp: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AlphaTags {
    pub alpha_tags: Vec<AlphaTag>,
    #[serde(rename = "_metadata")]
    pub metadata: Metadata,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AlphaTagRequest {
    #[serde(default, deserialize_with = "lenient::text")]
    pub alpha_tag: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub reason: Option<String>,
    #[serde(default, deserialize_with = "lenient::names")]
    pub countries: Vec<String>,
    /// Kept as it is.
    #[serde(default)]
    pub businesses: Option<serde_json::Value>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DefaultSender {
    pub id: String,
    pub user_id: i64,
    pub subaccount_id: i64,
    pub country_code: String,
    pub product_type: Cow<'static, str>,
    pub default_sender_strategies: Vec<Strategy>,
    pub status: Cow<'static, str>,
    pub created_timestamp: String,
    pub updated_timestamp: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Strategy {
    pub sender_type: String,
    pub sender_id: String,
    pub sender_country_code: Option<String>,
    pub priority: i64,
    pub status: Cow<'static, str>,
    pub note: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DefaultSenders {
    pub data: Vec<DefaultSender>,
    pub per_page: i64,
    pub self_page_url: String,
    /// Empty on the last page: the SDKs want a text.
    pub next_page_url: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DefaultSenderRequest {
    #[serde(default, deserialize_with = "lenient::text")]
    pub country_code: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub product_type: Option<String>,
    #[serde(default, deserialize_with = "lenient::objects")]
    pub default_sender_strategies: Vec<StrategyRequest>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StrategyRequest {
    #[serde(default, deserialize_with = "lenient::text")]
    pub sender_type: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub sender_id: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub sender_country_code: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub note: Option<String>,
}

/// What is wrong with a default sender.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DefaultSenderError {
    pub http_code: u16,
    pub response_code: Cow<'static, str>,
    pub response_msg: Cow<'static, str>,
    pub data: (),
    pub details: Vec<Detail>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Detail {
    pub field: String,
    pub reason: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Compliant {
    pub data: Vec<CompliantCountry>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CompliantCountry {
    pub recipient_country_code: String,
    pub blocked_sender_types: Vec<Cow<'static, str>>,
    pub allowed_sender_types: Vec<AllowedType>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AllowedType {
    pub sender_type: Cow<'static, str>,
    pub allowed_sender_countries: AllowedCountries,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AllowedCountries {
    pub global: bool,
    pub country_codes: Vec<String>,
}
