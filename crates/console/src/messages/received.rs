//! `GET /console/messages/received`: texts that came in for an account, the newest first, and the page of one.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use postern_domain::account::AccountId;
use postern_store::inbound::{self, Inbound};
use postern_store::pushes::{self, About};
use serde::Deserialize;

use super::timeline::{Step, webhooks};
use super::{PAGE_ROWS, named as one_named, place, received_place, words};
use crate::accounts::{Choice, choose, named};
use crate::instant::shown;
use crate::query::form_urlencoded;
use crate::session::Session;
use crate::shell::{Section, Shell, live};
use crate::state::ConsoleState;
use crate::trouble::Trouble;

/// What is asked for; what means nothing is as if it were not there.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    account: Option<String>,
    words: Option<String>,
    before: Option<String>,
}

#[derive(Template)]
#[template(path = "console/received.html")]
struct ReceivedPage {
    shell: Shell,
    accounts: Vec<Choice>,
    words: String,
    rows: Vec<Row>,
    is_part: bool,
    newest: Option<String>,
    older: Option<String>,
}

#[derive(Template)]
#[template(path = "console/received_one.html")]
struct OnePage {
    shell: Shell,
    id: String,
    row: Row,
    /// Every call to an address that a rule of the account names.
    timeline: Vec<Step>,
}

struct Row {
    href: String,
    at: String,
    from: String,
    to: String,
    text: String,
    /// The text that it answers.
    answers: Option<Answered>,
}

struct Answered {
    href: String,
    text: String,
}

pub(crate) async fn list_received(
    State(state): State<ConsoleState>,
    session: Session,
    Query(asked): Query<Asked>,
) -> Result<Response, Trouble> {
    let words = words(asked.words);
    let before: Option<i64> = asked.before.as_deref().and_then(|text| text.parse().ok());
    let named = named(asked.account.as_deref());
    let looked_for = words.clone();
    let (accounts, chosen, feed) = state
        .store
        .read(move |tx| {
            let (accounts, chosen) = choose(tx, named)?;
            let chosen = chosen.map_or(AccountId(0), |account| account.id);
            let feed = inbound::feed(tx, chosen, looked_for.as_deref(), before, PAGE_ROWS)?;
            Ok((accounts, chosen, feed))
        })
        .await?;
    let words = words.unwrap_or_default();
    let link = |before: Option<i64>| {
        let query = form_urlencoded(&[
            ("account", chosen.0.to_string()),
            ("words", words.clone()),
            ("before", before.map_or(String::new(), |n| n.to_string())),
        ]);
        format!("/console/messages/received?{query}")
    };
    let page = ReceivedPage {
        shell: Shell::of(&state, &session, Section::Messages),
        is_part: before.is_some() || !words.is_empty(),
        newest: before.map(|_| link(None)),
        older: feed.next.map(|next| link(Some(next))),
        rows: feed.rows.iter().map(|one| row(chosen, one)).collect(),
        accounts,
        words,
    };
    Ok(live(&page))
}

pub(crate) async fn show_received(
    State(state): State<ConsoleState>,
    session: Session,
    Path(address): Path<(String, String)>,
) -> Result<Response, Trouble> {
    let (account, id) = one_named(&address)?;
    let found = state
        .store
        .read(move |tx| match inbound::by_id(tx, account, id)? {
            Some((number, text)) => {
                let told = pushes::told(tx, account, About::Inbound(number))?;
                Ok(Some((text, told)))
            }
            None => Ok(None),
        })
        .await?;
    let (text, told) = found.ok_or(Trouble::NotFound)?;
    let page = OnePage {
        shell: Shell::of(&state, &session, Section::Messages),
        row: row(account, &text),
        timeline: webhooks(&told),
        id: address.1,
    };
    Ok(live(&page))
}

fn row(account: AccountId, inbound: &Inbound) -> Row {
    Row {
        href: received_place(account, inbound.message_id),
        at: shown(inbound.at),
        from: inbound.sender.clone(),
        to: inbound.recipient.clone(),
        text: inbound.body.clone(),
        answers: inbound.original.as_ref().map(|original| Answered {
            href: place(account, original.message_id),
            text: original.body.clone(),
        }),
    }
}
