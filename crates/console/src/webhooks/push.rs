//! `/console/webhooks/pushes/{account}/{push_id}`: one push with every try, and one more.

use askama::Template;
use axum::extract::{Path, Request, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::{Extensions, Method};
use postern_wire::control::{Push, PushAnswer};
use serde_json::json;

use super::{Try, find, place, state as state_of, what};
use crate::control::Control;
use crate::form::Typed;
use crate::moment::Moment;
use crate::session::Session;
use crate::shell::{Section, Shell, live};
use crate::state::ConsoleState;
use crate::trouble::Trouble;

#[derive(Template)]
#[template(path = "console/push.html")]
struct PushPage {
    shell: Shell,
    /// Of the push, of its webhook if there is one, and of the list.
    place: String,
    webhook: Option<String>,
    list: String,
    what: &'static str,
    tone: &'static str,
    word: &'static str,
    created: Moment,
    next: Option<Moment>,
    ended: Option<Moment>,
    /// The newest first.
    tries: Vec<Try>,
    push: Push,
}

pub(crate) async fn view_push(
    State(state): State<ConsoleState>,
    session: Session,
    extensions: Extensions,
    Path((account, push_id)): Path<(i64, String)>,
) -> Result<Response, Trouble> {
    let control = Control::of(&state, &session, &extensions);
    let target = format!("/webhooks/pushes/{push_id}?account={account}");
    let found: PushAnswer = control.get(&target).await?;
    // It may have been removed meanwhile.
    let webhook = match found.push.webhook.as_deref() {
        Some(name) => there(&control, account, name).await?,
        None => None,
    };
    let now = (state.clock)();
    let (tone, word) = state_of(&found.push);
    let at = |text: &Option<String>| text.as_deref().map(|text| Moment::read(text, now));
    let tries = found.tries.into_iter().rev();
    let page = PushPage {
        shell: Shell::of(&state, &session, Section::Webhooks),
        place: format!("/console/webhooks/pushes/{account}/{push_id}"),
        webhook,
        list: format!("/console/webhooks?account={account}"),
        what: what(found.push.webhook.as_deref()),
        tone,
        word,
        created: Moment::read(&found.push.created_at, now),
        next: found
            .push
            .next_try_at
            .as_deref()
            .map(|at| Moment::coming(at, now)),
        ended: at(&found.push.ended_at),
        tries: tries.map(|one| Try::of(one, String::new(), now)).collect(),
        push: found.push,
    };
    Ok(live(&page))
}

/// Where the webhook is looked at, as long as it is there.
async fn there(control: &Control, account: i64, name: &str) -> Result<Option<String>, Trouble> {
    match find(control, account, name).await {
        Ok(webhook) => Ok(Some(place(account, &webhook.webhook))),
        Err(Trouble::NotFound) => Ok(None),
        Err(other) => Err(other),
    }
}

pub(crate) async fn replay_push(
    State(state): State<ConsoleState>,
    session: Session,
    Path((account, push_id)): Path<(i64, String)>,
    request: Request,
) -> Result<Response, Trouble> {
    let control = Control::of(&state, &session, request.extensions());
    Typed::of_session(&state, &session, request).await?;
    let target = format!("/webhooks/pushes/{push_id}/replay?account={account}");
    let _: PushAnswer = control.send(Method::POST, &target, &json!({})).await?;
    let page = format!("/console/webhooks/pushes/{account}/{push_id}");
    Ok(Redirect::to(&page).into_response())
}
