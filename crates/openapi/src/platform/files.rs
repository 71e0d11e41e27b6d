//! Uploads, downloads, delivery issues.

use postern_wire::clicksend::delivery_issue::{CreatedIssue, Issue, IssueRequest};
use postern_wire::clicksend::upload::{Upload, UploadRequest};
use serde_json::json;

use crate::document::Tag;
use crate::operation::{Content, Operation};
use crate::parameter::{Parameter, words};

const PIXEL: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

pub(super) fn tag() -> Tag {
    Tag {
        name: "Files and issues",
        description: "Files that messages and imports refer to, files behind links, and complaints about messages.",
        operations: vec![
            Operation::new("POST", "/v3/uploads", "uploadFile", "Upload a file")
                .says("Base64 in `content`, or a form with a file. What it is for is said in `convert`: `mms`, `csv` and others.")
                .with([Parameter::query("convert", "What the file is for.", words(&["mms", "csv"]))])
                .takes::<UploadRequest>(json!({"content": PIXEL, "convert": "mms"}))
                .wraps::<Upload>(),
            Operation::new("GET", "/v3/uploads/{name}", "downloadUpload", "An uploaded file")
                .public()
                .answer(200, "The file.", Some(Content::Other("*/*"))),
            Operation::new("GET", "/v3/files/{file_id}", "downloadExport", "The file behind the link of an export")
                .public()
                .with([super::parts::file_name()])
                .answer(200, "The file.", Some(Content::Other("text/csv"))),
            Operation::new("GET", "/v3/delivery-issues", "listIssues", "List delivery issues").pages::<Issue>(),
            Operation::new("POST", "/v3/delivery-issues", "createIssue", "Complain about a message")
                .takes::<IssueRequest>(json!({
                    "message_id": "8a5b1c3e-0d8a-4b1e-9d2f-0a6c3e7d9b10", "type": "SMS", "description": "It did not arrive.", "email_address": "ada@example.com",
                }))
                .wraps::<CreatedIssue>(),
        ],
    }
}
