//! Numbers on sale, numbers that were bought, and applications to register some.

use serde::{Deserialize, Serialize};

use super::account::Currency;
use super::lenient;
use super::page::Page;

/// A page of numbers says what their prices are in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "NumbersPage_{T}")
)]
pub struct NumbersPage<T> {
    #[serde(flatten)]
    pub page: Page<T>,
    #[serde(rename = "_currency")]
    pub currency: Currency,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OnSale {
    pub country: String,
    pub country_name: String,
    pub dedicated_number: String,
    pub price_setup: String,
    pub price_monthly: String,
    pub price_total: String,
    pub address_requirement: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Dedicated {
    pub dedicated_number: String,
    pub country: String,
    pub price: String,
    #[serde(rename = "_country_name")]
    pub country_name: String,
    pub notes: Option<String>,
    #[serde(rename = "type")]
    pub kind: String,
    pub number_type: String,
    pub number_category: Option<String>,
    pub number_guid: String,
    pub form_submission_id: Option<String>,
    pub status: DedicatedStatus,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DedicatedStatus {
    pub value: i64,
    pub label: String,
    pub description: String,
    pub name: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Purchased {
    pub dedicated_number: String,
    pub country: String,
    pub price_total: String,
    #[serde(rename = "_price_setup")]
    pub price_setup: String,
    #[serde(rename = "_price_monthly")]
    pub price_monthly: String,
    #[serde(rename = "_currency")]
    pub currency: Currency,
}

/// The number stands in the path; older callers send nothing else.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PurchaseRequest {
    /// `sms` or `mms`.
    #[serde(default, rename = "type", deserialize_with = "lenient::text")]
    pub kind: Option<String>,
    #[serde(default)]
    pub registration_data: Option<serde_json::Value>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RegistrationRequest {
    #[serde(default, deserialize_with = "lenient::text")]
    pub full_name: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub company_name: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub email: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub website_url: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub sample_message: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub primary_use_case: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub company_number: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub area_code: Option<String>,
}
