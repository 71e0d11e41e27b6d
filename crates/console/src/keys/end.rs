//! `/console/keys/{key_id}/rotate` and `…/revoke`: a new secret, and the end.

use axum::extract::{Path, Request, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::{Extensions, Method};
use postern_wire::control::{KeyDeleted, KeySecret};
use serde_json::json;

use super::create::shown_once;
use super::form::number;
use super::{find, place};
use crate::confirm::ConfirmPage;
use crate::control::{Control, Unanswered};
use crate::form::Typed;
use crate::input::{Input, Kind, sentence};
use crate::session::Session;
use crate::shell::{Section, Shell, live};
use crate::state::ConsoleState;
use crate::trouble::Trouble;

/// As the API has it when nothing is said.
const OVERLAP_MINUTES: i64 = 60;

fn rotation(shell: Shell, name: &str, key_id: &str) -> ConfirmPage {
    ConfirmPage {
        shell,
        title: format!("A new secret for {name}?"),
        lead: vec![
            "The key stays what it is, with its limits and what is used of them; only its secret changes. You see the new one once.".to_owned(),
        ],
        action: format!("{}/rotate", place(key_id)),
        button: "Make a new secret",
        is_final: false,
        inputs: vec![
            Input::new("overlap_minutes", "The old secret goes on working for so many minutes")
                .kind(Kind::Number)
                .value(OVERLAP_MINUTES.to_string())
                .hint("So that programs can be changed one by one. 0 ends it at once."),
        ],
        back: place(key_id),
        problem: String::new(),
    }
}

pub(crate) async fn rotate_form(
    State(state): State<ConsoleState>,
    session: Session,
    extensions: Extensions,
    Path(key_id): Path<String>,
) -> Result<Response, Trouble> {
    let control = Control::of(&state, &session, &extensions);
    let key = find(&control, &key_id).await?;
    let shell = Shell::of(&state, &session, Section::Keys);
    Ok(rotation(shell, &key.name, &key_id).shown())
}

pub(crate) async fn rotate_key(
    State(state): State<ConsoleState>,
    session: Session,
    Path(key_id): Path<String>,
    request: Request,
) -> Result<Response, Trouble> {
    let control = Control::of(&state, &session, request.extensions());
    let typed = Typed::of_session(&state, &session, request).await?;
    let minutes = number(typed.text("overlap_minutes"));
    let seconds = minutes.as_i64().map(|minutes| minutes.saturating_mul(60));
    let wish = json!({"overlap_seconds": seconds});
    let target = format!("/keys/{key_id}/rotate");
    let shell = Shell::of(&state, &session, Section::Keys);
    match control
        .send::<KeySecret>(Method::POST, &target, &wish)
        .await
    {
        Ok(made) => Ok(live(&shown_once(shell, "A new secret", made))),
        Err(Unanswered::Refused(problem)) if problem.code != 404 => {
            let key = find(&control, &key_id).await?;
            let page = ConfirmPage {
                problem: sentence(&problem),
                ..rotation(shell, &key.name, &key_id)
            };
            Ok(page.shown())
        }
        Err(other) => Err(other.into()),
    }
}

pub(crate) async fn revoke_form(
    State(state): State<ConsoleState>,
    session: Session,
    extensions: Extensions,
    Path(key_id): Path<String>,
) -> Result<Response, Trouble> {
    let control = Control::of(&state, &session, &extensions);
    let key = find(&control, &key_id).await?;
    let page = ConfirmPage {
        shell: Shell::of(&state, &session, Section::Keys),
        title: format!("Revoke {}?", key.name),
        lead: vec![
            "Whatever uses it is refused from then on. This cannot be taken back; a new key is another key.".to_owned(),
            "It stays in the list, so that records about it mean something.".to_owned(),
        ],
        action: format!("{}/revoke", place(&key_id)),
        button: "Revoke the key",
        is_final: true,
        inputs: Vec::new(),
        back: place(&key_id),
        problem: String::new(),
    };
    Ok(page.shown())
}

pub(crate) async fn revoke_key(
    State(state): State<ConsoleState>,
    session: Session,
    Path(key_id): Path<String>,
    request: Request,
) -> Result<Response, Trouble> {
    let control = Control::of(&state, &session, request.extensions());
    Typed::of_session(&state, &session, request).await?;
    let target = format!("/keys/{key_id}");
    let _: KeyDeleted = control.send(Method::DELETE, &target, &json!({})).await?;
    Ok(Redirect::to(&place(&key_id)).into_response())
}
