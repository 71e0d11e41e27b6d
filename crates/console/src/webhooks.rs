//! `/console/webhooks`: calls to addresses outside: texts and receipts to what rules of accounts name, alerts to endpoints. Every try, and one
//! more at a press.

mod act;
mod endpoint;
mod list;
mod new;
mod push;
mod view;

pub(crate) use act::{delete_form, delete_webhook, switch_webhook, test_webhook};
pub(crate) use endpoint::{
    delete_endpoint, delete_endpoint_form, replay_alert, test_endpoint, view_endpoint,
};
pub(crate) use list::list_webhooks;
pub(crate) use new::{create_form, create_webhook};
pub(crate) use push::{replay_push, view_push};
pub(crate) use view::view_webhook;

use postern_domain::time::UnixMicros;
use postern_wire::control::{Push, PushTry, Webhook, WebhookList};

use crate::control::Control;
use crate::moment::Moment;
use crate::trouble::Trouble;

/// One call as a page shows it.
struct Try {
    at: Moment,
    took: String,
    tone: &'static str,
    came: String,
    answer: String,
    /// Of an alert: which.
    alert_id: String,
}

impl Try {
    fn of(one: PushTry, alert_id: String, now: UnixMicros) -> Try {
        let arrived = one
            .status
            .is_some_and(|status| (200..300).contains(&status));
        Try {
            at: Moment::read(&one.at, now),
            took: format!("{} ms", one.took_ms),
            tone: if arrived { "good" } else { "bad" },
            came: match (one.status, one.problem) {
                (Some(status), _) => status.to_string(),
                (None, Some(problem)) => problem,
                (None, None) => "nothing".to_owned(),
            },
            answer: one.answer.unwrap_or_default(),
            alert_id,
        }
    }
}

/// A push as a list shows it.
struct Row {
    href: String,
    what: String,
    tone: &'static str,
    word: &'static str,
    created: Moment,
    next: Option<Moment>,
    push: Push,
}

impl Row {
    fn of(push: Push, account: i64, now: UnixMicros) -> Row {
        let (tone, word) = state(&push);
        Row {
            href: format!("/console/webhooks/pushes/{account}/{}", push.push_id),
            what: what(push.webhook.as_deref()).to_owned(),
            tone,
            word,
            created: Moment::read(&push.created_at, now),
            next: push
                .next_try_at
                .as_deref()
                .map(|at| Moment::coming(at, now)),
            push,
        }
    }
}

/// The class and the words of a push's state.
fn state(push: &Push) -> (&'static str, &'static str) {
    match push.state.as_str() {
        "arrived" => ("good", "arrived"),
        "waiting" if push.tries == 0 => ("plain", "on its way"),
        "waiting" => ("warn", "is tried again"),
        _ => ("bad", "given up"),
    }
}

/// How a webhook is: the class and the words.
fn health(webhook: &Webhook) -> (&'static str, &'static str) {
    if !webhook.enabled {
        return ("plain", "switched off");
    }
    match webhook
        .recently
        .as_ref()
        .map(|recently| recently.state.as_str())
    {
        None => ("plain", "not called lately"),
        Some("arrived") => ("good", "arrives"),
        Some("waiting") => ("warn", "is tried again"),
        Some(_) => ("bad", "does not arrive"),
    }
}

/// What an address is told, by the name of its webhook; none has a test.
fn what(webhook: Option<&str>) -> &'static str {
    match webhook
        .and_then(|name| name.split_once('/'))
        .map(|(on, _)| on)
    {
        Some("inbound") => "Texts that come in",
        Some("receipts") => "Receipts of texts",
        Some("voice-receipts") => "Receipts of calls",
        Some("email-receipts") => "Receipts of e-mail",
        _ => "A test",
    }
}

fn place(account: i64, webhook: &str) -> String {
    format!("/console/webhooks/of/{account}/{webhook}")
}

async fn find(control: &Control, account: i64, name: &str) -> Result<Webhook, Trouble> {
    let all: WebhookList = control.get(&format!("/webhooks?account={account}")).await?;
    let found = all.webhooks.into_iter().find(|one| one.webhook == name);
    found.ok_or(Trouble::NotFound)
}
