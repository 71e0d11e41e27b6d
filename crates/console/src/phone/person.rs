//! What the person does with a handset: switching it off and on, refusing, and deciding about what waits there or rings.

use axum::extract::{Request, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::Method;
use postern_domain::account::AccountId;
use postern_domain::channel::{Channel, Content};
use postern_domain::chaos::Handset;
use postern_domain::message::Status;
use postern_store::messages::{self, Message, Search};
use postern_store::{Result, Tx, simulator};
use postern_wire::control::{Handled, HandsetAnswer};
use serde_json::json;
use uuid::Uuid;

use super::place;
use crate::form::Typed;
use crate::inside::Inside;
use crate::instant::shown;
use crate::query::number;
use crate::state::ConsoleState;
use crate::trouble::Trouble;

/// Of each channel.
const WAITING_MAX: i64 = 20;

/// Something on its way to the handset.
pub(super) struct Waiting {
    pub(super) id: String,
    pub(super) at: String,
    pub(super) who: String,
    pub(super) text: String,
    pub(super) is_call: bool,
    /// The caller asks for keys.
    pub(super) asks_for_keys: bool,
}

/// A state of the handset, as a button says it.
pub(super) struct Switch {
    pub(super) state: Handset,
    pub(super) label: &'static str,
    pub(super) chosen: bool,
}

pub(super) fn switches(now: Handset) -> Vec<Switch> {
    let label = |state| match state {
        Handset::On => "On",
        Handset::Off => "Off",
        Handset::Refusing => "Refuse all",
        Handset::ByHand => "Ask me",
    };
    let one = |state: &Handset| Switch {
        state: *state,
        label: label(*state),
        chosen: *state == now,
    };
    Handset::ALL.iter().map(one).collect()
}

pub(super) fn state(tx: &mut Tx<'_>, account: AccountId, number: &str) -> Result<Handset> {
    let handsets = simulator::handsets(tx, account)?;
    let found = handsets.into_iter().find(|(one, _)| one == number);
    Ok(found.map_or(Handset::On, |(_, state)| state))
}

pub(super) fn waiting(tx: &mut Tx<'_>, account: AccountId, number: &str) -> Result<Vec<Waiting>> {
    let mut found = Vec::new();
    for channel in Channel::ALL {
        let search = Search {
            channel: *channel,
            recipient: Some(number.to_owned()),
            status: Some(vec![Status::Sent, Status::InDoubt, Status::Retrying]),
            descending: true,
            limit: WAITING_MAX,
            ..Search::default()
        };
        let page = messages::history(tx, account, &search)?;
        let here = page
            .rows
            .into_iter()
            .filter(|one| one.carrier == "simulator");
        found.extend(here.map(of));
    }
    Ok(found)
}

fn of(message: Message) -> Waiting {
    let call = match &message.content {
        Content::Voice(call) => Some(call),
        _ => None,
    };
    Waiting {
        id: Uuid::from_bytes(message.message_id.0).to_string(),
        at: shown(message.sent_at.unwrap_or(message.accepted_at)),
        is_call: call.is_some(),
        asks_for_keys: call.is_some_and(|call| call.require_input),
        who: message.sender,
        text: message.body,
    }
}

pub(crate) async fn put_handset(
    State(state): State<ConsoleState>,
    inside: Inside,
    request: Request,
) -> std::result::Result<Response, Trouble> {
    let typed = Typed::of_session(&state, &inside.session, request).await?;
    let (account, number) = (typed.number("account")?, number(typed.text("number")));
    let path = format!("/inbox/handsets/{number}?account={account}");
    let body = json!({"state": typed.text("state")});
    inside
        .control::<HandsetAnswer>(Method::PUT, &path, Some(&body))
        .await?;
    Ok(Redirect::to(&place(account, &number)).into_response())
}

/// A call is answered, with keys or without; a message is taken; or it is refused.
pub(crate) async fn handle(
    State(state): State<ConsoleState>,
    inside: Inside,
    request: Request,
) -> std::result::Result<Response, Trouble> {
    let typed = Typed::of_session(&state, &inside.session, request).await?;
    let (account, number) = (typed.number("account")?, number(typed.text("number")));
    let id = Uuid::try_parse(typed.text("message")).map_err(|_| Trouble::BadForm)?;
    let path = format!("/inbox/waiting/{id}?account={account}");
    let body = match typed.text("do") {
        "refuse" => json!({"refuse": true}),
        // Each key is a button, too.
        key if !key.is_empty() && key != "take" => json!({"keys": key}),
        _ => json!({"keys": typed.text("keys").trim()}),
    };
    let back = place(account, &number);
    let handled = inside.control::<Handled>(Method::POST, &path, Some(&body));
    let problem = match handled.await {
        Ok(_) => return Ok(Redirect::to(&back).into_response()),
        Err(refused) if refused.status == http::StatusCode::NOT_FOUND => "over",
        Err(refused) if refused.status.is_client_error() => "keys",
        Err(refused) => return Err(refused.into()),
    };
    Ok(Redirect::to(&format!("{back}&problem={problem}")).into_response())
}
