//! `/webhooks`: addresses of an account's own that are called, what they are told (pushes), and every try of it.

use serde::{Deserialize, Serialize};

/// `GET /webhooks`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct WebhookList {
    pub account_id: i64,
    pub webhooks: Vec<Webhook>,
}

/// A rule whose action is to call an address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Webhook {
    /// What it is told, and the rule's number: `inbound/7`, `receipts/7`, `voice-receipts/7` or `email-receipts/7`.
    pub webhook: String,
    pub name: String,
    pub url: String,
    pub enabled: bool,
    /// How texts are told: `post`, `get` or `json`; absent for receipts, which are told in one way only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub webhook_type: Option<String>,
    /// Absent: none of the account's newest 1,000 pushes is for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recently: Option<Recently>,
}

/// What became of the calls to a webhook among the account's newest 1,000.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Recently {
    pub arrived: i64,
    pub waiting: i64,
    pub given_up: i64,
    /// The newest one's: `waiting`, `arrived` or `given_up`.
    pub state: String,
    /// RFC 3339.
    pub at: String,
}

/// Something that an address is told, until it arrives or is given up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Push {
    /// `push_17`, as receivers know it in `webhook-id`.
    pub push_id: String,
    /// Which webhook it was made for; absent for a test that none asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub webhook: Option<String>,
    pub url: String,
    /// `waiting`, `arrived` or `given_up`.
    pub state: String,
    /// So many were made.
    pub tries: i64,
    /// RFC 3339.
    pub created_at: String,
    /// While it waits: when it is tried next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_try_at: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<String>,
}

/// One call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PushTry {
    /// RFC 3339.
    pub at: String,
    pub took_ms: i64,
    /// What the address answered; absent: nothing came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<i64>,
    /// Why it did not arrive, where there is more to say than the status.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
    /// How the answer began; long numbers are masked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
}

/// `GET /webhooks/pushes`, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PushList {
    pub account_id: i64,
    pub pushes: Vec<Push>,
    /// Give it as `before` for the next page; absent on the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// `GET /webhooks/pushes/{push_id}`, and the answer to a replay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PushAnswer {
    pub account_id: i64,
    pub push: Push,
    /// Oldest first.
    pub tries: Vec<PushTry>,
}
