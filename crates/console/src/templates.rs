//! `/console/templates`: texts to send again, and how one reads for somebody, segments counted.

use askama::Template;
use axum::extract::{Path, Query, Request, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::{Method, StatusCode};
use postern_domain::contact::{Field, Fields, fill};
use postern_domain::text::{Encoding, segmentation, segments};
use postern_wire::clicksend::Page;
use postern_wire::clicksend::template::Template as Saved;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::accounts::{Choice, choose, named};
use crate::form::Typed;
use crate::inside::{Change, Inside};
use crate::pages::{Pages, asked};
use crate::shell::{Section, Shell, html};
use crate::state::ConsoleState;
use crate::trouble::Trouble;

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    account: Option<String>,
    page: Option<String>,
    done: Option<String>,
}

#[derive(Template)]
#[template(path = "console/templates.html")]
struct TemplatesPage {
    shell: Shell,
    accounts: Vec<Choice>,
    account: i64,
    rows: Vec<Row>,
    pages: Pages,
    notice: &'static str,
}

struct Row {
    id: i64,
    name: String,
    body: String,
    parts: usize,
}

/// One template, saved or new.
#[derive(Template)]
#[template(path = "console/template.html")]
struct TemplatePage {
    shell: Shell,
    account: i64,
    /// `None`: a new one.
    id: Option<i64>,
    name: String,
    body: String,
    preview: Preview,
    saved: bool,
    problem: Option<String>,
}

/// A text as somebody gets it.
pub(crate) struct Preview {
    pub(crate) text: String,
    pub(crate) parts: usize,
    pub(crate) units: u32,
    pub(crate) room: u32,
    pub(crate) encoding: &'static str,
}

pub(crate) async fn list_templates(
    State(state): State<ConsoleState>,
    inside: Inside,
    Query(query): Query<Asked>,
) -> Result<Response, Trouble> {
    let named = named(query.account.as_deref());
    let (accounts, chosen) = state.store.read(move |tx| choose(tx, named)).await?;
    let account = chosen.map_or(0, |account| account.id.0);
    let page = asked(query.page.as_deref());
    let found: Page<Saved> = inside
        .page(&state, account, page, "/v3/sms/templates")
        .await?;
    let pairs = [("account", account.to_string())];
    let shown = TemplatesPage {
        shell: Shell::of(&state, &inside.session, Section::Templates),
        accounts,
        account,
        pages: Pages::around(page, found.total, "/console/templates", &pairs),
        rows: found
            .data
            .into_iter()
            .map(|saved| Row {
                id: saved.template_id,
                parts: preview(&saved.body).parts,
                name: saved.template_name,
                body: saved.body,
            })
            .collect(),
        notice: match query.done.as_deref() {
            Some("deleted") => "The template is deleted.",
            _ => "",
        },
    };
    Ok(html(StatusCode::OK, &shown))
}

pub(crate) async fn new_template(
    State(state): State<ConsoleState>,
    inside: Inside,
    Query(query): Query<Asked>,
) -> Result<Response, Trouble> {
    let named = named(query.account.as_deref());
    let (_, chosen) = state.store.read(move |tx| choose(tx, named)).await?;
    let account = chosen.ok_or(Trouble::NotFound)?.id.0;
    Ok(one(
        &state,
        &inside,
        (account, None),
        String::new(),
        String::new(),
        None,
        false,
    ))
}

pub(crate) async fn edit_template(
    State(state): State<ConsoleState>,
    inside: Inside,
    Path((account, id)): Path<(i64, i64)>,
    Query(query): Query<Asked>,
) -> Result<Response, Trouble> {
    let path = format!("/v3/sms/templates/{id}");
    let saved: Saved = inside.read(&state, account, &path).await?;
    let (name, body) = (saved.template_name, saved.body);
    let done = query.done.as_deref() == Some("saved");
    Ok(one(
        &state,
        &inside,
        (account, Some(id)),
        name,
        body,
        None,
        done,
    ))
}

pub(crate) async fn create_template(
    State(state): State<ConsoleState>,
    inside: Inside,
    Path(account): Path<i64>,
    request: Request,
) -> Result<Response, Trouble> {
    save(&state, inside, (account, None), request).await
}

pub(crate) async fn save_template(
    State(state): State<ConsoleState>,
    inside: Inside,
    Path((account, id)): Path<(i64, i64)>,
    request: Request,
) -> Result<Response, Trouble> {
    save(&state, inside, (account, Some(id)), request).await
}

