//! The answer to `POST /v3/sms/price`: as a send would be, with `date` and `schedule` as text.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::send::TotalPrice;
use crate::clicksend::account::Currency;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Priced_{R}")
)]
pub struct Priced<R = PricedSms> {
    pub total_price: TotalPrice,
    pub total_count: i64,
    /// Messages that a send would accept.
    pub queued_count: i64,
    pub messages: Vec<R>,
    #[serde(rename = "_currency")]
    pub currency: Currency,
    pub blocked_count: i64,
}

/// No `message_id`: nothing is stored that it could name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PricedSms {
    pub date: String,
    pub to: String,
    pub body: String,
    pub from: String,
    pub schedule: String,
    pub message_parts: i64,
    pub message_price: String,
    pub custom_string: String,
    pub is_shared_system_number: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub list_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact_id: Option<String>,
    pub status: Cow<'static, str>,
}
