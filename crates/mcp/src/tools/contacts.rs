//! Contacts and the lists they are in.

use http::Method;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{data, page, page_schema, rows};
use crate::schema::output;
use crate::tool::{Kind, Needs, Tool, read};
use crate::visit::Ask;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Lists {
    /// Which page, from 1.
    page: Option<u32>,
    /// Rows a page, up to 100 (default 20).
    limit: Option<u32>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Contacts {
    /// As list_contact_lists gave it.
    list_id: u64,
    /// Which page, from 1.
    page: Option<u32>,
    /// Rows a page, up to 100 (default 20).
    limit: Option<u32>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NewList {
    /// What people call it.
    name: String,
}

#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NewContact {
    /// As list_contact_lists gave it.
    #[serde(skip_serializing)]
    list_id: u64,
    /// With + and country code, such as +15551234567.
    phone_number: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
}

pub(super) fn tools() -> Vec<Tool> {
    vec![
        Tool::new::<Lists>(
            "list_contact_lists",
            "List contact lists",
            "The account's lists of contacts. The one called Opt-Out List holds people who must not be written to.",
            Kind::Reads,
            Needs::Account(&[("GET", "/v3/lists")]),
            page_schema("lists", "list_id, list_name"),
            |visit, arguments| {
                Box::pin(async move {
                    let Lists {
                        page: number,
                        limit,
                    } = read(arguments)?;
                    let ask = Ask::account(Method::GET, "/v3/lists")
                        .query("page", number.unwrap_or(1).max(1))
                        .query("limit", rows(limit));
                    Ok(page(&visit.make(ask).await?, "lists"))
                })
            },
        ),
        Tool::new::<Contacts>(
            "list_contacts",
            "List contacts",
            "The contacts of one list, a page at a time.",
            Kind::Reads,
            Needs::Account(&[("GET", "/v3/lists/{list_id}/contacts")]),
            page_schema(
                "contacts",
                "contact_id, phone_number, first_name, last_name, email",
            ),
            |visit, arguments| {
                Box::pin(async move {
                    let Contacts {
                        list_id,
                        page: number,
                        limit,
                    } = read(arguments)?;
                    let ask = Ask::account(Method::GET, &format!("/v3/lists/{list_id}/contacts"))
                        .query("page", number.unwrap_or(1).max(1))
                        .query("limit", rows(limit));
                    Ok(page(&visit.make(ask).await?, "contacts"))
                })
            },
        ),
        Tool::new::<NewList>(
            "create_contact_list",
            "Create a contact list",
            "Makes an empty list. Writes to nobody.",
            Kind::Adds,
            Needs::Account(&[("POST", "/v3/lists")]),
            output(
                json!({"list": {"type": "object", "description": "list_id, list_name"}}),
                &["list"],
            ),
            |visit, arguments| {
                Box::pin(async move {
                    let NewList { name } = read(arguments)?;
                    let ask =
                        Ask::account(Method::POST, "/v3/lists").body(json!({"list_name": name}));
                    Ok(json!({"list": data(&visit.make(ask).await?)}))
                })
            },
        ),
        Tool::new::<NewContact>(
            "add_contact",
            "Add a contact",
            "Puts somebody into a list. Writes to nobody.",
            Kind::Adds,
            Needs::Account(&[("POST", "/v3/lists/{list_id}/contacts")]),
            output(
                json!({"contact": {"type": "object", "description": "contact_id, phone_number and so on"}}),
                &["contact"],
            ),
            |visit, arguments| {
                Box::pin(async move {
                    let contact: NewContact = read(arguments)?;
                    let path = format!("/v3/lists/{}/contacts", contact.list_id);
                    let body = serde_json::to_value(&contact).unwrap_or(Value::Null);
                    let answer = visit
                        .make(Ask::account(Method::POST, &path).body(body))
                        .await?;
                    Ok(json!({"contact": data(&answer)}))
                })
            },
        ),
    ]
}
