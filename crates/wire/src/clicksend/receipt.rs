//! What is asked about receipts and inbound messages of any channel.

use serde::{Deserialize, Serialize};

use super::lenient::{self, Unix};

/// `PUT …/receipts-read` and `…/inbound-read`. The whole body may be missing or empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ReadRequest {
    /// Unix seconds; absent: all.
    #[serde(default)]
    pub date_before: Unix,
}

/// `POST …/receipts` and `…/inbound`: where a made-up one is to go.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TestRequest {
    /// An address to push to, or `poll`.
    #[serde(default, deserialize_with = "lenient::text")]
    pub url: Option<String>,
    /// `post`, `get` or `json`.
    #[serde(
        default,
        deserialize_with = "lenient::text",
        skip_serializing_if = "Option::is_none"
    )]
    pub webhook_type: Option<String>,
}
