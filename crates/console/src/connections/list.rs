//! `GET /console/connections`: all of them, oldest first: the first active one of an app is its default.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::{Extensions, StatusCode};
use postern_wire::control::{Connection, ConnectionList};

use super::{BUILTIN, place, title};
use crate::control::Control;
use crate::frozen::Frozen;
use crate::moment::Moment;
use crate::session::Session;
use crate::shell::{Section, Shell, html};
use crate::state::ConsoleState;
use crate::trouble::Trouble;

/// More are the command's to list.
const SHOWN_MAX: usize = 500;

#[derive(Template)]
#[template(path = "console/connections.html")]
struct ConnectionsPage {
    shell: Shell,
    rows: Vec<Row>,
    more: bool,
}

struct Row {
    title: String,
    href: String,
    tone: &'static str,
    word: &'static str,
    frozen: bool,
    builtin: bool,
    verified: Option<Moment>,
    connection: Connection,
}

pub(crate) async fn list_connections(
    State(state): State<ConsoleState>,
    session: Session,
    extensions: Extensions,
) -> Result<Response, Trouble> {
    let control = Control::of(&state, &session, &extensions);
    let target = format!("/connections?limit={SHOWN_MAX}");
    let found: ConnectionList = control.get(&target).await?;
    let frozen = Frozen::read(&control).await?;
    let now = (state.clock)();
    let more = found.connections.len() == SHOWN_MAX;
    let row = |connection: Connection| {
        let (tone, word) = super::state(&connection);
        let verified = connection.verified_at.as_deref();
        Row {
            title: title(&connection),
            href: place(&connection.connection_id),
            tone,
            word,
            frozen: frozen.has("connection", &connection.connection_id),
            builtin: connection.upstream == BUILTIN,
            verified: verified.map(|at| Moment::read(at, now)),
            connection,
        }
    };
    let page = ConnectionsPage {
        shell: Shell::of(&state, &session, Section::Connections),
        rows: found.connections.into_iter().map(row).collect(),
        more,
    };
    Ok(html(StatusCode::OK, &page))
}
