//! `/inbox`: what arrived at the simulator's handsets and in its mailbox, for whoever tests a program that sends.

use serde::{Deserialize, Serialize};

/// `GET /inbox`: the newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Inbox {
    pub messages: Vec<Arrived>,
    /// The code in the newest message that has one.
    pub code: Option<String>,
    /// Give it as `after` to see, or wait for, only what comes later.
    pub cursor: String,
}

/// A message on a handset, or a mail in the mailbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Arrived {
    /// The message's id; for mail its number.
    pub id: String,
    /// `sms`, `mms`, `voice` or `email`.
    pub channel: String,
    /// RFC 3339.
    pub at: String,
    pub from: String,
    pub to: String,
    /// Of mail and pictures.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    pub body: String,
    /// Where the picture is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media_url: Option<String>,
    /// The one-time code in the body.
    pub code: Option<String>,
}

/// `DELETE /inbox`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Emptied {
    /// RFC 3339. What arrived until then is not shown any more.
    pub emptied_at: String,
}

/// `POST /inbox/replies`: somebody writes with a handset of the simulator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NewReply {
    /// Who writes, in E.164.
    pub from: String,
    /// Which of the account's numbers; absent: the one that wrote to `from` last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    pub body: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Reply {
    pub message_id: String,
    pub from: String,
    pub to: String,
}
