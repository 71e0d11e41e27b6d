//! What the brake is pulled for, and pulling and releasing it, of keys and of connections.

use axum::extract::{Path, Request, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::{Extensions, Method};
use postern_wire::control::{Freeze, FreezeAnswer, FreezeList, Held};
use serde_json::{Value, json};

use crate::confirm::ConfirmPage;
use crate::control::Control;
use crate::form::Typed;
use crate::query::form_urlencoded;
use crate::session::Session;
use crate::shell::{Section, Shell};
use crate::state::ConsoleState;
use crate::trouble::Trouble;

/// So many are marked in lists; beyond it, the page of one still says it.
const SHOWN_MAX: i64 = 200;

pub(crate) struct Frozen {
    freezes: Vec<Freeze>,
    /// Nothing is sent at all.
    pub(crate) all: bool,
}

impl Frozen {
    pub(crate) async fn read(control: &Control) -> Result<Frozen, Trouble> {
        let found: FreezeList = control.get(&format!("/freeze?limit={SHOWN_MAX}")).await?;
        let all: Option<FreezeAnswer> = control.find("/freeze?scope=all").await?;
        Ok(Frozen {
            freezes: found.freezes,
            all: all.is_some(),
        })
    }

    pub(crate) fn has(&self, scope: &str, id: &str) -> bool {
        let is = |freeze: &Freeze| freeze.scope == scope && freeze.id.as_deref() == Some(id);
        self.freezes.iter().any(is)
    }
}

/// The freeze of one thing, and what it holds.
pub(crate) async fn of(
    control: &Control,
    scope: &str,
    id: &str,
) -> Result<Option<FreezeAnswer>, Trouble> {
    let query = form_urlencoded(&[("scope", scope.to_owned()), ("id", id.to_owned())]);
    Ok(control.find(&format!("/freeze?{query}")).await?)
}

/// `2 messages that are late and 1 scheduled message`
pub(crate) fn in_words(held: &Held) -> String {
    let count = |n: i64, one: &str, many: &str| match n {
        0 => None,
        1 => Some(format!("1 {one}")),
        n => Some(format!("{n} {many}")),
    };
    let parts: Vec<String> = [
        count(held.late, "message that is late", "messages that are late"),
        count(held.scheduled, "scheduled message", "scheduled messages"),
        count(held.campaigns, "campaign", "campaigns"),
    ]
    .into_iter()
    .flatten()
    .collect();
    let more = if held.more { ", and more" } else { "" };
    match parts.is_empty() {
        true => "nothing".to_owned(),
        false => format!("{}{more}", parts.join(", ")),
    }
}

/// What of the navigation is meant by a part of the address, and what the API calls it.
fn named(kind: &str) -> Result<(&'static str, Section), Trouble> {
    match kind {
        "keys" => Ok(("key", Section::Keys)),
        "connections" => Ok(("connection", Section::Connections)),
        _ => Err(Trouble::NotFound),
    }
}

pub(crate) async fn freeze_form(
    State(state): State<ConsoleState>,
    session: Session,
    extensions: Extensions,
    Path((kind, id)): Path<(String, String)>,
) -> Result<Response, Trouble> {
    let (scope, section) = named(&kind)?;
    let control = Control::of(&state, &session, &extensions);
    // There must be such a thing.
    let _: Value = control.get(&format!("/{kind}/{id}")).await?;
    let place = format!("/console/{kind}/{id}");
    let page = ConfirmPage {
        shell: Shell::of(&state, &session, section),
        title: format!("Freeze this {scope}?"),
        lead: vec![
            "From the moment you confirm, nothing more is sent with it: new calls are refused, what is queued or scheduled waits.".to_owned(),
            "It can be released again; what waits leaves then.".to_owned(),
        ],
        action: format!("{place}/freeze"),
        button: "Freeze",
        is_final: true,
        inputs: Vec::new(),
        back: place,
        problem: String::new(),
    };
    Ok(page.shown())
}

pub(crate) async fn unfreeze_form(
    State(state): State<ConsoleState>,
    session: Session,
    extensions: Extensions,
    Path((kind, id)): Path<(String, String)>,
) -> Result<Response, Trouble> {
    let (scope, section) = named(&kind)?;
    let control = Control::of(&state, &session, &extensions);
    let found = of(&control, scope, &id).await?.ok_or(Trouble::NotFound)?;
    let place = format!("/console/{kind}/{id}");
    let page = ConfirmPage {
        shell: Shell::of(&state, &session, section),
        title: format!("Release this {scope}?"),
        lead: vec![format!(
            "It holds {}. What is late leaves at once, what is scheduled at its time.",
            in_words(&found.holds)
        )],
        action: format!("{place}/unfreeze"),
        button: "Release",
        is_final: false,
        inputs: Vec::new(),
        back: place,
        problem: String::new(),
    };
    Ok(page.shown())
}

pub(crate) async fn freeze(
    state: State<ConsoleState>,
    session: Session,
    path: Path<(String, String)>,
    request: Request,
) -> Result<Response, Trouble> {
    pull(state, session, path, request, Method::POST).await
}

pub(crate) async fn unfreeze(
    state: State<ConsoleState>,
    session: Session,
    path: Path<(String, String)>,
    request: Request,
) -> Result<Response, Trouble> {
    pull(state, session, path, request, Method::DELETE).await
}

async fn pull(
    State(state): State<ConsoleState>,
    session: Session,
    Path((kind, id)): Path<(String, String)>,
    request: Request,
    method: Method,
) -> Result<Response, Trouble> {
    let (scope, _) = named(&kind)?;
    let control = Control::of(&state, &session, request.extensions());
    Typed::of_session(&state, &session, request).await?;
    let wish = json!({"scope": scope, "id": id});
    let _: Value = control.send(method, "/freeze", &wish).await?;
    Ok(Redirect::to(&format!("/console/{kind}/{id}")).into_response())
}
