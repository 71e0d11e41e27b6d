//! `/inbox`: the simulator's handsets and its mailbox, looked at, answered with and emptied. It is what a test of a program that sends
//! waits on, and what the console's phone shows.

mod chaos;
mod clock;
mod empty;
mod handsets;
mod list;
mod reply;

use http::{Method, StatusCode};
use postern_access::{Caller, NoConnection, Upstream};
use postern_apps::normal_path;
use postern_domain::account::AccountId;

use crate::accounts::unnarrowed;
use crate::refusal::Refusal;
use crate::state::ControlState;

pub(crate) use chaos::{change_chaos, read_chaos, reset_chaos};
pub(crate) use clock::{read_clock, reset_clock, set_clock};
pub(crate) use empty::empty_inbox;
pub(crate) use handsets::{handle_waiting, list_handsets, put_handset};
pub(crate) use list::{read_inbox, seconds};
pub(crate) use reply::reply;

const APP: &str = "clicksend";
/// Whoever may read this may see the inbox: it shows the same texts.
const HISTORY: &str = "/v3/sms/history";

/// The account whose messages `caller` may see: that of the connection it names, else of the one that its calls would use.
pub(crate) fn account(
    state: &ControlState,
    caller: &Caller,
    connection: Option<&str>,
) -> Result<AccountId, Refusal> {
    let path = normal_path(HISTORY).map_err(|error| Refusal::internal(&error))?;
    let app = state.registry.get(APP);
    let judged = app.and_then(|app| app.effect(&Method::GET, &path));
    caller
        .judge(&Method::GET, &path, judged.as_ref())
        .map_err(|refused| Refusal::forbidden("not_allowed", refused.to_string()))?;
    let connection = state
        .directory
        .connection(caller, APP, connection)
        .map_err(|none| none_said(&none))?;
    match connection.upstream {
        Upstream::Builtin(account) => Ok(account),
        Upstream::Url(_) => Err(Refusal::conflict(
            "no_simulator",
            format!(
                "connection `{}` sends over a real account; its messages arrive at real handsets",
                connection.id
            ),
        )
        .field("connection")
        .hint("name a connection to the built-in platform")),
    }
}

/// A test key's inbox is its own; what live keys send is looked at by many.
pub(crate) fn may_change(caller: &Caller) -> Result<(), Refusal> {
    match caller.test {
        true => Ok(()),
        false => unnarrowed(caller),
    }
}

/// Brings into force what was committed about a simulated network.
async fn in_force(state: &ControlState) -> Result<(), Refusal> {
    let read = state.phones.simulator.read_networks(&state.store).await;
    read.map_err(|error| Refusal::not_in_force(&error))
}

fn none_said(none: &NoConnection) -> Refusal {
    let (status, error) = match none {
        NoConnection::Unknown(_) | NoConnection::OtherApp { .. } => {
            (StatusCode::NOT_FOUND, "connection_not_found")
        }
        NoConnection::NotActive { .. } => (StatusCode::CONFLICT, "connection_not_active"),
        NoConnection::None { .. } => (StatusCode::BAD_REQUEST, "no_connection"),
        NoConnection::OutOfScope(_) | NoConnection::AppOutOfScope(_) | NoConnection::TestKey(_) => {
            (StatusCode::FORBIDDEN, "connection_out_of_scope")
        }
    };
    Refusal::new(status, error, none.to_string()).field("connection")
}
