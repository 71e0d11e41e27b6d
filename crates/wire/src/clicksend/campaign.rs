//! Campaigns: their requests, themselves, their prices.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::clicksend::account::Currency;
use crate::clicksend::lenient::{self, Unix};
use crate::clicksend::sms::SenderChoice;

/// The body of sending, pricing and changing a campaign; `subject` and `media_file` are of pictures only.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CampaignRequest {
    #[serde(default, deserialize_with = "lenient::text")]
    pub list_id: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub name: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub from: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub body: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub source: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub custom_string: Option<String>,
    #[serde(default)]
    pub schedule: Unix,
    #[serde(default)]
    pub senders: Option<Vec<SenderChoice>>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub url_to_shorten: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub subject: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub media_file: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SmsCampaign {
    pub sms_campaign_id: i64,
    pub name: String,
    pub user_id: i64,
    pub subaccount_id: i64,
    pub list_id: i64,
    pub from: String,
    pub body: String,
    pub schedule: i64,
    pub status: Cow<'static, str>,
    pub date_added: i64,
    pub custom_string: Option<String>,
    pub url_to_shorten: String,
    /// 1: its messages have a link that opts out.
    pub unsubscribe_link: i64,
    pub source: Option<String>,
    pub senders: Option<Vec<SenderChoice>>,
    #[serde(rename = "_total_count")]
    pub total_count: i64,
    #[serde(rename = "_list_name")]
    pub list_name: String,
    /// Ours, where one campaign is viewed.
    #[serde(rename = "_progress", default, skip_serializing_if = "Option::is_none")]
    pub progress: Option<Progress>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MmsCampaign {
    pub mms_campaign_id: i64,
    pub name: String,
    pub user_id: i64,
    pub subaccount_id: i64,
    pub list_id: i64,
    pub from: String,
    pub subject: String,
    pub file_name: String,
    pub body: String,
    pub schedule: i64,
    pub status: Cow<'static, str>,
    pub date_added: i64,
    pub custom_string: Option<String>,
    pub url_to_shorten: String,
    pub unsubscribe_link: i64,
    #[serde(rename = "_total_count")]
    pub total_count: i64,
    #[serde(rename = "_list_name")]
    pub list_name: String,
    #[serde(rename = "_media_file_url")]
    pub media_file_url: String,
    #[serde(rename = "_progress", default, skip_serializing_if = "Option::is_none")]
    pub progress: Option<Progress>,
}

/// What became of the contacts of a campaign. Ours: ClickSend shows this on its pages only.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Progress {
    /// Messages that were made and paid.
    pub accepted: i64,
    /// Contacts that cannot be sent to.
    pub refused: i64,
    /// Contacts that the balance did not reach.
    pub unpaid: i64,
    /// Of the accepted ones.
    pub waiting: i64,
    pub sent: i64,
    pub delivered: i64,
    pub failed: i64,
    pub cancelled: i64,
    pub total_price: String,
    /// Why the campaign failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
}

/// `data` of a price. `schedule` is a number for texts and text for pictures.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "CampaignPrice_{S}")
)]
pub struct CampaignPrice<S> {
    pub total_count: i64,
    pub total_price: String,
    pub data: PricedCampaign<S>,
    #[serde(rename = "_currency")]
    pub currency: Currency,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "PricedCampaign_{S}")
)]
pub struct PricedCampaign<S> {
    pub from: String,
    pub body: String,
    pub schedule: S,
}

/// The list of picture campaigns, whose page stands beside the envelope's keys: so SDK 6 reads it, and everybody else, too.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Beside_{P}")
)]
pub struct Beside<P> {
    pub http_code: u16,
    pub response_code: Cow<'static, str>,
    pub response_msg: Cow<'static, str>,
    #[serde(flatten)]
    pub page: P,
}
