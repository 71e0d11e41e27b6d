//! What is done with one address of an account: a made-up call, off and on, and its end. Rules of the platform are what is changed.

use axum::extract::{Path, Request, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::{Extensions, Method};
use postern_wire::control::{PushList, Webhook};
use serde_json::{Value, json};

use super::{find, place, what};
use crate::confirm::ConfirmPage;
use crate::control::Control;
use crate::form::Typed;
use crate::inside::{Change, Inside};
use crate::session::Session;
use crate::shell::{Section, Shell};
use crate::state::ConsoleState;
use crate::trouble::Trouble;

type Named = Path<(i64, String, i64)>;

/// Where the platform keeps rules of this kind; `None`: it knows none.
pub(super) fn rules_of(on: &str) -> Option<&'static str> {
    match on {
        "inbound" => Some("/v3/automations/sms/inbound"),
        "receipts" => Some("/v3/automations/sms/receipts"),
        "voice-receipts" => Some("/v3/automations/voice/receipts"),
        "email-receipts" => Some("/v3/automations/email/receipts"),
        _ => None,
    }
}

/// Where it makes up what is told; receipts of e-mail cannot be made up.
pub(super) fn test_of(on: &str) -> Option<&'static str> {
    match on {
        "inbound" => Some("/v3/sms/inbound"),
        "receipts" => Some("/v3/sms/receipts"),
        "voice-receipts" => Some("/v3/voice/receipts"),
        _ => None,
    }
}

/// The call is no rule's: it is the newest test of the account.
pub(crate) async fn test_webhook(
    State(state): State<ConsoleState>,
    inside: Inside,
    Path((account, on, rule)): Named,
    request: Request,
) -> Result<Response, Trouble> {
    let control = Control::of(&state, &inside.session, request.extensions());
    Typed::of_session(&state, &inside.session, request).await?;
    let path = test_of(&on).ok_or(Trouble::NotFound)?;
    let Webhook {
        url,
        webhook_type,
        webhook,
        ..
    } = find(&control, account, &format!("{on}/{rule}")).await?;
    let change = Change {
        method: Method::POST,
        path,
        body: json!({"url": url, "webhook_type": webhook_type}),
        action: "webhook.test",
    };
    let _: Value = inside.change(&state, account, change).await?;
    let target = format!("/webhooks/pushes?account={account}&limit=5");
    let newest: PushList = control.get(&target).await?;
    let mut tests = newest.pushes.into_iter();
    let test = tests.find(|push| push.webhook.is_none() && push.url == url);
    let page = match test {
        Some(push) => format!("/console/webhooks/pushes/{account}/{}", push.push_id),
        None => place(account, &webhook),
    };
    Ok(Redirect::to(&page).into_response())
}

pub(crate) async fn switch_webhook(
    State(state): State<ConsoleState>,
    inside: Inside,
    Path((account, on, rule)): Named,
    request: Request,
) -> Result<Response, Trouble> {
    let typed = Typed::of_session(&state, &inside.session, request).await?;
    let rules = rules_of(&on).ok_or(Trouble::NotFound)?;
    let change = Change {
        method: Method::PUT,
        path: &format!("{rules}/{rule}"),
        body: json!({"enabled": u8::from(typed.has("on"))}),
        action: "webhook.switch",
    };
    let _: Value = inside.change(&state, account, change).await?;
    Ok(Redirect::to(&place(account, &format!("{on}/{rule}"))).into_response())
}

pub(crate) async fn delete_form(
    State(state): State<ConsoleState>,
    session: Session,
    extensions: Extensions,
    Path((account, on, rule)): Named,
) -> Result<Response, Trouble> {
    let control = Control::of(&state, &session, &extensions);
    let webhook = find(&control, account, &format!("{on}/{rule}")).await?;
    let place = place(account, &webhook.webhook);
    let page = ConfirmPage {
        shell: Shell::of(&state, &session, Section::Webhooks),
        title: "Remove this webhook?".to_owned(),
        lead: vec![
            format!(
                "{} is not called any more. It was told: {}.",
                webhook.url,
                what(Some(&webhook.webhook)).to_lowercase()
            ),
            "Calls that wait are still made. To stop it for a while, switch it off instead."
                .to_owned(),
        ],
        action: format!("{place}/delete"),
        button: "Remove the webhook",
        is_final: true,
        inputs: Vec::new(),
        back: place,
        problem: String::new(),
    };
    Ok(page.shown())
}

pub(crate) async fn delete_webhook(
    State(state): State<ConsoleState>,
    inside: Inside,
    Path((account, on, rule)): Named,
    request: Request,
) -> Result<Response, Trouble> {
    Typed::of_session(&state, &inside.session, request).await?;
    let rules = rules_of(&on).ok_or(Trouble::NotFound)?;
    let change = Change {
        method: Method::DELETE,
        path: &format!("{rules}/{rule}"),
        body: json!({}),
        action: "webhook.remove",
    };
    let _: Value = inside.change(&state, account, change).await?;
    Ok(Redirect::to(&format!("/console/webhooks?account={account}")).into_response())
}
