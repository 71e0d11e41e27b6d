//! `GET /console/keys`: page by page, oldest first, as the API lists them.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use http::{Extensions, StatusCode};
use postern_wire::control::{Key, KeyList};
use serde::Deserialize;

use super::{place, tone};
use crate::control::Control;
use crate::frozen::Frozen;
use crate::moment::Moment;
use crate::query::form_urlencoded;
use crate::session::Session;
use crate::shell::{Section, Shell, html};
use crate::state::ConsoleState;
use crate::trouble::Trouble;

const PAGE_ROWS: i64 = 50;

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    after: Option<String>,
}

#[derive(Template)]
#[template(path = "console/keys.html")]
struct KeysPage {
    shell: Shell,
    rows: Vec<Row>,
    all_frozen: bool,
    is_first: bool,
    next: Option<String>,
}

struct Row {
    key: Key,
    href: String,
    tone: &'static str,
    frozen: bool,
    reach: String,
    last_used: Option<Moment>,
    expires: Option<Moment>,
}

pub(crate) async fn list_keys(
    State(state): State<ConsoleState>,
    session: Session,
    extensions: Extensions,
    Query(asked): Query<Asked>,
) -> Result<Response, Trouble> {
    let control = Control::of(&state, &session, &extensions);
    let after = asked.after.unwrap_or_default();
    let query = form_urlencoded(&[("limit", PAGE_ROWS.to_string()), ("after", after.clone())]);
    let found: KeyList = control.get(&format!("/keys?{query}")).await?;
    let frozen = Frozen::read(&control).await?;
    let now = (state.clock)();
    let row = |key: Key| Row {
        href: place(&key.key_id),
        tone: tone(&key.status),
        frozen: frozen.has("key", &key.key_id),
        reach: reach(&state, &key),
        last_used: key.last_used_at.as_deref().map(|at| Moment::read(at, now)),
        expires: key.expires_at.as_deref().map(|at| Moment::read(at, now)),
        key,
    };
    let page = KeysPage {
        shell: Shell::of(&state, &session, Section::Keys),
        rows: found.keys.into_iter().map(row).collect(),
        all_frozen: frozen.all,
        is_first: after.is_empty(),
        next: found
            .next
            .map(|next| format!("/console/keys?{}", form_urlencoded(&[("after", next)]))),
    };
    Ok(html(StatusCode::OK, &page))
}

/// What a key's scope comes to, in a few words.
pub(super) fn reach(state: &ConsoleState, key: &Key) -> String {
    let mut words = Vec::new();
    if key.test {
        words.push("the sandbox".to_owned());
    }
    if let Some(apps) = &key.apps {
        words.push(match apps.as_slice() {
            [] => "no app".to_owned(),
            apps => apps.join(", "),
        });
    }
    if let Some(ids) = &key.connections {
        let name = |id: &String| {
            let found = state.directory.connection_by_id(id);
            found
                .map(|connection| connection.name.clone())
                .filter(|name| !name.is_empty())
                .unwrap_or_else(|| id.clone())
        };
        words.push(match ids.as_slice() {
            [] => "no connection".to_owned(),
            ids if ids.len() > 3 => format!("{} connections", ids.len()),
            ids => ids.iter().map(name).collect::<Vec<_>>().join(", "),
        });
    }
    if key.rules.is_some() {
        words.push("by rules".to_owned());
    }
    match words.is_empty() {
        true => "every connection".to_owned(),
        false => words.join("; "),
    }
}
