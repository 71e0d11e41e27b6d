//! Contact lists, their page, and the work that is done on them.

use serde::{Deserialize, Serialize};

use crate::clicksend::lenient;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ContactList {
    pub list_id: i64,
    pub list_name: String,
    pub list_email_id: String,
    #[serde(rename = "_contacts_count")]
    pub contacts_count: i64,
    /// 0 or 1.
    #[serde(rename = "_import_in_progress")]
    pub import_in_progress: i64,
    #[serde(rename = "_optout_in_progress")]
    pub optout_in_progress: i64,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ListRequest {
    #[serde(default, deserialize_with = "lenient::text")]
    pub list_name: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RemoveDuplicatesRequest {
    #[serde(default, deserialize_with = "lenient::names")]
    pub fields: Vec<String>,
}

#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Deleted {
    pub deleted: i64,
}

/// The file is `content` (base64) or a `data:` URL; other addresses are fetched once uploads exist.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ImportRequest {
    #[serde(default, deserialize_with = "lenient::text")]
    pub file_url: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub content: Option<String>,
    /// What the columns are; `""` for a column that is left out.
    #[serde(default, deserialize_with = "lenient::names")]
    pub field_order: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ImportQueued {
    pub msg: String,
    pub ids: Vec<String>,
    pub id: String,
}

/// Ours: ClickSend has no way to ask what became of an import.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ImportReport {
    pub id: String,
    pub list_id: i64,
    /// `Receiving`, `Running`, `Completed` or `Failed`.
    pub status: String,
    pub failure: Option<String>,
    pub bytes_read: i64,
    pub bytes_total: i64,
    pub rows_read: i64,
    pub contacts_added: i64,
    pub rows_failed: i64,
    /// The first thousand.
    pub bad_rows: Vec<BadRow>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BadRow {
    /// From 1, headings included.
    pub row: i64,
    pub reason: String,
}

/// `row` is the first one, as documented; `rows` are the first few.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "ImportPreview")
)]
pub struct Preview {
    pub row: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ImportField {
    pub field: String,
    pub label: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ExportLink {
    pub url: String,
}

#[cfg(test)]
mod tests {
    use super::RemoveDuplicatesRequest;

    #[test]
    fn names_come_as_list_object_and_text() {
        for (json, names) in [
            (
                r#"{"fields":["first_name","last_name"]}"#,
                &["first_name", "last_name"][..],
            ),
            (
                r#"{"fields":{"first_name":"first_name","last_name":""}}"#,
                &["first_name", "last_name"],
            ),
            (
                r#"{"fields":{"0":"phone","1":"email"}}"#,
                &["phone", "email"],
            ),
            (r#"{"fields":"phone, ,email"}"#, &["phone", "", "email"]),
            (
                r#"{"fields":["phone",null,"email"]}"#,
                &["phone", "", "email"],
            ),
            (r#"{"fields":""}"#, &[]),
            (r#"{"fields":null}"#, &[]),
            (r#"{}"#, &[]),
        ] {
            let request: RemoveDuplicatesRequest = serde_json::from_str(json).unwrap();
            assert_eq!(request.fields, names, "{json}");
        }
        for json in [
            r#"{"fields":[["phone"]]}"#,
            r#"{"fields":[{"a":1}]}"#,
            r#"{"fields":3}"#,
        ] {
            assert!(
                serde_json::from_str::<RemoveDuplicatesRequest>(json).is_err(),
                "{json}"
            );
        }
    }
}
