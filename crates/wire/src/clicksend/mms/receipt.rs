//! A receipt of a picture message as it is polled: all text, as in the published example.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "MmsReceipt")
)]
pub struct Receipt {
    pub timestamp_send: String,
    pub timestamp: String,
    pub message_id: String,
    pub status_code: String,
    pub status_text: Cow<'static, str>,
    /// Empty when nothing went wrong.
    pub error_code: String,
    pub error_text: Cow<'static, str>,
    pub custom_string: String,
    pub subaccount_id: i64,
    pub message_type: Cow<'static, str>,
}
