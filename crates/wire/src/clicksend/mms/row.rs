//! A picture message in the answers to send and price.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// Unlike a text's row: no date, no direction, no owner, and `schedule` is text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "MmsRow")
)]
pub struct Row {
    pub to: String,
    pub subject: String,
    pub from: String,
    pub body: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    pub custom_string: String,
    /// Empty: at once.
    pub schedule: String,
    pub message_parts: i64,
    pub message_price: String,
    #[serde(rename = "_media_file_url")]
    pub media_file_url: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message_id: Option<String>,
    pub status: Cow<'static, str>,
}
