//! What became of short links: for a message or campaign, for one address, for a campaign's own routes.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// The answer to `short-url/statistics`, which has no envelope.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "LinkStatistics")
)]
pub struct Statistics {
    pub data: Vec<UrlStatistics>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UrlStatistics {
    pub long_url_id: String,
    pub links: Totals,
    pub device: Vec<Share>,
    pub os: Vec<Share>,
    pub browser: Vec<Share>,
    pub country: Vec<Share>,
    pub region: Vec<Share>,
}

#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Totals {
    pub total: i64,
    /// Links that were opened.
    pub opened_unique: i64,
    /// How often they were.
    pub opened_total: i64,
    pub unopened: i64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Share {
    pub label: Cow<'static, str>,
    pub count: i64,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TrackingQuery {
    #[serde(default)]
    pub offset: Option<String>,
    #[serde(default)]
    pub limit: Option<String>,
    #[serde(default)]
    pub direction: Option<String>,
}

/// The answer to `short-url/tracking`, which has no envelope; links are absent at the ends.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TrackingPage {
    pub total: i64,
    pub per_page: i64,
    pub current_page_size: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prev_page_url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_page_url: Option<String>,
    pub data: Vec<LinkRow<String>>,
}

/// One link. The routes of campaigns write the contact's number as a number, `short-url` as text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "LinkRow_{I}")
)]
pub struct LinkRow<I> {
    pub contact: LinkContact<I>,
    /// Unix seconds of the first opening.
    pub date_opened: Option<i64>,
    pub open_count: i64,
    pub user_browser: Option<Cow<'static, str>>,
    pub user_device: Option<Cow<'static, str>>,
    pub user_geo_country: Option<String>,
    pub user_geo_region: Option<String>,
    pub user_os: Option<Cow<'static, str>>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "LinkContact_{I}")
)]
pub struct LinkContact<I> {
    pub contact_id: Option<I>,
    pub first_name: String,
    pub last_name: String,
    pub phone_number: String,
}

/// `data` of `sms-campaigns/{id}/link-statistics`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CampaignStatistics {
    pub browser: Vec<Share>,
    pub country: Vec<Share>,
    pub device: Vec<Share>,
    pub links: Opened,
    pub os: Vec<Share>,
}

#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Opened {
    pub opened: i64,
    pub unopened: i64,
}
