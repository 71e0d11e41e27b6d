//! `/audit`: what was done and decided.

use serde::{Deserialize, Serialize};

/// `GET /audit`: from the newest backwards.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AuditList {
    pub records: Vec<AuditRecord>,
    /// Give it as `before` for the next page; absent on the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// One record. Never a body, a text, a phone number or a secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AuditRecord {
    pub audit_id: String,
    /// RFC 3339.
    pub at: String,
    /// `key`, `link`, `system`, …
    pub actor_kind: String,
    pub actor_id: String,
    /// `key.create`, `call`, …
    pub action: String,
    pub object_kind: String,
    pub object_id: String,
    pub request_id: String,
    pub peer: String,
    pub app: Option<String>,
    pub method: Option<String>,
    pub path: Option<String>,
    pub effect: Option<String>,
    /// `allowed` or `refused`.
    pub decision: String,
    /// The stable word of a refusal.
    pub code: Option<String>,
    pub send_id: Option<String>,
    /// Absent until it is known.
    pub outcome: Option<String>,
    pub status: Option<i64>,
    /// RFC 3339.
    pub closed_at: Option<String>,
    /// What changed.
    pub detail: serde_json::Value,
}

/// `GET /audit/chain`: how far the chain is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AuditChain {
    /// Ed25519, base64: as `GET /audit/key` has it.
    pub public_key: String,
    /// Names the chain of this installation.
    pub chain: String,
    /// The number of the newest link; 0 when there is none.
    pub records: i64,
    /// The number of the newest link that is signed; 0 when none is.
    pub signed: i64,
    /// RFC 3339: when that was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed_at: Option<String>,
}

/// `GET /audit/key`: what an export is verified with. Keep it where nobody who runs the server can change it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AuditKey {
    /// Ed25519, base64.
    pub public_key: String,
    /// Names the chain of this installation.
    pub chain: String,
}
