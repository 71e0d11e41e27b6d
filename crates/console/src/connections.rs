//! `/console/connections`: which accounts of which apps can be reached, how they are, and what mends them.

mod act;
mod change;
mod create;
mod list;
mod view;

pub(crate) use act::{delete_connection, delete_form, reconnect, verify};
pub(crate) use change::{change_connection, change_form};
pub(crate) use create::{create_connection, create_form};
pub(crate) use list::list_connections;
pub(crate) use view::view_connection;

use postern_wire::control::{Connection, ConnectionAnswer};

use crate::control::Control;
use crate::trouble::Trouble;

/// The upstream that stands for the platform in this process.
const BUILTIN: &str = "builtin";

/// The class and the words of a status.
fn state(connection: &Connection) -> (&'static str, &'static str) {
    match connection.status.as_str() {
        "ACTIVE" => ("good", "active"),
        "PENDING" => ("warn", "waits for credentials"),
        _ => ("bad", "failed"),
    }
}

fn place(connection_id: &str) -> String {
    format!("/console/connections/{connection_id}")
}

/// A connection as people call it.
fn title(connection: &Connection) -> String {
    let name = connection.name.clone();
    name.unwrap_or_else(|| connection.app.clone())
}

async fn find(control: &Control, connection_id: &str) -> Result<Connection, Trouble> {
    let answer: ConnectionAnswer = control
        .get(&format!("/connections/{connection_id}"))
        .await?;
    Ok(answer.connection)
}
