//! `/v3/lists`: lists of contacts, and work on whole lists.

use postern_wire::clicksend::Envelope;
use postern_wire::clicksend::list::{
    ContactList, Deleted, ExportLink, ImportField, ImportQueued, ImportReport, ImportRequest,
    ListRequest, Preview, RemoveDuplicatesRequest,
};
use postern_wire::clicksend::page::LinkedPage;
use serde_json::json;

use super::parts::{Nothing, file_name, order, paging, search};
use crate::document::Tag;
use crate::operation::{Content, Operation};

pub(super) fn tag() -> Tag {
    let file = || json!({"content": "cGhvbmVfbnVtYmVyLGZpcnN0X25hbWUKKzE1NTUxMjM0NTY3LEFkYQo=", "field_order": ["phone", "first_name"]});
    Tag {
        name: "Lists",
        description: "Lists of contacts; importing, exporting and cleaning them.",
        operations: vec![
            Operation::new("GET", "/v3/lists", "listLists", "List lists")
                .with(paging())
                .with([search("`list_name`"), order("`list_id`, `list_name`")])
                .answers::<Envelope<LinkedPage<ContactList>>>(200, "One page."),
            Operation::new("POST", "/v3/lists", "createList", "Make a list")
                .takes::<ListRequest>(json!({"list_name": "Customers"}))
                .wraps::<ContactList>(),
            Operation::new("GET", "/v3/lists/{list_id}", "readList", "Read a list").wraps::<ContactList>(),
            Operation::new("PUT", "/v3/lists/{list_id}", "updateList", "Rename a list")
                .takes::<ListRequest>(json!({"list_name": "Old customers"}))
                .wraps::<ContactList>(),
            Operation::new("DELETE", "/v3/lists/{list_id}", "deleteList", "Delete a list")
                .says("With its contacts. The Opt-Out List stays.")
                .wraps::<Nothing>(),
            Operation::new("PUT", "/v3/lists/{list_id}/remove-duplicates", "removeDuplicates", "Remove duplicates")
                .may_take::<RemoveDuplicatesRequest>(json!({"fields": ["phone"]}))
                .wraps::<Deleted>(),
            Operation::new("PUT", "/v3/lists/{list_id}/remove-opted-out-contacts/{opt_out_list_id}", "removeOptedOut", "Remove who has opted out")
                .wraps::<Deleted>(),
            Operation::new("GET", "/v3/lists/{list_id}/import-fields", "listImportFields", "What columns may be").wraps::<Vec<ImportField>>(),
            Operation::new("POST", "/v3/lists/{list_id}/import-csv-preview", "previewImport", "Look into a file before it is imported")
                .takes::<ImportRequest>(file())
                .wraps::<Preview>(),
            Operation::new("POST", "/v3/lists/{list_id}/import", "importContacts", "Import a file")
                .says("Works in the background. The file is `content` in base64, a `data:` URL, or one that was uploaded. A CSV may also be the body itself, with `field_order` in the query.")
                .takes::<ImportRequest>(file())
                .wraps::<ImportQueued>(),
            Operation::new("GET", "/v3/lists/{list_id}/import/{import_id}", "readImport", "What became of an import")
                .says("Ours: ClickSend has no way to ask.")
                .wraps::<ImportReport>(),
            Operation::new("GET", "/v3/lists/{list_id}/export", "exportList", "Export a list")
                .says("Answers a link that is good for a while, without credentials.")
                .with([file_name()])
                .wraps::<ExportLink>(),
            Operation::new("GET", "/v3/lists/{list_id}/export/{link}/{name}", "downloadList", "The file behind the link")
                .public()
                .answer(200, "The file.", Some(Content::Other("text/csv"))),
        ],
    }
}
