//! `GET /console/webhooks`: addresses of an account with how they are, endpoints of alerts, and the newest calls.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use http::Extensions;
use postern_domain::time::UnixMicros;
use postern_wire::control::{AlertEndpoint, AlertEndpointList, PushList, Webhook, WebhookList};
use serde::Deserialize;

use super::{Row, health, place, what};
use crate::accounts::{Choice, choose, named};
use crate::control::Control;
use crate::moment::Moment;
use crate::pages::PAGE_ROWS;
use crate::query::form_urlencoded;
use crate::session::Session;
use crate::shell::{Section, Shell, live};
use crate::state::ConsoleState;
use crate::trouble::Trouble;

const STATES: [(&str, &str); 3] = [
    ("waiting", "on its way, or tried again"),
    ("arrived", "arrived"),
    ("given_up", "given up"),
];

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    account: String,
    state: String,
    webhook: String,
    before: String,
}

#[derive(Template)]
#[template(path = "console/webhooks.html")]
struct WebhooksPage {
    shell: Shell,
    accounts: Vec<Choice>,
    account: i64,
    sandbox: bool,
    webhooks: Vec<One>,
    endpoints: Vec<Endpoint>,
    states: Vec<(&'static str, &'static str, bool)>,
    /// Each with whether it is chosen.
    names: Vec<(String, String, bool)>,
    rows: Vec<Row>,
    filtered: bool,
    first: String,
    older: Option<String>,
}

struct One {
    href: String,
    what: &'static str,
    tone: &'static str,
    word: &'static str,
    at: Option<Moment>,
    webhook: Webhook,
}

struct Endpoint {
    href: String,
    tone: &'static str,
    word: &'static str,
    tried: Option<Moment>,
    endpoint: AlertEndpoint,
}

pub(crate) async fn list_webhooks(
    State(state): State<ConsoleState>,
    session: Session,
    extensions: Extensions,
    Query(asked): Query<Asked>,
) -> Result<Response, Trouble> {
    let control = Control::of(&state, &session, &extensions);
    let wanted = named(Some(&asked.account));
    let (accounts, chosen) = state.store.read(move |tx| choose(tx, wanted)).await?;
    let sandbox = chosen.as_ref().is_some_and(|account| account.sandbox);
    let account = chosen.map_or(0, |account| account.id.0);
    let endpoints: AlertEndpointList = control.get("/alerts/endpoints").await?;
    let webhooks = match account {
        0 => Vec::new(),
        _ => {
            let target = format!("/webhooks?account={account}");
            control.get::<WebhookList>(&target).await?.webhooks
        }
    };
    // What is typed into the address by hand narrows nothing.
    let in_state = STATES.iter().find(|(word, _)| *word == asked.state);
    let of_webhook = webhooks.iter().find(|one| one.webhook == asked.webhook);
    let mut pairs = vec![
        ("account", account.to_string()),
        (
            "state",
            in_state
                .map(|(word, _)| (*word).to_owned())
                .unwrap_or_default(),
        ),
        (
            "webhook",
            of_webhook
                .map(|one| one.webhook.clone())
                .unwrap_or_default(),
        ),
    ];
    let first = format!("/console/webhooks?{}", form_urlencoded(&pairs));
    let mut wish = pairs.clone();
    wish.push(("before", asked.before.clone()));
    wish.push(("limit", PAGE_ROWS.to_string()));
    let target = format!("/webhooks/pushes?{}", form_urlencoded(&wish));
    let found = match account {
        0 => None,
        _ => Some(control.get::<PushList>(&target).await?),
    };
    let now = (state.clock)();
    let (pushes, next) = found.map_or((Vec::new(), None), |found| (found.pushes, found.next));
    let page = WebhooksPage {
        shell: Shell::of(&state, &session, Section::Webhooks),
        states: STATES
            .iter()
            .map(|(word, title)| (*word, *title, *word == asked.state))
            .collect(),
        names: webhooks
            .iter()
            .map(|one| {
                let title = format!("{}: {}", what(Some(&one.webhook)), one.url);
                (one.webhook.clone(), title, one.webhook == asked.webhook)
            })
            .collect(),
        filtered: in_state.is_some() || of_webhook.is_some() || !asked.before.is_empty(),
        webhooks: webhooks
            .into_iter()
            .map(|one| shown(one, account, now))
            .collect(),
        endpoints: endpoints
            .endpoints
            .into_iter()
            .map(|one| endpoint(one, now))
            .collect(),
        rows: pushes
            .into_iter()
            .map(|push| Row::of(push, account, now))
            .collect(),
        first,
        older: next.map(|next| {
            pairs.push(("before", next));
            format!("/console/webhooks?{}", form_urlencoded(&pairs))
        }),
        accounts,
        account,
        sandbox,
    };
    Ok(live(&page))
}

fn shown(webhook: Webhook, account: i64, now: UnixMicros) -> One {
    let (tone, word) = health(&webhook);
    One {
        href: place(account, &webhook.webhook),
        what: what(Some(&webhook.webhook)),
        tone,
        word,
        at: webhook
            .recently
            .as_ref()
            .map(|recently| Moment::read(&recently.at, now)),
        webhook,
    }
}

fn endpoint(endpoint: AlertEndpoint, now: UnixMicros) -> Endpoint {
    let (tone, word) = match (&endpoint.tried_at, &endpoint.problem) {
        (None, _) => ("plain", "never called"),
        (Some(_), None) => ("good", "arrives"),
        (Some(_), Some(_)) => ("bad", "does not arrive"),
    };
    Endpoint {
        href: format!("/console/webhooks/endpoints/{}", endpoint.endpoint_id),
        tone,
        word,
        tried: endpoint.tried_at.as_deref().map(|at| Moment::read(at, now)),
        endpoint,
    }
}
