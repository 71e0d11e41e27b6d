//! `/console/connections/new`: to the built-in platform at once, to anything else by the connect page, where a person gives the credentials.

use askama::Template;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::{Extensions, Method, StatusCode};
use postern_wire::control::{App, AppList, CreatedConnection, Problem};
use serde_json::json;

use super::{BUILTIN, place};
use crate::control::{Control, Unanswered};
use crate::form::Typed;
use crate::input::{Input, Kind, told};
use crate::session::Session;
use crate::shell::{Section, Shell, html};
use crate::state::ConsoleState;
use crate::trouble::Trouble;

#[derive(Template)]
#[template(path = "console/connection_new.html")]
struct NewConnectionPage {
    shell: Shell,
    /// Each with whether it is chosen.
    apps: Vec<(App, bool)>,
    builtin: bool,
    name: Input,
    upstream: Input,
    account: Input,
    problem: String,
}

fn page(
    shell: Shell,
    apps: AppList,
    typed: Option<&Typed>,
    problem: Option<&Problem>,
) -> NewConnectionPage {
    let text = |name: &str| typed.map_or("", |typed| typed.text(name)).to_owned();
    let builtin = text("place") == BUILTIN;
    let (name, mut upstream, account) = (
        Input::new("name", "Name")
            .value(text("name"))
            .hint("Such as “production”, or whose account it is.")
            .blamed(problem),
        Input::new("upstream", "Address")
            .kind(Kind::Url)
            .value(text("upstream"))
            .hint("Only if calls go elsewhere than to the app itself.")
            .placeholder("https://rest.clicksend.com"),
        Input::new("account", "Account")
            .value(text("account"))
            .hint("Its user name, for the built-in platform. Empty: the first one.")
            .blamed(problem),
    );
    if !builtin {
        upstream = upstream.blamed(problem);
    }
    NewConnectionPage {
        shell,
        apps: apps
            .apps
            .into_iter()
            .map(|app| {
                let chosen = app.name == text("app");
                (app, chosen)
            })
            .collect(),
        builtin,
        problem: problem.map(told).unwrap_or_default(),
        name,
        upstream,
        account,
    }
}

pub(crate) async fn create_form(
    State(state): State<ConsoleState>,
    session: Session,
    extensions: Extensions,
) -> Result<Response, Trouble> {
    let control = Control::of(&state, &session, &extensions);
    let apps = control.get("/apps").await?;
    let shell = Shell::of(&state, &session, Section::Connections);
    Ok(html(StatusCode::OK, &page(shell, apps, None, None)))
}

pub(crate) async fn create_connection(
    State(state): State<ConsoleState>,
    session: Session,
    request: Request,
) -> Result<Response, Trouble> {
    let control = Control::of(&state, &session, request.extensions());
    let typed = Typed::of_session(&state, &session, request).await?;
    let builtin = typed.text("place") == BUILTIN;
    let upstream = match builtin {
        true => BUILTIN,
        false => typed.text("upstream").trim(),
    };
    let mut wish = json!({"app": typed.text("app")});
    let account = if builtin {
        typed.text("account").trim()
    } else {
        ""
    };
    let given = [
        ("name", typed.text("name").trim()),
        ("upstream", upstream),
        ("account", account),
    ];
    for (name, text) in given.into_iter().filter(|(_, text)| !text.is_empty()) {
        wish[name] = json!(text);
    }
    let made = control.send::<CreatedConnection>(Method::POST, "/connections", &wish);
    match made.await {
        Ok(made) => Ok(Redirect::to(&place(&made.connection_id)).into_response()),
        Err(Unanswered::Refused(problem)) => {
            let apps = control.get("/apps").await?;
            let shell = Shell::of(&state, &session, Section::Connections);
            let page = page(shell, apps, Some(&typed), Some(&problem));
            Ok(html(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
        Err(other) => Err(other.into()),
    }
}
