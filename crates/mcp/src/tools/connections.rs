//! Connections: the accounts that calls go to. Credentials never come through here: a person gives them on the connect page.

use http::Method;
use postern_access::role::ControlRoute;
use rmcp::model::JsonObject;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{PAGE_ROWS_MAX, id};
use crate::advice::Trouble;
use crate::schema::output;
use crate::tool::{Kind, Needs, Tool, read};
use crate::visit::{Ask, Visit};

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct List {
    /// Only of this app, such as `clicksend`.
    app: Option<String>,
    /// `ACTIVE`, `PENDING` or `FAILED`.
    status: Option<String>,
    /// How many at most, up to 100.
    limit: Option<u32>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct One {
    /// Which one. The argument `connection` does as well.
    connection_id: Option<String>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Create {
    /// Which app it is an account of; search_apps lists them.
    app: String,
    /// What people call it.
    name: Option<String>,
}

impl One {
    /// Only what was named in this call: a header that all calls carry is no wish to delete something.
    fn path(self, visit: &Visit) -> Result<String, Trouble> {
        let named = visit.connection.clone().filter(|_| visit.names_connection);
        let chosen = self.connection_id.or(named);
        let chosen = chosen.ok_or_else(|| Trouble::arguments("`connection_id` is missing."))?;
        Ok(format!("/connections/{}", id("connection_id", &chosen)?))
    }
}

/// Of one connection.
fn one() -> JsonObject {
    output(
        json!({"connection": {"type": "object", "description": "connection_id, app, status (ACTIVE, PENDING or FAILED), method, name, url"}}),
        &["connection"],
    )
}

pub(super) fn tools() -> Vec<Tool> {
    vec![
        Tool::new::<List>(
            "list_connections",
            "List connections",
            "The accounts that this key may use, the oldest first. The oldest ACTIVE one of an app is used when no `connection` is named.",
            Kind::Reads,
            Needs::Route(ControlRoute::ConnectionsList),
            output(
                json!({"connections": {"type": "array", "items": {"type": "object"}}}),
                &["connections"],
            ),
            |visit, arguments| {
                Box::pin(async move {
                    let List { app, status, limit } = read(arguments)?;
                    let ask = Ask::get("/connections")
                        .query_if("app", app)
                        .query_if("status", status)
                        .query(
                            "limit",
                            limit.unwrap_or(PAGE_ROWS_MAX).clamp(1, PAGE_ROWS_MAX),
                        );
                    Ok(visit.make(ask).await?.json())
                })
            },
        ),
        Tool::new::<One>(
            "get_connection",
            "Get a connection",
            "One connection: its app, its status, and why it does not work if it does not.",
            Kind::Reads,
            Needs::Route(ControlRoute::ConnectionRead),
            one(),
            |visit, arguments| {
                Box::pin(async move {
                    let path = read::<One>(arguments)?.path(&visit)?;
                    Ok(visit.make(Ask::get(path)).await?.json())
                })
            },
        ),
        Tool::new::<Create>(
            "create_connection",
            "Create a connection",
            "Makes a link on which a person gives an account's credentials; never ask them for the credentials yourself. Give them `connection.url`, which works once, for 30 \
             minutes. The connection is PENDING until then.",
            Kind::Adds,
            Needs::Route(ControlRoute::ConnectionCreate),
            one(),
            |visit, arguments| {
                Box::pin(async move {
                    let Create { app, name } = read(arguments)?;
                    let ask = Ask::new(Method::POST, "/connections")
                        .body(json!({"app": app, "name": name}));
                    Ok(visit.make(ask).await?.json())
                })
            },
        ),
        Tool::new::<One>(
            "delete_connection",
            "Delete a connection",
            "Removes a connection and forgets its credentials, for good. Whatever uses it stops working: ask first.",
            Kind::Removes,
            Needs::Route(ControlRoute::ConnectionDelete),
            output(
                json!({"deleted": {"type": "boolean"}, "connection_id": {"type": "string"}}),
                &["deleted"],
            ),
            |visit, arguments| {
                Box::pin(async move {
                    let path = read::<One>(arguments)?.path(&visit)?;
                    Ok(visit.make(Ask::new(Method::DELETE, path)).await?.json())
                })
            },
        ),
    ]
}
