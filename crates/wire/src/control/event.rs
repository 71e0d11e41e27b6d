//! `/events`: what webhooks of an account would tell.

use serde::{Deserialize, Serialize};

/// `GET /events`: the earliest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EventList {
    pub events: Vec<Event>,
    /// Give it as `after` for what comes later.
    pub cursor: String,
}

/// A text that came in, or a receipt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Event {
    /// The same whenever it is read.
    pub event_id: String,
    /// `inbound`, or `sms_receipt`, `mms_receipt`, `voice_receipt`.
    pub r#type: String,
    /// RFC 3339.
    pub at: String,
    pub content_type: String,
    /// The body of the call that a webhook would bring, byte for byte.
    pub payload: String,
}
