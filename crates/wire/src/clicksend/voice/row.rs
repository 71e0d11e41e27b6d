//! A call in answers: send, price and history share one shape.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// Which keys are there depends on how far the call got; a key that has nothing to say is left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "VoiceRow")
)]
pub struct Row {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date_added: Option<i64>,
    pub to: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_type: Option<Cow<'static, str>>,
    pub body: String,
    pub from: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lang: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub voice: Option<Cow<'static, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schedule: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message_id: Option<String>,
    pub message_parts: i64,
    pub message_price: String,
    pub custom_string: String,
    pub user_id: i64,
    pub subaccount_id: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub require_input: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub machine_detection: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub machine_detected: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digits: Option<String>,
    pub carrier: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status_code: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status_text: Option<Cow<'static, str>>,
    pub status: Cow<'static, str>,
    #[serde(
        rename = "_api_username",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub api_username: Option<String>,
}
