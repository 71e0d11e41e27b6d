//! `/console/keys/{key_id}/change`: everything but role and mode. What is as it was is not sent, so that nothing widens by being shown.

use askama::Template;
use axum::extract::{Path, Request, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::{Extensions, Method, StatusCode};
use postern_wire::control::{Key, KeyAnswer};
use serde_json::{Value, json};

use super::form::{From, KeyForm, boxes, day, list, number, rules, written};
use super::{find, place};
use crate::control::{Control, Unanswered};
use crate::form::Typed;
use crate::limits_form;
use crate::session::Session;
use crate::shell::{Section, Shell, html};
use crate::state::ConsoleState;
use crate::trouble::Trouble;

#[derive(Template)]
#[template(path = "console/key_change.html")]
struct ChangeKeyPage {
    shell: Shell,
    form: KeyForm,
    title: String,
    place: String,
}

pub(crate) async fn change_form(
    State(state): State<ConsoleState>,
    session: Session,
    extensions: Extensions,
    Path(key_id): Path<String>,
) -> Result<Response, Trouble> {
    let control = Control::of(&state, &session, &extensions);
    let key = find(&control, &key_id).await?;
    let page = ChangeKeyPage {
        shell: Shell::of(&state, &session, Section::Keys),
        form: KeyForm::of(&control, From::Key(&key)).await?,
        place: place(&key_id),
        title: key.name,
    };
    Ok(html(StatusCode::OK, &page))
}

pub(crate) async fn change_key(
    State(state): State<ConsoleState>,
    session: Session,
    Path(key_id): Path<String>,
    request: Request,
) -> Result<Response, Trouble> {
    let control = Control::of(&state, &session, request.extensions());
    let typed = Typed::of_session(&state, &session, request).await?;
    let key = find(&control, &key_id).await?;
    let wish = wish(&key, &typed);
    let target = format!("/keys/{key_id}");
    match control
        .send::<KeyAnswer>(Method::PATCH, &target, &wish)
        .await
    {
        Ok(_) => Ok(Redirect::to(&place(&key_id)).into_response()),
        Err(Unanswered::Refused(problem)) => {
            let page = ChangeKeyPage {
                shell: Shell::of(&state, &session, Section::Keys),
                form: KeyForm::of(&control, From::Typed(&typed, &problem)).await?,
                place: place(&key_id),
                title: key.name,
            };
            Ok(html(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
        Err(other) => Err(other.into()),
    }
}

/// From a field to the words of the API.
type Read = fn(&str) -> Value;

fn wish(key: &Key, typed: &Typed) -> Value {
    let mut wish = json!({"name": typed.text("name")});
    let limits = limits_form::read(typed);
    if serde_json::to_value(&key.limits).ok().as_ref() != Some(&limits) {
        wish["limits"] = limits;
    }
    let scopes = [
        ("apps", "app.", &key.apps),
        ("connections", "connection.", &key.connections),
    ];
    for (name, prefix, present) in scopes {
        let asked = boxes(typed, prefix);
        let mut ticked: Vec<&str> = typed.ticked(prefix).collect();
        let mut before: Vec<&str> = present.iter().flatten().map(String::as_str).collect();
        ticked.sort_unstable();
        before.sort_unstable();
        if ticked != before {
            wish[name] = asked;
        }
    }
    let texts: [(&str, Read); 4] = [
        ("rules", rules),
        ("cidr", list),
        ("rate_per_second", number),
        ("expires_at", day),
    ];
    for (name, read) in texts {
        let (typed, before) = (typed.text(name).replace("\r\n", "\n"), written(key, name));
        if typed.trim() != before.trim() {
            wish[name] = read(&typed);
        }
    }
    wish
}
