//! A delivery receipt as it is polled.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// `status_code` and `error_code` are numbers here and text in history rows; the SDKs insist on both. `digits` is left out: an SMS has none.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "SmsReceipt")
)]
pub struct Receipt {
    pub timestamp_send: i64,
    pub timestamp: i64,
    pub message_id: String,
    pub status_code: i64,
    pub status_text: Cow<'static, str>,
    pub error_code: Option<i64>,
    pub error_text: Option<Cow<'static, str>>,
    pub custom_string: Option<String>,
    pub subaccount_id: i64,
    pub message_type: Cow<'static, str>,
}
