//! `/console/contacts/{account}/{list}/{contact}`: one contact, changed or removed.

use askama::Template;
use axum::extract::{Path, Request, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::{Method, StatusCode};
use postern_wire::clicksend::contact::Contact;
use serde_json::{Map, Value};

use super::list::{Typing, place};
use crate::form::Typed;
use crate::inside::{Change, Inside};
use crate::shell::{Section, Shell, html};
use crate::state::ConsoleState;
use crate::trouble::Trouble;

#[derive(Template)]
#[template(path = "console/contact.html")]
struct ContactPage {
    shell: Shell,
    account: i64,
    list: i64,
    contact: i64,
    list_name: String,
    name: String,
    fields: Vec<Typing>,
    problem: Option<String>,
}

pub(crate) async fn edit_contact(
    State(state): State<ConsoleState>,
    inside: Inside,
    Path(path): Path<(i64, i64, i64)>,
) -> Result<Response, Trouble> {
    page(&state, &inside, path, None, None).await
}

pub(crate) async fn save_contact(
    State(state): State<ConsoleState>,
    inside: Inside,
    Path(path): Path<(i64, i64, i64)>,
    request: Request,
) -> Result<Response, Trouble> {
    let typed = Typed::of_session(&state, &inside.session, request).await?;
    let (account, list, contact) = path;
    let fields: Map<String, Value> = typings(&Contact::default())
        .into_iter()
        .map(|field| (field.name.to_owned(), typed.text(field.name).trim().into()))
        .collect();
    let change = Change {
        method: Method::PUT,
        path: &format!("/v3/lists/{list}/contacts/{contact}"),
        body: Value::Object(fields),
        action: "contact.change",
    };
    match inside.change::<Value>(&state, account, change).await {
        Ok(_) => {
            let leads = format!("/console/contacts/{account}/{list}");
            Ok(Redirect::to(&leads).into_response())
        }
        Err(refused) if refused.status == StatusCode::NOT_FOUND => Err(Trouble::NotFound),
        Err(refused) => page(&state, &inside, path, Some(&typed), Some(refused.message)).await,
    }
}

pub(crate) async fn delete_contact(
    State(state): State<ConsoleState>,
    inside: Inside,
    Path((account, list, contact)): Path<(i64, i64, i64)>,
    request: Request,
) -> Result<Response, Trouble> {
    Typed::of_session(&state, &inside.session, request).await?;
    let change = Change {
        method: Method::DELETE,
        path: &format!("/v3/lists/{list}/contacts/{contact}"),
        body: Value::Null,
        action: "contact.delete",
    };
    inside.change::<Value>(&state, account, change).await?;
    Ok(Redirect::to(&place(account, list, "removed")).into_response())
}

async fn page(
    state: &ConsoleState,
    inside: &Inside,
    (account, list, contact): (i64, i64, i64),
    typed: Option<&Typed>,
    problem: Option<String>,
) -> Result<Response, Trouble> {
    let path = format!("/v3/lists/{list}/contacts/{contact}");
    let found: Contact = inside.read(state, account, &path).await?;
    let name = format!("{} {}", found.first_name, found.last_name);
    let mut fields = typings(&found);
    if let Some(typed) = typed {
        for field in &mut fields {
            field.value = typed.text(field.name).to_owned();
        }
    }
    let status = match problem {
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::OK,
    };
    let shown = ContactPage {
        shell: Shell::of(state, &inside.session, Section::Contacts),
        account,
        list,
        contact,
        name: match name.trim() {
            "" => "Contact without a name".to_owned(),
            name => name.to_owned(),
        },
        list_name: found.list_name,
        fields,
        problem,
    };
    Ok(html(status, &shown))
}

fn typings(contact: &Contact) -> Vec<Typing> {
    let plain = |name, label, kind, value: &str| Typing {
        name,
        label,
        kind,
        value: value.to_owned(),
    };
    let given = |name, label, kind, value: &Option<String>| {
        plain(name, label, kind, value.as_deref().unwrap_or_default())
    };
    vec![
        plain("phone_number", "Number", "tel", &contact.phone_number),
        plain("first_name", "First name", "text", &contact.first_name),
        plain("last_name", "Last name", "text", &contact.last_name),
        given("email", "E-mail", "email", &contact.email),
        given(
            "organization_name",
            "Organisation",
            "text",
            &contact.organization_name,
        ),
        plain("custom_1", "Custom 1", "text", &contact.custom_1),
        plain("custom_2", "Custom 2", "text", &contact.custom_2),
        plain("custom_3", "Custom 3", "text", &contact.custom_3),
        plain("custom_4", "Custom 4", "text", &contact.custom_4),
        given("address_line_1", "Street", "text", &contact.address_line_1),
        given("address_city", "City", "text", &contact.address_city),
        given(
            "address_postal_code",
            "Postal code",
            "text",
            &contact.address_postal_code,
        ),
        given("address_state", "State", "text", &contact.address_state),
        given(
            "address_country",
            "Country",
            "text",
            &contact.address_country,
        ),
    ]
}
