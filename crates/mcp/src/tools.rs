//! All tools, in the order in which they are shown: Maton's ten under Maton's names, then those for messages.

mod actions;
mod api;
mod approvals;
mod connections;
mod contacts;
mod inbox;
mod messages;
mod outgoing;
mod preview;
mod replies;
mod send;
mod sends;
mod templates;
mod whoami;

use serde_json::{Value, json};

use crate::advice::Trouble;
use crate::answer::Answer;
use crate::tool::Tool;

pub(crate) use messages::{Channel, history};
pub(crate) use templates::list as list_templates;

pub(crate) fn all() -> Vec<Tool> {
    let mut tools = Vec::new();
    tools.extend(whoami::tools());
    tools.extend(connections::tools());
    tools.extend(actions::tools());
    tools.extend(api::tools());
    tools.extend(preview::tools());
    tools.extend(send::tools());
    tools.extend(messages::tools());
    tools.extend(replies::tools());
    tools.extend(inbox::tools());
    tools.extend(approvals::tools());
    tools.extend(sends::tools());
    tools.extend(contacts::tools());
    tools.extend(templates::tools());
    tools
}

/// Rows of a page of the account's, at most.
const PAGE_ROWS_MAX: u32 = 100;
/// Enough to see, little to read.
const PAGE_ROWS: u32 = 20;
/// Clients of agents give up on a tool after a minute, or half.
const WAIT_SECONDS_MAX: u32 = 50;

/// `?page=&limit=` as the account takes them, within bounds.
fn rows(limit: Option<u32>) -> u32 {
    limit.unwrap_or(PAGE_ROWS).clamp(1, PAGE_ROWS_MAX)
}

/// A page of ClickSend's: `{"data": {"total", "current_page", "last_page", "data": […]}}`, under a name of its own.
fn page(answer: &Answer, name: &str) -> Value {
    let json = answer.json();
    let data = &json["data"];
    let mut page = json!({
        "page": data["current_page"],
        "pages": data["last_page"],
        "total": data["total"],
    });
    page[name] = match &data["data"] {
        Value::Array(rows) => Value::Array(rows.clone()),
        _ => json!([]),
    };
    page
}

/// What the fields of a page are.
fn page_schema(name: &str, about: &str) -> rmcp::model::JsonObject {
    let mut properties = json!({
        "page": {"type": ["integer", "null"]},
        "pages": {"type": ["integer", "null"], "description": "There is more while `page` is below it."},
        "total": {"type": ["integer", "null"]},
    });
    properties[name] = json!({"type": "array", "items": {"type": "object"}, "description": about});
    crate::schema::output(properties, &[name])
}

/// What lies in ClickSend's `data`.
fn data(answer: &Answer) -> Value {
    part(answer.json(), "/data")
}

/// What a pointer (RFC 6901) leads to; `null` where there is nothing.
fn part(mut json: Value, pointer: &str) -> Value {
    json.pointer_mut(pointer).map_or(Value::Null, Value::take)
}

/// An id that goes into a path.
fn id(name: &str, text: &str) -> Result<String, Trouble> {
    match text.trim() {
        "" => Err(Trouble::arguments(format!("`{name}` is empty."))),
        text => Ok(postern_apps::url_encoded(text)),
    }
}
