//! `/inbox/chaos`, `/inbox/handsets`, `/inbox/clock`: how the simulator misbehaves on purpose, for whoever tests a program that sends.

use serde::{Deserialize, Serialize};

use super::given_object;

/// How an account's network behaves. Rates are parts of one: 0.25 is every fourth message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Chaos {
    /// The same seed does the same to the same messages.
    pub seed: i64,
    /// How long after it was sent a message is reported; `null`: as the server is set.
    pub receipt_delay_ms: Option<ReceiptDelay>,
    pub failures: Vec<Failures>,
    pub lost_receipts: f64,
    pub doubled_receipts: f64,
    pub throttled: f64,
    pub throttle_ms: i64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ReceiptDelay {
    pub min: i64,
    pub max: i64,
}

/// Failures of one class.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Failures {
    /// ClickSend's, 7 to 20. 16 is temporary: delivered in the end.
    pub error_code: i64,
    pub rate: f64,
}

/// `GET /inbox/chaos` and after each change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ChaosAnswer {
    pub account_id: i64,
    pub chaos: Chaos,
}

/// `PATCH /inbox/chaos`: absent stays.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ChaosChange {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<i64>,
    #[serde(
        default,
        deserialize_with = "given_object",
        skip_serializing_if = "Option::is_none"
    )]
    pub receipt_delay_ms: Option<Option<ReceiptDelay>>,
    /// All of them anew.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failures: Option<Vec<Failures>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lost_receipts: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doubled_receipts: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub throttled: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub throttle_ms: Option<i64>,
}

/// A handset that is not simply on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Handset {
    /// In E.164.
    pub number: String,
    /// `on`, `off`, `refusing` or `by_hand`.
    pub state: String,
}

/// `GET /inbox/handsets`: those that are not simply on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct HandsetList {
    pub account_id: i64,
    pub handsets: Vec<Handset>,
}

/// `PUT /inbox/handsets/{number}`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct HandsetState {
    pub state: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct HandsetAnswer {
    pub account_id: i64,
    pub handset: Handset,
}

/// `POST /inbox/waiting/{message_id}`: somebody decides by hand about a message, or answers a call.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Waiting {
    #[serde(default)]
    pub refuse: bool,
    /// The keys that are pressed in a call: `0`–`9`, `*`, `#`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keys: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Handled {
    pub message_id: String,
    pub refused: bool,
}

/// `GET /inbox/clock` and after each move.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SandboxClock {
    pub account_id: i64,
    /// What it shows; RFC 3339.
    pub now: String,
    /// Whether it goes on only by hand.
    pub frozen: bool,
    /// Seconds before everybody else's; negative: behind.
    pub ahead_seconds: i64,
}

/// `POST /inbox/clock`
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ClockMove {
    /// `90s`, `2h`, `3d`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub advance: Option<String>,
    /// RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub now: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frozen: Option<bool>,
}
