//! `limits`: what a key, a connection or the whole installation may send, and how much of it is left.

use serde::{Deserialize, Serialize};

use super::object;

/// `limits` of a key or a connection. Every field is optional, all that are there are enforced together. Windows are calendar hours, days
/// and months in `timezone`. `{}` is the same as no limits at all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub messages_per_call: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub messages_per_hour: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub messages_per_day: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub messages_per_month: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub segments_per_call: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub segments_per_hour: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub segments_per_day: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub segments_per_month: Option<i64>,
    /// Decimal text in `currency`, such as `"5.00"`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spend_per_call: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spend_per_hour: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spend_per_day: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spend_per_month: Option<String>,
    /// Distinct recipients.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recipients_per_call: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recipients_per_hour: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recipients_per_day: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recipients_per_month: Option<i64>,
    /// Messages to any one recipient.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repeats_per_hour: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repeats_per_day: Option<i64>,
    /// Messages to any one prefix: country calling code and four digits. Bought traffic (SMS pumping) goes to ranges of numbers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prefix_messages_per_hour: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prefix_messages_per_day: Option<i64>,
    /// ISO 4217. Needed as soon as money is limited; accounts in another currency are refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// What one segment, part or picture is taken to cost at most, in `currency`, while nobody knows better: neither the account's own price
    /// nor what it charged before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ceiling_price: Option<String>,
    /// `+61411111111`, a prefix `+61*`, or a country `AU`. Others are refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recipients_allow: Option<Vec<String>>,
    /// As `recipients_allow`; wins over it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recipients_deny: Option<Vec<String>>,
    /// `sms`, `mms`, `voice`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channels: Option<Vec<String>>,
    /// `21:00-08:00` where the recipient is: nothing leaves then. In a country with several zones, as long as it is so in any of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quiet_hours: Option<String>,
    /// IANA name; `UTC` when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timezone: Option<String>,
    /// Beyond any of these a call needs a person's approval.
    #[serde(deserialize_with = "object", skip_serializing_if = "Option::is_none")]
    pub approval_above: Option<ApprovalAbove>,
    /// No limits, said in words; goes with nothing else.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub unlimited: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct ApprovalAbove {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub messages: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub segments: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recipients: Option<i64>,
    /// Decimal text in `currency`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spend: Option<String>,
}

impl Limits {
    pub fn is_empty(&self) -> bool {
        *self == Limits::default()
    }
}

/// `PUT /limits`
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct LimitsChange {
    /// Replaces all of them; `null` and `{}` take them away.
    #[serde(deserialize_with = "object")]
    pub limits: Option<Limits>,
}

/// `GET /limits`: those of the whole installation, and what is left of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct InstallationLimits {
    pub limits: Limits,
    pub allowances: Vec<Remaining>,
}

/// `GET /keys/{key_id}/allowance`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Allowance {
    pub key_id: String,
    /// What is enforced; for an agent key without limits of its own, the cautious default for connections that reach real phones.
    pub limits: Limits,
    pub default_limits: bool,
    pub allowances: Vec<Remaining>,
}

/// One counted rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Remaining {
    pub rule: String,
    pub limit: String,
    pub used: String,
    pub remaining: String,
    /// RFC 3339: the end of the window.
    pub resets_at: String,
}
