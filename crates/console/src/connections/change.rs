//! `/console/connections/{connection_id}/change`: its name, what all keys together may send over it, and what is done about sends of which
//! nobody knows what became.

use askama::Template;
use axum::extract::{Path, Request, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::{Extensions, Method, StatusCode};
use postern_wire::control::ConnectionAnswer;
use serde_json::json;

use super::{find, place, title};
use crate::control::{Control, Unanswered};
use crate::form::Typed;
use crate::input::{Input, told};
use crate::limits_form::{self, LimitsForm};
use crate::session::Session;
use crate::shell::{Section, Shell, html};
use crate::state::ConsoleState;
use crate::trouble::Trouble;

#[derive(Template)]
#[template(path = "console/connection_change.html")]
struct ChangeConnectionPage {
    shell: Shell,
    title: String,
    place: String,
    name: Input,
    policy: String,
    limits: LimitsForm,
    problem: String,
}

pub(crate) async fn change_form(
    State(state): State<ConsoleState>,
    session: Session,
    extensions: Extensions,
    Path(connection_id): Path<String>,
) -> Result<Response, Trouble> {
    let control = Control::of(&state, &session, &extensions);
    let connection = find(&control, &connection_id).await?;
    let page = ChangeConnectionPage {
        shell: Shell::of(&state, &session, Section::Connections),
        title: title(&connection),
        place: place(&connection_id),
        name: Input::new("name", "Name").value(connection.name.unwrap_or_default()),
        policy: connection.unknown_policy,
        limits: LimitsForm::of(&connection.limits),
        problem: String::new(),
    };
    Ok(html(StatusCode::OK, &page))
}

pub(crate) async fn change_connection(
    State(state): State<ConsoleState>,
    session: Session,
    Path(connection_id): Path<String>,
    request: Request,
) -> Result<Response, Trouble> {
    let control = Control::of(&state, &session, request.extensions());
    let typed = Typed::of_session(&state, &session, request).await?;
    let connection = find(&control, &connection_id).await?;
    let name = Some(typed.text("name").trim()).filter(|name| !name.is_empty());
    let mut wish = json!({"name": name, "unknown_policy": typed.text("unknown_policy")});
    let limits = limits_form::read(&typed);
    if serde_json::to_value(&connection.limits).ok().as_ref() != Some(&limits) {
        wish["limits"] = limits;
    }
    let target = format!("/connections/{connection_id}");
    let changed = control.send::<ConnectionAnswer>(Method::PATCH, &target, &wish);
    match changed.await {
        Ok(_) => Ok(Redirect::to(&place(&connection_id)).into_response()),
        Err(Unanswered::Refused(problem)) => {
            let page = ChangeConnectionPage {
                shell: Shell::of(&state, &session, Section::Connections),
                title: title(&connection),
                place: place(&connection_id),
                name: Input::new("name", "Name")
                    .value(typed.text("name"))
                    .blamed(Some(&problem)),
                policy: typed.text("unknown_policy").to_owned(),
                limits: LimitsForm::again(&typed, &problem),
                problem: told(&problem),
            };
            Ok(html(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
        Err(other) => Err(other.into()),
    }
}
