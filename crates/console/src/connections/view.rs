//! `GET /console/connections/{connection_id}`: one connection, its health, and the link that mends it while there is one.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use http::Extensions;
use postern_wire::control::Connection;
use serde::Deserialize;

use super::{BUILTIN, find, place, title};
use crate::control::Control;
use crate::frozen;
use crate::limits_form::in_words;
use crate::moment::Moment;
use crate::session::Session;
use crate::shell::{Section, Shell, live};
use crate::state::ConsoleState;
use crate::trouble::Trouble;

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    /// What came of asking the upstream: one of our own words.
    verified: Option<String>,
}

#[derive(Template)]
#[template(path = "console/connection.html")]
struct ConnectionPage {
    shell: Shell,
    title: String,
    place: String,
    tone: &'static str,
    word: &'static str,
    builtin: bool,
    /// The connect page with a token that works, while there is one.
    link: Option<String>,
    holds: Option<String>,
    /// The class and the sentence about a verification that was just asked for.
    said: Option<(&'static str, &'static str)>,
    verified: Option<Moment>,
    created: Moment,
    changed: Moment,
    limits: Vec<(String, String)>,
    connection: Connection,
}

pub(crate) async fn view_connection(
    State(state): State<ConsoleState>,
    session: Session,
    extensions: Extensions,
    Path(connection_id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Trouble> {
    let control = Control::of(&state, &session, &extensions);
    let connection = find(&control, &connection_id).await?;
    let frozen = frozen::of(&control, "connection", &connection_id).await?;
    let now = (state.clock)();
    let (tone, word) = super::state(&connection);
    let verified = connection.verified_at.as_deref();
    let page = ConnectionPage {
        shell: Shell::of(&state, &session, Section::Connections),
        title: title(&connection),
        place: place(&connection_id),
        tone,
        word,
        builtin: connection.upstream == BUILTIN,
        link: connection
            .url
            .contains("session_token=")
            .then(|| connection.url.clone()),
        holds: frozen.map(|answer| frozen::in_words(&answer.holds)),
        said: asked.verified.as_deref().and_then(sentence),
        verified: verified.map(|at| Moment::read(at, now)),
        created: Moment::read(&connection.creation_time, now),
        changed: Moment::read(&connection.last_updated_time, now),
        limits: in_words(&connection.limits),
        connection,
    };
    Ok(live(&page))
}

fn sentence(word: &str) -> Option<(&'static str, &'static str)> {
    match word {
        "verified" => Some(("", "The upstream accepts the credentials.")),
        "rejected" => Some((
            "bad",
            "The upstream does not accept the credentials any more. Reconnect to give it new ones.",
        )),
        "unreachable" => Some((
            "warn",
            "The upstream did not answer, so nothing is known and nothing was changed. Try again in a moment.",
        )),
        "skipped" => Some((
            "warn",
            "This app names no call that verifies credentials, so nobody could be asked.",
        )),
        _ => None,
    }
}
