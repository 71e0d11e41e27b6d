//! `GET /console/webhooks/of/{account}/{on}/{rule_id}`: one address, how it is, and its newest calls.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use http::Extensions;
use postern_wire::control::{PushList, Webhook};

use super::{Row, find, health, place, what};
use crate::control::Control;
use crate::moment::Moment;
use crate::query::form_urlencoded;
use crate::session::Session;
use crate::shell::{Section, Shell, live};
use crate::state::ConsoleState;
use crate::trouble::Trouble;

/// Older ones are on the list, narrowed to it.
const SHOWN_MAX: i64 = 15;

#[derive(Template)]
#[template(path = "console/webhook.html")]
struct WebhookPage {
    shell: Shell,
    place: String,
    list: String,
    /// All calls to it.
    calls: String,
    what: &'static str,
    tone: &'static str,
    word: &'static str,
    /// How texts are told.
    how: Option<&'static str>,
    can_test: bool,
    last: Option<Moment>,
    rows: Vec<Row>,
    more: bool,
    webhook: Webhook,
}

pub(crate) async fn view_webhook(
    State(state): State<ConsoleState>,
    session: Session,
    extensions: Extensions,
    Path((account, on, rule)): Path<(i64, String, i64)>,
) -> Result<Response, Trouble> {
    let control = Control::of(&state, &session, &extensions);
    let webhook = find(&control, account, &format!("{on}/{rule}")).await?;
    let mut pairs = vec![
        ("account", account.to_string()),
        ("webhook", webhook.webhook.clone()),
    ];
    let calls = format!("/console/webhooks?{}", form_urlencoded(&pairs));
    pairs.push(("limit", SHOWN_MAX.to_string()));
    let target = format!("/webhooks/pushes?{}", form_urlencoded(&pairs));
    let found: PushList = control.get(&target).await?;
    let now = (state.clock)();
    let (tone, word) = health(&webhook);
    let recently = webhook.recently.as_ref();
    let page = WebhookPage {
        shell: Shell::of(&state, &session, Section::Webhooks),
        place: place(account, &webhook.webhook),
        list: format!("/console/webhooks?account={account}"),
        calls,
        what: what(Some(&webhook.webhook)),
        tone,
        word,
        how: webhook.webhook_type.as_deref().map(|how| match how {
            "json" => "JSON",
            "get" => "the query of a GET",
            _ => "a form",
        }),
        can_test: super::act::test_of(&on).is_some(),
        last: recently.map(|recently| Moment::read(&recently.at, now)),
        more: found.next.is_some(),
        rows: found
            .pushes
            .into_iter()
            .map(|push| Row::of(push, account, now))
            .collect(),
        webhook,
    };
    Ok(live(&page))
}
