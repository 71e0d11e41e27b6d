//! `/sends`: what was sent through the gateway, and what became of it.

use serde::{Deserialize, Serialize};

/// `GET /sends`: from the newest backwards.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SendList {
    pub sends: Vec<Send>,
    /// Give it as `before` for the next page; absent on the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// One call that sends. Never a text, a number or a secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Send {
    pub send_id: String,
    pub key_id: String,
    pub connection_id: String,
    pub request_id: String,
    pub app: String,
    pub method: String,
    /// The operation's pattern.
    pub path: String,
    /// `started`, `answered`, `failed` (certainly nothing was sent), `unknown`, or `accepted` (it was unknown and turned out to have
    /// taken place).
    pub state: String,
    /// Of the upstream's answer.
    pub status: Option<i64>,
    /// RFC 3339.
    pub created_at: String,
    pub settled_at: Option<String>,
    /// Who cleared up what was unknown: `key:…`, `operator:…`, `history`.
    pub resolved_by: Option<String>,
    /// What the upstream's history said last, of a send that is or was unknown.
    pub finding: Option<String>,
}

/// `GET /sends/{send_id}` and `POST /sends/{send_id}/resolve`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SendAnswer {
    pub send: Send,
}

/// `POST /sends/{send_id}/resolve`: somebody has found out what became of an unknown send.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SendResolution {
    /// `accepted` or `failed`.
    pub outcome: String,
}
