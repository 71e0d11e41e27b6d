//! `/connections`: one file for each verb.

mod accept;
mod change;
mod complete;
mod create;
mod delete;
mod hook;
mod list;
mod read;
mod reconnect;
mod verify;
mod view;

pub(crate) use change::change_connection;
pub(crate) use complete::{Failure, Origins, attempt, origins};
pub(crate) use create::create_connection;
pub(crate) use delete::delete_connection;
pub(crate) use hook::hook_connection;
pub(crate) use list::list_connections;
pub(crate) use read::read_connection;
pub(crate) use reconnect::reconnect;
pub(crate) use verify::verify_connection;

use postern_access::Caller;
use postern_apps::App;
use postern_domain::account::AccountId;
use postern_store::Tx;
use postern_store::accounts::{self, Account};
use postern_store::connections::{self, ConnectionRow};

use crate::refusal::Refusal;
use crate::state::ControlState;

/// The one app that the built-in platform can stand in for.
const PLATFORM_APP: &str = "clicksend";

pub(crate) fn platform_speaks(app: &App) -> bool {
    app.name == PLATFORM_APP
}

/// Whether a connection concerns the key: in its scope and, for test keys, in the sandbox.
fn concerns(caller: &Caller, row: &ConnectionRow) -> bool {
    let scope = &caller.scope;
    scope
        .apps
        .as_ref()
        .is_none_or(|apps| apps.contains(&row.app))
        && scope
            .connections
            .as_ref()
            .is_none_or(|ids| ids.contains(&row.connection_id))
        && (row.sandbox || !caller.test)
}

/// 404 if it does not exist, 403 if it does not concern the key.
pub(crate) async fn find(
    state: &ControlState,
    caller: &Caller,
    connection_id: &str,
) -> Result<ConnectionRow, Refusal> {
    let id = connection_id.to_owned();
    let row = state
        .store
        .read(move |tx| connections::get(tx, &id))
        .await?
        .ok_or_else(|| not_found(connection_id))?;
    if concerns(caller, &row) {
        return Ok(row);
    }
    let message = format!("this key may not use connection `{connection_id}`");
    Err(Refusal::forbidden("connection_out_of_scope", message))
}

fn not_found(connection_id: &str) -> Refusal {
    Refusal::not_found(
        "connection_not_found",
        format!("Connection `{connection_id}` not found"),
    )
    .hint("GET /connections lists those that this key may use")
}

/// The first active account that is, or is not, a sandbox.
pub(crate) fn oldest_account(
    tx: &mut Tx<'_>,
    sandbox: bool,
) -> postern_store::Result<Option<Account>> {
    let mut after = AccountId(0);
    loop {
        let page = accounts::list(tx, after, 100)?;
        let Some(last) = page.last().map(|account| account.id) else {
            return Ok(None);
        };
        if let Some(account) = page
            .into_iter()
            .find(|account| account.sandbox == sandbox && account.active)
        {
            return Ok(Some(account));
        }
        after = last;
    }
}
