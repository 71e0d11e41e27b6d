//! The one error body of gateway and control.

use serde::{Deserialize, Serialize};

use super::Verdict;

/// `message`, `type` and `code` are what existing clients of such gateways read; the rest is for programs that want
/// to act: `error` never changes its meaning, `message` may be reworded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Problem {
    /// A sentence for a person.
    pub message: String,
    /// The HTTP reason phrase, such as `Not Found`.
    pub r#type: String,
    /// The HTTP status.
    pub code: u16,
    /// A stable word, such as `invalid_key`.
    pub error: String,
    pub request_id: String,
    /// What to do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// With `send_unknown`: the send whose outcome is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub send_id: Option<String>,
    /// With `approval_required` and what comes of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval_id: Option<String>,
    /// When limits refuse a send: every rule that did not pass, with its numbers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub verdicts: Vec<Verdict>,
    /// Which part of the request is meant: `rules[0].effect`, or a header's or parameter's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
}
