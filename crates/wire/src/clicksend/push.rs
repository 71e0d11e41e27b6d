//! What is pushed to addresses, in the order in which ClickSend's articles and integrations show it (clicksend-v3.md part D). Numbers are
//! numbers in JSON and digits in forms; what is not there is the empty text.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// A text that came in. The doubles at the end are names from before 2019 that receivers may still read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct InboundPush<'a> {
    pub originalsenderid: Cow<'a, str>,
    pub body: Cow<'a, str>,
    pub message: Cow<'a, str>,
    /// The sender: so the newer sources have it.
    pub sms: Cow<'a, str>,
    pub from: Cow<'a, str>,
    pub to: Cow<'a, str>,
    pub timestamp: i64,
    pub message_id: String,
    pub original_message_id: String,
    pub original_body: Cow<'a, str>,
    pub user_id: i64,
    pub subaccount_id: i64,
    pub custom_string: Cow<'a, str>,
    pub originalmessage: Cow<'a, str>,
    pub originalmessageid: String,
    pub customstring: Cow<'a, str>,
}

/// A delivery receipt of a text, a call or a picture message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ReceiptPush<'a> {
    pub message_id: String,
    pub messageid: String,
    pub message_type: Cow<'a, str>,
    /// `Delivered` or `Undelivered`.
    pub status: Cow<'a, str>,
    pub status_code: i64,
    pub status_text: Cow<'a, str>,
    /// Digits, or empty.
    pub error_code: String,
    pub error_text: Cow<'a, str>,
    pub timestamp_send: i64,
    pub timestamp: i64,
    pub custom_string: Cow<'a, str>,
    pub customstring: Cow<'a, str>,
    pub user_id: i64,
    pub subaccount_id: i64,
    /// Of calls only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digits: Option<Cow<'a, str>>,
}
