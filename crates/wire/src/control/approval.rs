//! `/approvals`: sends that wait for a person.

use serde::{Deserialize, Serialize};
use serde_json::Value;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Approval {
    pub approval_id: String,
    /// `pending`, `approved`, `denied`, `expired`, `sent`, `failed` or `unknown`.
    pub state: String,
    pub key_id: String,
    pub connection_id: String,
    pub app: String,
    pub method: String,
    /// The operation's own path.
    pub path: String,
    /// A decision names it: it is about exactly what this digest was made of.
    pub digest: String,
    pub messages: i64,
    pub segments: i64,
    pub recipients: i64,
    /// Decimal text; `null`: not known.
    pub cost: Option<String>,
    pub currency: Option<String>,
    /// Why it waits, a sentence for each rule.
    pub why: Vec<String>,
    pub created_at: String,
    pub expires_at: String,
    pub decided_at: Option<String>,
    /// The operator's id.
    pub decided_by: Option<String>,
    pub ended_at: Option<String>,
    pub send_id: Option<String>,
    /// Why it was denied, or was not sent after all.
    pub reason: Option<String>,
    /// For operators: the whole request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<ApprovalRequest>,
    /// The answer that the send got, for a day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<ApprovalAnswer>,
}

/// What would be sent, as it would be sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ApprovalRequest {
    pub method: String,
    pub target: String,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ApprovalAnswer {
    pub status: u16,
    /// JSON if the answer was, else its text.
    pub body: Value,
}

/// `GET /approvals`, newest first; give `next` as `before`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ApprovalList {
    pub approvals: Vec<Approval>,
    pub next: Option<String>,
}

/// `POST /approvals/{id}/approve`, `…/deny`
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ApprovalDecision {
    /// Of what was looked at.
    pub digest: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// `GET /approvals/webhook-secret`
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ApprovalSecret {
    /// `whsec_…`, as Standard Webhooks has it.
    pub secret: String,
}
