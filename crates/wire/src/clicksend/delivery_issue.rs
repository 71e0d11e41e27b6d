//! Complaints about messages. The number of an issue is a number when it is made and text in the list.

use serde::{Deserialize, Serialize};

use super::lenient;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CreatedIssue {
    pub issue_id: i64,
    pub user_id: i64,
    pub message_id: String,
    #[serde(rename = "type")]
    pub kind: String,
    pub description: String,
    pub date_added: i64,
    pub email_address: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Issue {
    pub issue_id: String,
    pub user_id: i64,
    pub message_id: String,
    #[serde(rename = "type")]
    pub kind: String,
    pub description: String,
    pub client_comments: Option<String>,
    pub support_comments: Option<String>,
    pub status: Option<String>,
    pub date_added: i64,
    pub resolved: i64,
    pub email_address: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct IssueRequest {
    #[serde(default, deserialize_with = "lenient::text")]
    pub message_id: Option<String>,
    #[serde(default, rename = "type", deserialize_with = "lenient::text")]
    pub kind: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub description: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub email_address: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub client_comments: Option<String>,
}
