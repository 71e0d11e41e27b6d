//! `PUT /v3/sms/cancel-all`. Cancelling one message asks and answers nothing.

use serde::{Deserialize, Serialize};

use crate::clicksend::lenient;

/// The whole body may be missing or empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CancelAllRequest {
    /// Only messages that were sent with exactly this; absent or empty means all.
    #[serde(
        default,
        deserialize_with = "lenient::text",
        skip_serializing_if = "Option::is_none"
    )]
    pub custom_string: Option<String>,
}

#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Cancelled {
    pub count: i64,
}
