//! `/v3/lists/{list_id}/contacts` and searches.

use postern_wire::clicksend::contact::{Contact, ContactRequest, SearchRow};
use serde_json::json;

use super::parts::{Nothing, date, order, search};
use crate::document::Tag;
use crate::operation::Operation;
use crate::parameter::{Parameter, text};

pub(super) fn tag() -> Tag {
    let q = || Parameter::query("q", "Part of a name, a number or an address.", text());
    Tag {
        name: "Contacts",
        description: "People on lists.",
        operations: vec![
            Operation::new(
                "GET",
                "/v3/lists/{list_id}/contacts",
                "listContacts",
                "List contacts",
            )
            .pages::<Contact>()
            .with([
                search("any field of a contact"),
                order("any field of a contact"),
                date("updated_after", "Changed after (unix seconds)."),
            ]),
            Operation::new(
                "POST",
                "/v3/lists/{list_id}/contacts",
                "createContact",
                "Add a contact",
            )
            .says("A number, a fax number or an e-mail address has to be there.")
            .takes::<ContactRequest>(json!({"phone_number": "+15551234567", "first_name": "Ada"}))
            .wraps::<Contact>(),
            Operation::new(
                "GET",
                "/v3/lists/{list_id}/contacts/{contact_id}",
                "readContact",
                "Read a contact",
            )
            .wraps::<Contact>(),
            Operation::new(
                "PUT",
                "/v3/lists/{list_id}/contacts/{contact_id}",
                "updateContact",
                "Change a contact",
            )
            .says("What is missing stays; `\"\"` empties a field.")
            .may_take::<ContactRequest>(json!({"first_name": "Augusta"}))
            .wraps::<Contact>(),
            Operation::new(
                "DELETE",
                "/v3/lists/{list_id}/contacts/{contact_id}",
                "deleteContact",
                "Delete a contact",
            )
            .wraps::<Nothing>(),
            Operation::new(
                "PUT",
                "/v3/lists/{list_id}/contacts/{contact_id}/copy/{to_list_id}",
                "copyContact",
                "Copy a contact to another list",
            )
            .wraps::<Contact>(),
            Operation::new(
                "PUT",
                "/v3/lists/{list_id}/contacts/{contact_id}/transfer/{to_list_id}",
                "transferContact",
                "Move a contact to another list",
            )
            .wraps::<Contact>(),
            Operation::new(
                "GET",
                "/v3/search/contacts-lists",
                "searchContactsAndLists",
                "Search contacts and lists",
            )
            .pages::<SearchRow>()
            .with([q()]),
            Operation::new(
                "GET",
                "/v3/contact-suggestions",
                "suggestContacts",
                "Contacts that fit what is typed",
            )
            .with([q()])
            .wraps::<Vec<Contact>>(),
        ],
    }
}
