//! A row of `GET /v3/mms/history`, and the like one that `GET /v3/mms/receipts/{message_id}` answers.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// `date` is text here and `date_added` the same as a number; `message_parts` is text with two decimals.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "MmsHistoryRow")
)]
pub struct HistoryRow {
    pub date: String,
    pub error_text: Cow<'static, str>,
    pub first_name: String,
    pub last_name: String,
    #[serde(rename = "_api_username")]
    pub api_username: String,
    #[serde(flatten)]
    pub message: MessageRow,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MessageRow {
    pub direction: Cow<'static, str>,
    pub to: String,
    pub body: String,
    pub subject: String,
    pub priority: i64,
    #[serde(rename = "_media_file_url")]
    pub media_file_url: String,
    pub status: Cow<'static, str>,
    pub from: String,
    pub schedule: String,
    pub date_added: i64,
    pub status_code: Option<String>,
    pub status_text: Option<Cow<'static, str>>,
    pub error_code: Option<String>,
    pub message_id: String,
    pub message_parts: String,
    pub message_price: String,
    pub from_email: Option<String>,
    pub list_id: Option<String>,
    pub custom_string: String,
    pub contact_id: i64,
    pub user_id: i64,
    pub subaccount_id: i64,
    pub country: String,
    pub carrier: String,
}
