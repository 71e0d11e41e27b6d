//! `/console/contacts`: the lists of an account, and whoever is found in any of them.

mod edit;
mod import;
mod list;
mod manage;

use askama::Template;
use axum::extract::{Query, Request, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::{Method, StatusCode};
use postern_domain::contact::Field;
use postern_store::contacts::{self, Contact};
use postern_store::lists;
use postern_wire::clicksend::Page;
use postern_wire::clicksend::list::ContactList;
use serde::Deserialize;
use serde_json::json;

use crate::accounts::{Choice, choose, named};
use crate::form::Typed;
use crate::inside::{Change, Inside};
use crate::pages::{Pages, asked};
use crate::shell::{Section, Shell, html};
use crate::state::ConsoleState;
use crate::trouble::Trouble;

pub(crate) use edit::{delete_contact, edit_contact, save_contact};
pub(crate) use import::{begin_import, choose_columns, show_import, upload_file};
pub(crate) use list::{add_contact, export_list, show_list};
pub(crate) use manage::{delete_list, remove_duplicates, rename_list};

/// Contacts of all lists that a search shows.
const FOUND_MAX: i64 = 50;

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    account: Option<String>,
    q: Option<String>,
    page: Option<String>,
    /// What was just done.
    done: Option<String>,
}

#[derive(Template)]
#[template(path = "console/contacts.html")]
struct ListsPage {
    shell: Shell,
    accounts: Vec<Choice>,
    account: i64,
    q: String,
    rows: Vec<ContactList>,
    /// Whom nothing is sent to; every account has such a list.
    opt_out: i64,
    found: Vec<Found>,
    more: bool,
    pages: Pages,
    name: String,
    notice: &'static str,
    problem: Option<String>,
}

/// A contact of some list.
struct Found {
    href: String,
    name: String,
    way: String,
    list: String,
}

pub(crate) async fn show_lists(
    State(state): State<ConsoleState>,
    inside: Inside,
    Query(asked): Query<Asked>,
) -> Result<Response, Trouble> {
    page(&state, &inside, asked, String::new(), None).await
}

/// A new list.
pub(crate) async fn create_list(
    State(state): State<ConsoleState>,
    inside: Inside,
    request: Request,
) -> Result<Response, Trouble> {
    let typed = Typed::of_session(&state, &inside.session, request).await?;
    let account = typed.number("account")?;
    let name = typed.text("name").trim().to_owned();
    let change = Change {
        method: Method::POST,
        path: "/v3/lists",
        body: json!({ "list_name": name }),
        action: "list.create",
    };
    match inside.change::<ContactList>(&state, account, change).await {
        Ok(list) => {
            let leads = format!("/console/contacts/{account}/{}", list.list_id);
            Ok(Redirect::to(&leads).into_response())
        }
        Err(refused) => {
            let asked = Asked {
                account: Some(account.to_string()),
                ..Asked::default()
            };
            page(&state, &inside, asked, name, Some(refused.message)).await
        }
    }
}

async fn page(
    state: &ConsoleState,
    inside: &Inside,
    query: Asked,
    name: String,
    problem: Option<String>,
) -> Result<Response, Trouble> {
    let named = named(query.account.as_deref());
    let q = query.q.as_deref().unwrap_or_default().trim().to_owned();
    let wanted = q.clone();
    let (accounts, account, opt_out, found) = state
        .store
        .read(move |tx| {
            let (accounts, chosen) = choose(tx, named)?;
            let Some(account) = chosen else {
                return Ok((accounts, 0, 0, Vec::new()));
            };
            let digits: String = wanted.chars().filter(char::is_ascii_digit).collect();
            let found = match wanted.is_empty() {
                true => Vec::new(),
                false => {
                    let limit = FOUND_MAX + 1;
                    contacts::suggest(tx, account.id, &wanted, &digits, false, 0, limit)?.rows
                }
            };
            let opt_out = lists::opt_out(tx, account.id)?.map_or(0, |list| list.list_id);
            Ok((accounts, account.id.0, opt_out, found))
        })
        .await?;
    let page = asked(query.page.as_deref());
    let found_lists: Page<ContactList> = inside.page(state, account, page, "/v3/lists").await?;
    let pairs = [("account", account.to_string())];
    let status = match problem {
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::OK,
    };
    let more = found.len() as i64 > FOUND_MAX;
    let shown = ListsPage {
        shell: Shell::of(state, &inside.session, Section::Contacts),
        pages: Pages::around(page, found_lists.total, "/console/contacts", &pairs),
        accounts,
        account,
        q,
        rows: found_lists.data,
        opt_out,
        found: found
            .into_iter()
            .take(FOUND_MAX as usize)
            .map(|(contact, list)| of_list(account, &contact, list))
            .collect(),
        more,
        name,
        notice: match query.done.as_deref() {
            Some("deleted") => "The list and its contacts are deleted.",
            _ => "",
        },
        problem,
    };
    Ok(html(status, &shown))
}

fn of_list(account: i64, contact: &Contact, list: String) -> Found {
    let ways = [Field::PhoneNumber, Field::Email, Field::FaxNumber];
    let way = ways.into_iter().map(|way| contact.fields.get(way));
    Found {
        href: format!(
            "/console/contacts/{account}/{}/{}",
            contact.list_id, contact.contact_id
        ),
        name: contact.fields.name(),
        way: way
            .into_iter()
            .find(|way| !way.is_empty())
            .unwrap_or_default()
            .to_owned(),
        list,
    }
}
