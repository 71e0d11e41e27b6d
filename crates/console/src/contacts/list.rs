//! `/console/contacts/{account}/{list}`: who is in a list, one more of them, and all of them as a file.

use askama::Template;
use axum::extract::{Path, Query, Request, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::{Method, StatusCode};
use postern_domain::account::AccountId;
use postern_store::lists;
use postern_wire::clicksend::Page;
use postern_wire::clicksend::contact;
use postern_wire::clicksend::list::{ContactList, ExportLink};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::form::Typed;
use crate::inside::{Change, Inside};
use crate::pages::{PAGE_ROWS, Pages, asked};
use crate::query::form_urlencoded;
use crate::shell::{Section, Shell, html};
use crate::state::ConsoleState;
use crate::trouble::Trouble;

/// Fields that a new contact may be given here; the others on its own page.
const NEW_FIELDS: [(&str, &str, &str); 4] = [
    ("phone_number", "Number", "tel"),
    ("first_name", "First name", "text"),
    ("last_name", "Last name", "text"),
    ("email", "E-mail", "email"),
];

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    q: Option<String>,
    page: Option<String>,
    done: Option<String>,
    /// How many that concerned.
    count: Option<String>,
}

#[derive(Template)]
#[template(path = "console/list.html")]
struct ListPage {
    shell: Shell,
    account: i64,
    list: ContactList,
    /// Those in it have opted out; it stays, and nothing is sent to it.
    is_opt_out: bool,
    q: String,
    rows: Vec<Row>,
    pages: Pages,
    fields: Vec<Typing>,
    notice: String,
    problem: Option<String>,
}

struct Row {
    href: String,
    name: String,
    number: String,
    email: String,
}

/// A field with what was typed into it.
pub(super) struct Typing {
    pub(super) name: &'static str,
    pub(super) label: &'static str,
    pub(super) kind: &'static str,
    pub(super) value: String,
}

pub(crate) async fn show_list(
    State(state): State<ConsoleState>,
    inside: Inside,
    Path(path): Path<(i64, i64)>,
    Query(asked): Query<Asked>,
) -> Result<Response, Trouble> {
    page(&state, &inside, path, asked, None, None).await
}

pub(crate) async fn add_contact(
    State(state): State<ConsoleState>,
    inside: Inside,
    Path((account, list)): Path<(i64, i64)>,
    request: Request,
) -> Result<Response, Trouble> {
    let typed = Typed::of_session(&state, &inside.session, request).await?;
    let given = NEW_FIELDS
        .iter()
        .filter(|(name, ..)| !typed.text(name).trim().is_empty());
    let fields: Map<String, Value> = given
        .map(|(name, ..)| ((*name).to_owned(), typed.text(name).trim().into()))
        .collect();
    let change = Change {
        method: Method::POST,
        path: &format!("/v3/lists/{list}/contacts"),
        body: Value::Object(fields),
        action: "contact.create",
    };
    match inside
        .change::<contact::Contact>(&state, account, change)
        .await
    {
        Ok(_) => Ok(Redirect::to(&place(account, list, "added")).into_response()),
        Err(refused) => {
            let problem = Some(refused.message);
            page(
                &state,
                &inside,
                (account, list),
                Asked::default(),
                Some(&typed),
                problem,
            )
            .await
        }
    }
}

/// The same file that the API gives.
pub(crate) async fn export_list(
    State(state): State<ConsoleState>,
    inside: Inside,
    Path((account, list)): Path<(i64, i64)>,
) -> Result<Response, Trouble> {
    let link: ExportLink = inside
        .read(&state, account, &format!("/v3/lists/{list}/export"))
        .await?;
    // Whatever the platform calls itself outside.
    let path = link.url.find("/v3/lists/").map(|at| &link.url[at..]);
    let path = path.ok_or(Trouble::NotFound)?;
    Ok(inside.download(&state, account, path).await?)
}

/// The list, saying what was done.
pub(super) fn place(account: i64, list: i64, done: &str) -> String {
    format!("/console/contacts/{account}/{list}?done={done}")
}

async fn page(
    state: &ConsoleState,
    inside: &Inside,
    (account, list_id): (i64, i64),
    query: Asked,
    typed: Option<&Typed>,
    problem: Option<String>,
) -> Result<Response, Trouble> {
    let list: ContactList = inside
        .read(state, account, &format!("/v3/lists/{list_id}"))
        .await?;
    let opt_out = state
        .store
        .read(move |tx| lists::opt_out(tx, AccountId(account)))
        .await?;
    let q = query.q.as_deref().unwrap_or_default().trim().to_owned();
    let page = asked(query.page.as_deref());
    let path = format!("/v3/lists/{list_id}/contacts?{}", contacts_query(&q, page));
    let found: Page<contact::Contact> = inside.read(state, account, &path).await?;
    let status = match problem {
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::OK,
    };
    let here = format!("/console/contacts/{account}/{list_id}");
    let shown = ListPage {
        shell: Shell::of(state, &inside.session, Section::Contacts),
        account,
        pages: Pages::around(page, found.total, &here, &[("q", q.clone())]),
        rows: found.data.into_iter().map(|one| row(&here, one)).collect(),
        is_opt_out: opt_out.is_some_and(|one| one.list_id == list_id),
        list,
        q,
        fields: NEW_FIELDS
            .iter()
            .map(|(name, label, kind)| Typing {
                name,
                label,
                kind,
                value: typed
                    .map(|typed| typed.text(name).to_owned())
                    .unwrap_or_default(),
            })
            .collect(),
        notice: notice(&query),
        problem,
    };
    Ok(html(status, &shown))
}

/// Whole values in any case: a number, an address, a name. Commas separate parts of a query and stand in none of these.
fn contacts_query(q: &str, page: i64) -> String {
    let mut pairs = vec![("limit", PAGE_ROWS.to_string()), ("page", page.to_string())];
    let value = q.replace(',', " ");
    if !q.is_empty() {
        let fields = ["first_name", "last_name", "email", "organization_name"];
        let mut parts: Vec<_> = fields
            .iter()
            .map(|field| format!("{field}:{value}"))
            .collect();
        if value.bytes().any(|byte| byte.is_ascii_digit()) {
            parts.push(format!("phone_number:{}", crate::query::number(&value)));
        }
        pairs.push(("q", parts.join(",")));
        pairs.push(("operator", "OR".to_owned()));
    }
    form_urlencoded(&pairs)
}

fn row(here: &str, contact: contact::Contact) -> Row {
    let name = format!("{} {}", contact.first_name, contact.last_name);
    Row {
        href: format!("{here}/{}", contact.contact_id),
        name: name.trim().to_owned(),
        number: contact.phone_number,
        email: contact.email.unwrap_or_default(),
    }
}

fn notice(query: &Asked) -> String {
    let count: i64 = query
        .count
        .as_deref()
        .and_then(|text| text.parse().ok())
        .unwrap_or(0);
    match (query.done.as_deref(), count) {
        (Some("added"), _) => "The contact is in the list.".to_owned(),
        (Some("removed"), _) => "The contact is removed.".to_owned(),
        (Some("renamed"), _) => "The list has its new name.".to_owned(),
        (Some("duplicates"), 0) => "No number is there twice.".to_owned(),
        (Some("duplicates"), 1) => "One duplicate is removed; the oldest contact stays.".to_owned(),
        (Some("duplicates"), n) => format!("{n} duplicates are removed; the oldest contacts stay."),
        _ => String::new(),
    }
}
