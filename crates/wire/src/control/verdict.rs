//! What judging a send says, live and in a preview.

use serde::{Deserialize, Serialize};

/// What one rule says about one call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Verdict {
    /// The field of `limits`, such as `messages_per_day`; `frozen` and others that are no field.
    pub rule: String,
    /// `key`, `connection` or `installation`.
    pub scope: String,
    pub passed: bool,
    /// The stable word of the refusal, such as `limit_messages_per_day`; for a rule that passed, what it would be.
    pub code: String,
    /// A sentence for a person.
    pub message: String,
    /// Numbers as text: counts, or amounts of money.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub used: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked: Option<String>,
    /// RFC 3339: from then on the same call would pass this rule, if nothing else is sent. Absent: never as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passes_at: Option<String>,
}

/// `POST /sends/preview`
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Preview {
    /// As in the header `Postern-Connection`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connection: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// With the app in front: `/clicksend/v3/sms/send`.
    pub path: String,
    pub body: serde_json::Value,
}

/// What would happen; nothing was sent and nothing was counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Previewed {
    /// `allowed` or `refused`.
    pub verdict: String,
    /// Every rule that applies, also those that passed.
    pub rules: Vec<Verdict>,
    pub messages: i64,
    pub segments: i64,
    pub recipients: i64,
    /// Decimal in `currency`; absent: not known.
    pub cost: Option<String>,
    pub currency: Option<String>,
    /// The first and the last recipient.
    pub first: Option<String>,
    pub last: Option<String>,
    /// Messages that the platform itself would refuse; they count nowhere.
    pub refused_by_platform: i64,
    /// What cannot be known here, in sentences.
    pub notes: Vec<String>,
    pub request_id: String,
}
