//! Automation rules, and the secret that pushes are signed with.

use serde::{Deserialize, Serialize};

use super::lenient;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct InboundRule {
    pub inbound_rule_id: i64,
    pub dedicated_number: String,
    pub rule_name: String,
    /// 0 any, 1 starts with, 2 contains, 3 does not contain.
    pub message_search_type: i64,
    pub message_search_term: String,
    pub action: String,
    pub action_address: String,
    pub body: Option<String>,
    /// 0 or 1.
    pub enabled: i64,
    /// Of pushes only.
    pub webhook_type: Option<String>,
}

/// What is missing in a `PUT` stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct InboundRuleRequest {
    #[serde(default, deserialize_with = "lenient::text")]
    pub dedicated_number: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub rule_name: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub message_search_type: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub message_search_term: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub action: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub action_address: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub body: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub enabled: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub webhook_type: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ReceiptRule {
    pub receipt_rule_id: i64,
    pub rule_name: String,
    /// 0 all, 1 failed, 2 delivered.
    pub match_type: i64,
    pub action: String,
    pub action_address: String,
    /// 0 or 1.
    pub enabled: i64,
}

/// What is missing in a `PUT` stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ReceiptRuleRequest {
    #[serde(default, deserialize_with = "lenient::text")]
    pub rule_name: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub match_type: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub action: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub action_address: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub enabled: Option<String>,
}

/// Ours: ClickSend signs nothing. No `Debug`: it is a secret.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct WebhookSecret {
    /// `whsec_` and base64.
    pub webhook_secret: String,
}
