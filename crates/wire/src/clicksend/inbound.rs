//! Texts that came in.

use serde::{Deserialize, Serialize};

/// The time of arrival under both names: the schema and the examples disagree about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Inbound {
    pub timestamp: i64,
    pub timestamp_send: i64,
    pub from: String,
    pub body: String,
    /// What was replied to; empty when it is not known.
    pub original_body: String,
    pub original_message_id: String,
    pub to: String,
    pub custom_string: String,
    pub message_id: String,
    /// First word of the body in lower case.
    #[serde(rename = "_keyword")]
    pub keyword: String,
}