pub(crate) async fn delete_template(
    State(state): State<ConsoleState>,
    inside: Inside,
    Path((account, id)): Path<(i64, i64)>,
    request: Request,
) -> Result<Response, Trouble> {
    Typed::of_session(&state, &inside.session, request).await?;
    let change = Change {
        method: Method::DELETE,
        path: &format!("/v3/sms/templates/{id}"),
        body: Value::Null,
        action: "template.delete",
    };
    inside.change::<Value>(&state, account, change).await?;
    let leads = format!("/console/templates?account={account}&done=deleted");
    Ok(Redirect::to(&leads).into_response())
}

/// One form has two buttons: one saves, one only shows what it would look like.
async fn save(
    state: &ConsoleState,
    inside: Inside,
    (account, id): (i64, Option<i64>),
    request: Request,
) -> Result<Response, Trouble> {
    let typed = Typed::of_session(state, &inside.session, request).await?;
    let (name, body) = (
        typed.text("name").trim().to_owned(),
        lines(typed.text("body")),
    );
    if typed.has("preview") {
        return Ok(one(state, &inside, (account, id), name, body, None, false));
    }
    let path = match id {
        Some(id) => format!("/v3/sms/templates/{id}"),
        None => "/v3/sms/templates".to_owned(),
    };
    let change = Change {
        method: if id.is_some() {
            Method::PUT
        } else {
            Method::POST
        },
        path: &path,
        body: json!({"template_name": name, "body": body}),
        action: if id.is_some() {
            "template.change"
        } else {
            "template.create"
        },
    };
    match inside.change::<Saved>(state, account, change).await {
        Ok(saved) => {
            let id = saved.template_id;
            let leads = format!("/console/templates/{account}/{id}?done=saved");
            Ok(Redirect::to(&leads).into_response())
        }
        Err(refused) if refused.status == StatusCode::NOT_FOUND => Err(Trouble::NotFound),
        Err(refused) => {
            let problem = Some(refused.message);
            Ok(one(
                state,
                &inside,
                (account, id),
                name,
                body,
                problem,
                false,
            ))
        }
    }
}

fn one(
    state: &ConsoleState,
    inside: &Inside,
    (account, id): (i64, Option<i64>),
    name: String,
    body: String,
    problem: Option<String>,
    saved: bool,
) -> Response {
    let status = match problem {
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::OK,
    };
    let shown = TemplatePage {
        shell: Shell::of(state, &inside.session, Section::Templates),
        account,
        id,
        name,
        preview: preview(&body),
        body,
        saved,
        problem,
    };
    html(status, &shown)
}

/// Browsers write lines with two characters, handsets with one.
pub(crate) fn lines(text: &str) -> String {
    text.replace("\r\n", "\n")
}

/// As Ann Example gets it.
pub(crate) fn preview(body: &str) -> Preview {
    let mut ann = Fields::default();
    for (field, value) in [
        (Field::FirstName, "Ann"),
        (Field::LastName, "Example"),
        (Field::PhoneNumber, "+15551234567"),
        (Field::Email, "ann@example.com"),
        (Field::OrganizationName, "Example Ltd"),
        (Field::Custom1, "first"),
        (Field::Custom2, "second"),
        (Field::Custom3, "third"),
        (Field::Custom4, "fourth"),
    ] {
        ann.set(field, value);
    }
    let text = fill(body, &ann).into_owned();
    let encoding = segmentation(&text).encoding;
    let parts = segments(&text).len();
    Preview {
        parts: if text.is_empty() { 0 } else { parts.max(1) },
        units: text.chars().map(|c| encoding.units(c)).sum(),
        room: match parts {
            0 | 1 => encoding.single_units(),
            _ => encoding.multi_units(),
        },
        encoding: match encoding {
            Encoding::Gsm7 => "GSM 7-bit",
            Encoding::Ucs2 => "UCS-2",
        },
        text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_preview_fills_in_and_counts() {
        let hello = preview("Hello (First Name), {custom_1}!");
        assert_eq!(hello.text, "Hello Ann, first!");
        assert_eq!((hello.parts, hello.units, hello.room), (1, 17, 160));
        assert_eq!(preview("").parts, 0);
        assert_eq!(
            (
                preview(&"x".repeat(161)).parts,
                preview(&"ё".repeat(71)).parts
            ),
            (2, 2)
        );
        assert_eq!(lines("a\r\nb"), "a\nb");
    }
}
