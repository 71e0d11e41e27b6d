//! The body and the answer of `POST /v3/uploads`.

use serde::{Deserialize, Serialize};

use crate::clicksend::lenient;

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UploadRequest {
    /// Base64.
    #[serde(default, deserialize_with = "lenient::text")]
    pub content: Option<String>,
    /// SDK 6 writes it here, SDK 5 into the query.
    #[serde(default, deserialize_with = "lenient::text")]
    pub convert: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UploadQuery {
    #[serde(default)]
    pub convert: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Upload {
    pub upload_id: i64,
    pub user_id: i64,
    pub file_name: String,
    pub date_added: i64,
    pub date_delete: i64,
    #[serde(rename = "_url")]
    pub url: String,
}
