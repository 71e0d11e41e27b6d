//! A row of `GET /v3/sms/history`.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// Note the mixture: `date` is a number, `schedule` and `status_code` are text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "SmsHistoryRow")
)]
pub struct HistoryRow {
    pub direction: Cow<'static, str>,
    pub date: i64,
    pub to: String,
    pub body: String,
    pub status: Cow<'static, str>,
    pub from: String,
    pub schedule: String,
    pub status_code: Option<String>,
    pub status_text: Option<Cow<'static, str>>,
    pub error_code: Option<String>,
    pub error_text: Option<Cow<'static, str>>,
    pub message_id: String,
    pub message_parts: i64,
    pub message_price: String,
    pub from_email: Option<String>,
    pub list_id: Option<String>,
    pub custom_string: String,
    pub contact_id: Option<String>,
    pub user_id: i64,
    pub subaccount_id: i64,
    pub country: String,
    pub carrier: Cow<'static, str>,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    #[serde(rename = "_api_username")]
    pub api_username: String,
}
