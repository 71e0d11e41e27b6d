//! `/console/keys/new`: a new key. Its secret is in the answer to the form and nowhere else.

use askama::Template;
use axum::extract::{Request, State};
use axum::response::Response;
use http::{Extensions, Method, StatusCode};
use postern_wire::control::{Key, KeySecret};
use serde_json::{Value, json};

use super::form::{From, KeyForm, boxes, day, list, number, rules};
use super::place;
use crate::control::{Control, Unanswered};
use crate::form::Typed;
use crate::limits_form;
use crate::secret_page::SecretPage;
use crate::session::Session;
use crate::shell::{Section, Shell, html, live};
use crate::state::ConsoleState;
use crate::trouble::Trouble;

#[derive(Template)]
#[template(path = "console/key_new.html")]
struct NewKeyPage {
    shell: Shell,
    form: KeyForm,
    full: bool,
    test: bool,
}

pub(crate) async fn create_form(
    State(state): State<ConsoleState>,
    session: Session,
    extensions: Extensions,
) -> Result<Response, Trouble> {
    let control = Control::of(&state, &session, &extensions);
    let page = NewKeyPage {
        shell: Shell::of(&state, &session, Section::Keys),
        form: KeyForm::of(&control, From::Key(&blank())).await?,
        full: false,
        test: false,
    };
    Ok(html(StatusCode::OK, &page))
}

pub(crate) async fn create_key(
    State(state): State<ConsoleState>,
    session: Session,
    request: Request,
) -> Result<Response, Trouble> {
    let control = Control::of(&state, &session, request.extensions());
    let typed = Typed::of_session(&state, &session, request).await?;
    let role = if typed.text("role") == "full" {
        "full"
    } else {
        "agent"
    };
    let mut wish = json!({
        "name": typed.text("name"),
        "role": role,
        "test": typed.has("test"),
        "limits": limits_form::read(&typed),
    });
    let given = [
        ("apps", boxes(&typed, "app.")),
        ("connections", boxes(&typed, "connection.")),
        ("rules", rules(typed.text("rules"))),
        ("cidr", list(typed.text("cidr"))),
        ("rate_per_second", number(typed.text("rate_per_second"))),
        ("expires_at", day(typed.text("expires_at"))),
    ];
    for (name, value) in given.into_iter().filter(|(_, value)| *value != Value::Null) {
        wish[name] = value;
    }
    let made: KeySecret = match control.send(Method::POST, "/keys", &wish).await {
        Ok(made) => made,
        Err(Unanswered::Refused(problem)) => {
            let page = NewKeyPage {
                shell: Shell::of(&state, &session, Section::Keys),
                form: KeyForm::of(&control, From::Typed(&typed, &problem)).await?,
                full: role == "full",
                test: typed.has("test"),
            };
            return Ok(html(StatusCode::UNPROCESSABLE_ENTITY, &page));
        }
        Err(other) => return Err(other.into()),
    };
    let shell = Shell::of(&state, &session, Section::Keys);
    Ok(live(&shown_once(shell, "The key is made", made)))
}

pub(super) fn shown_once(shell: Shell, what: &str, made: KeySecret) -> SecretPage {
    SecretPage {
        shell,
        title: format!("{what}: {}", made.key.name),
        lead: "Give it to the program that sends. It works at once.",
        label: "API key",
        secret: made.api_key,
        usage: vec![
            (
                "In a call",
                "Authorization: Bearer $POSTERN_API_KEY".to_owned(),
            ),
            (
                "What it may still send",
                format!("postern key allowance {}", made.key_id),
            ),
        ],
        next: place(&made.key_id),
        next_title: "I have it: go to the key",
    }
}

/// What a form starts from when there is no key yet.
fn blank() -> Key {
    Key {
        key_id: String::new(),
        name: String::new(),
        role: "agent".to_owned(),
        test: false,
        prefix: String::new(),
        status: String::new(),
        apps: None,
        connections: None,
        rules: None,
        cidr: None,
        rate_per_second: 0,
        limits: postern_wire::control::Limits::default(),
        created_at: String::new(),
        expires_at: None,
        last_used_at: None,
        revoked_at: None,
        overlap_ends_at: None,
    }
}
