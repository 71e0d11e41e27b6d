//! `/usage`: what was sent and received, and what it cost.

use serde::{Deserialize, Serialize};

/// `GET /usage`: of an account of the built-in platform. Days are UTC.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Usage {
    pub account_id: i64,
    /// Of all money in it.
    pub currency: String,
    /// The first day, such as `2026-11-01`.
    pub since: String,
    /// The day after the last one.
    pub until: String,
    pub total: Used,
    /// Those on which something happened, oldest first; what was cancelled is not in it.
    pub days: Vec<UsedOn>,
    pub channels: Vec<UsedOver>,
    /// Those with most messages first, at most 2,000 pairs of country and key.
    pub countries: Vec<UsedTo>,
    pub keys: Vec<UsedBy>,
}

/// Sums.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Used {
    /// Accepted ones, failed ones included.
    pub messages: i64,
    pub segments: i64,
    pub failed: i64,
    /// Money with four decimals, such as `0.1080`.
    pub spend: String,
    /// Texts that came in.
    pub received: i64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UsedOn {
    /// `2026-11-24`
    pub day: String,
    #[serde(flatten)]
    pub used: Used,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UsedOver {
    /// `sms`, `mms` or `voice`.
    pub channel: String,
    #[serde(flatten)]
    pub used: Used,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UsedTo {
    /// ISO 3166; empty where there is none.
    pub country: String,
    pub messages: i64,
    pub failed: i64,
    pub spend: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UsedBy {
    /// Absent: by the account's own API key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_id: Option<String>,
    pub messages: i64,
    pub failed: i64,
    pub spend: String,
}
