//! Templates: texts that are used again.

use http::Method;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{data, page, page_schema, rows};
use crate::schema::output;
use crate::tool::{Kind, Needs, Tool, read};
use crate::visit::Ask;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct List {
    /// Which page, from 1.
    page: Option<u32>,
    /// Rows a page, up to 100 (default 20).
    limit: Option<u32>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct New {
    /// What people call it.
    name: String,
    /// The text; (First Name) and the like are filled in for contacts.
    body: String,
}

/// A page of templates.
pub(crate) fn list(page: Option<u32>, limit: Option<u32>) -> Ask {
    Ask::account(Method::GET, "/v3/sms/templates")
        .query("page", page.unwrap_or(1).max(1))
        .query("limit", rows(limit))
}

pub(super) fn tools() -> Vec<Tool> {
    vec![
        Tool::new::<List>(
            "list_templates",
            "List templates",
            "The account's text templates.",
            Kind::Reads,
            Needs::Account(&[("GET", "/v3/sms/templates")]),
            page_schema("templates", "template_id, template_name, body"),
            |visit, arguments| {
                Box::pin(async move {
                    let List {
                        page: number,
                        limit,
                    } = read(arguments)?;
                    Ok(page(&visit.make(list(number, limit)).await?, "templates"))
                })
            },
        ),
        Tool::new::<New>(
            "create_template",
            "Create a template",
            "Keeps a text for later. Writes to nobody.",
            Kind::Adds,
            Needs::Account(&[("POST", "/v3/sms/templates")]),
            output(
                json!({"template": {"type": "object", "description": "template_id, template_name, body"}}),
                &["template"],
            ),
            |visit, arguments| {
                Box::pin(async move {
                    let New { name, body } = read(arguments)?;
                    let ask = Ask::account(Method::POST, "/v3/sms/templates")
                        .body(json!({"template_name": name, "body": body}));
                    Ok(json!({"template": data(&visit.make(ask).await?)}))
                })
            },
        ),
    ]
}
