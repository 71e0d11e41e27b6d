//! `GET /v3/statistics/sms`, `/v3/statistics/voice` and `GET /v3/account/usage/{year}/{month}/subaccount`.

use serde::{Deserialize, Serialize};

use crate::clicksend::account::Currency;
use crate::clicksend::sms::TotalPrice;

/// `D`: what is told of a day and of all of them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Statistics_{D}")
)]
pub struct Statistics<D> {
    pub total: D,
    pub stats: Vec<Dated<D>>,
    #[serde(rename = "_currency")]
    pub currency: Currency,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Dated_{D}")
)]
pub struct Dated<D> {
    /// Midnight (UTC) in unix seconds.
    pub date: i64,
    #[serde(flatten)]
    pub day: D,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Texts {
    pub outbound: Amount,
    pub inbound: Amount,
    pub bounced: Amount,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Calls {
    pub outbound: Amount,
    pub bounced: Amount,
}

#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Amount {
    pub count: i64,
    pub price: TotalPrice,
}

/// Channels that the platform has not are there and empty.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Usage {
    pub sms: Vec<OfSubaccount>,
    pub mms: Vec<OfSubaccount>,
    pub voice: Vec<OfSubaccount>,
    pub fax: Vec<OfSubaccount>,
    pub post: Vec<OfSubaccount>,
    pub email: Vec<OfSubaccount>,
    pub email_transactional: Vec<OfSubaccount>,
    pub postcards: Vec<OfSubaccount>,
    pub sms_total: Amount,
    pub voice_total: Amount,
    pub fax_total: Amount,
    pub post_total: Amount,
    pub email_total: Amount,
    pub mms_total: Amount,
    pub email_transactional_total: Amount,
    pub postcards_total: Amount,
    #[serde(rename = "_currency")]
    pub currency: Currency,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OfSubaccount {
    pub subaccount_id: i64,
    pub username: String,
    /// Parts, with two decimals: `"29.00"`.
    pub total_count: String,
    pub total_price: TotalPrice,
    pub notes: Option<String>,
}
