//! `/console/webhooks/new`: another address: a rule of an account, or an endpoint of alerts.

use askama::Template;
use axum::extract::{Query, Request, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::{Method, StatusCode};
use postern_wire::control::CreatedAlertEndpoint;
use serde::Deserialize;
use serde_json::{Value, json};

use super::act::rules_of;
use super::place;
use crate::accounts::{Choice, choose, named};
use crate::control::{Control, Unanswered};
use crate::form::Typed;
use crate::input::{Input, Kind, sentence};
use crate::inside::{Change, Inside};
use crate::secret_page::SecretPage;
use crate::shell::{Section, Shell, html, live};
use crate::state::ConsoleState;
use crate::trouble::Trouble;

/// What is told is no matter of an account: alerts.
const ALERTS: &str = "alerts";
/// What may be told, in words, and a sentence about it.
const TOLD: [(&str, &str, &str); 4] = [
    (
        "inbound",
        "Texts that come in",
        "With their sender and, for an answer, what it answers.",
    ),
    (
        "receipts",
        "Receipts of texts",
        "When a text or picture was delivered, or was not.",
    ),
    (
        "voice-receipts",
        "Receipts of calls",
        "With the keys that were pressed.",
    ),
    (
        ALERTS,
        "Alerts of this server",
        "A limit is near or hit, a key is unlike itself, a connection fails.",
    ),
];
const TYPES: [(&str, &str); 3] = [
    ("json", "JSON"),
    ("post", "a form, as ClickSend does"),
    ("get", "the query of a GET"),
];

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    account: Option<String>,
    told: Option<String>,
}

#[derive(Template)]
#[template(path = "console/webhook_new.html")]
struct NewWebhookPage {
    shell: Shell,
    accounts: Vec<Choice>,
    account: i64,
    url: Input,
    name: Input,
    /// Each with whether it is chosen.
    told: Vec<(&'static str, &'static str, &'static str, bool)>,
    types: Vec<(&'static str, &'static str, bool)>,
    problem: String,
}

/// What was typed, or nothing yet.
#[derive(Default)]
struct Draft {
    account: Option<i64>,
    url: String,
    name: String,
    told: String,
    webhook_type: String,
}

async fn page(
    state: &ConsoleState,
    inside: &Inside,
    draft: Draft,
    problem: String,
) -> Result<Response, Trouble> {
    let wanted = draft.account;
    let (accounts, chosen) = state.store.read(move |tx| choose(tx, wanted)).await?;
    let is_told = |word: &str| match draft.told.as_str() {
        "" => word == "inbound",
        told => word == told,
    };
    let status = match problem.is_empty() {
        true => StatusCode::OK,
        false => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let page = NewWebhookPage {
        shell: Shell::of(state, &inside.session, Section::Webhooks),
        account: chosen.map_or(0, |account| account.id.0),
        accounts,
        url: Input::new("url", "Address")
            .kind(Kind::Url)
            .value(draft.url)
            .hint("Private networks are called only if whoever runs this server opens them.")
            .placeholder("https://shop.example.com/hook")
            .required(),
        name: Input::new("name", "Name")
            .value(draft.name)
            .hint("What you will recognise it by. Alerts need none."),
        told: TOLD
            .iter()
            .map(|(word, title, hint)| (*word, *title, *hint, is_told(word)))
            .collect(),
        types: TYPES
            .iter()
            .map(|(word, title)| (*word, *title, *word == draft.webhook_type))
            .collect(),
        problem,
    };
    Ok(html(status, &page))
}

pub(crate) async fn create_form(
    State(state): State<ConsoleState>,
    inside: Inside,
    Query(asked): Query<Asked>,
) -> Result<Response, Trouble> {
    let draft = Draft {
        account: named(asked.account.as_deref()),
        told: asked.told.unwrap_or_default(),
        ..Draft::default()
    };
    page(&state, &inside, draft, String::new()).await
}

pub(crate) async fn create_webhook(
    State(state): State<ConsoleState>,
    inside: Inside,
    request: Request,
) -> Result<Response, Trouble> {
    let control = Control::of(&state, &inside.session, request.extensions());
    let typed = Typed::of_session(&state, &inside.session, request).await?;
    let draft = Draft {
        account: named(Some(typed.text("account"))),
        url: typed.text("url").trim().to_owned(),
        name: typed.text("name").trim().to_owned(),
        told: typed.text("told").to_owned(),
        webhook_type: typed.text("webhook_type").to_owned(),
    };
    if draft.told == ALERTS {
        return alerts(&state, &inside, &control, draft).await;
    }
    let path = rules_of(&draft.told).ok_or(Trouble::BadForm)?;
    let account = draft.account.ok_or(Trouble::BadForm)?;
    let name = match draft.name.as_str() {
        "" => "webhook",
        name => name,
    };
    let body = match draft.told.as_str() {
        "inbound" => json!({
            "rule_name": name, "action": "URL", "action_address": draft.url, "enabled": 1, "dedicated_number": "*",
            "message_search_type": 0, "message_search_term": "", "webhook_type": draft.webhook_type,
        }),
        _ => {
            json!({"rule_name": name, "match_type": 0, "action": "URL", "action_address": draft.url, "enabled": 1})
        }
    };
    let change = Change {
        method: Method::POST,
        path,
        body,
        action: "webhook.add",
    };
    let made = inside.change::<Value>(&state, account, change).await;
    let made = match made {
        Ok(made) => made,
        Err(refused) if refused.status.is_client_error() => {
            let why = refused.message.replace("action_address", "The address");
            return page(&state, &inside, draft, why).await;
        }
        Err(refused) => return Err(refused.into()),
    };
    let id = ["inbound_rule_id", "receipt_rule_id"]
        .into_iter()
        .find_map(|field| made[field].as_i64());
    let next = match id {
        Some(id) => place(account, &format!("{}/{id}", draft.told)),
        None => format!("/console/webhooks?account={account}"),
    };
    Ok(Redirect::to(&next).into_response())
}

async fn alerts(
    state: &ConsoleState,
    inside: &Inside,
    control: &Control,
    draft: Draft,
) -> Result<Response, Trouble> {
    let wish = json!({"url": draft.url});
    let made = control.send::<CreatedAlertEndpoint>(Method::POST, "/alerts/endpoints", &wish);
    match made.await {
        Ok(made) => Ok(live(&SecretPage {
            shell: Shell::of(state, &inside.session, Section::Webhooks),
            title: "The address is added".to_owned(),
            lead: "Whoever receives its calls checks their signatures with this secret.",
            label: "Signing secret",
            secret: made.secret,
            usage: vec![(
                "How calls are signed",
                "webhook-signature: v1,base64(HMAC-SHA-256(secret, id.timestamp.body))".to_owned(),
            )],
            next: format!("/console/webhooks/endpoints/{}", made.endpoint.endpoint_id),
            next_title: "I have it: go on",
        })),
        Err(Unanswered::Refused(problem)) => page(state, inside, draft, sentence(&problem)).await,
        Err(other) => Err(other.into()),
    }
}
