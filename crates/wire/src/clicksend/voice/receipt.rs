//! A receipt of a call as it is polled.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// What is a number in receipts of texts is text here, times included. `digits` is left out when no keys were asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "VoiceReceipt")
)]
pub struct Receipt {
    pub timestamp_send: String,
    pub timestamp: String,
    pub message_id: String,
    pub status_code: String,
    pub status_text: Cow<'static, str>,
    pub error_code: Option<String>,
    pub error_text: Option<Cow<'static, str>>,
    pub custom_string: Option<String>,
    pub subaccount_id: i64,
    pub message_type: Cow<'static, str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digits: Option<String>,
}
