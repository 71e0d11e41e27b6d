//! `/console/messages`: what accounts sent, the newest first.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use postern_domain::channel::Channel;
use postern_domain::receipt::Report;
use postern_store::messages::{self, Message, Search};
use serde::Deserialize;
use uuid::Uuid;

use crate::accounts::{Choice, choose, named};
use crate::instant::shown;
use crate::session::Session;
use crate::shell::{Section, Shell, live};
use crate::state::ConsoleState;
use crate::trouble::Trouble;

const PAGE_ROWS: i64 = 30;
/// Words that messages are shown with, to filter by.
const STATES: [&str; 6] = [
    "Scheduled",
    "Queued",
    "Sent",
    "Completed",
    "Failed",
    "Cancelled",
];

/// What is asked for; what means nothing is as if it were not there.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    account: Option<String>,
    channel: Option<String>,
    to: Option<String>,
    state: Option<String>,
    page: Option<String>,
}

#[derive(Template)]
#[template(path = "console/messages.html")]
struct MessagesPage {
    shell: Shell,
    accounts: Vec<Choice>,
    channels: Vec<(&'static str, bool)>,
    states: Vec<(&'static str, bool)>,
    to: String,
    rows: Vec<Row>,
    total: i64,
    page: i64,
    /// The addresses of the neighbouring pages.
    newer: Option<String>,
    older: Option<String>,
}

struct Row {
    href: String,
    at: String,
    to: String,
    from: String,
    state: &'static str,
    tone: &'static str,
    text: String,
    segments: u32,
    price: String,
}

pub(crate) async fn list_messages(
    State(state): State<ConsoleState>,
    session: Session,
    Query(asked): Query<Asked>,
) -> Result<Response, Trouble> {
    let channel = asked.channel.as_deref().and_then(|text| text.parse().ok());
    let channel: Channel = channel.unwrap_or_default();
    let word = STATES
        .into_iter()
        .find(|word| asked.state.as_deref() == Some(word));
    let to = asked.to.as_deref().unwrap_or_default().trim().to_owned();
    let page: i64 = asked
        .page
        .as_deref()
        .and_then(|text| text.parse().ok())
        .unwrap_or(1);
    let page = page.clamp(1, i64::MAX / PAGE_ROWS);
    let search = Search {
        channel,
        recipient: (!to.is_empty()).then(|| number(&to)),
        status: word.map(|word| Report::states_with_word(word).collect()),
        descending: true,
        skip: (page - 1) * PAGE_ROWS,
        limit: PAGE_ROWS,
        ..Search::default()
    };
    let named = named(asked.account.as_deref());
    let (accounts, found) = state
        .store
        .read(move |tx| {
            let (accounts, chosen) = choose(tx, named)?;
            let found = match chosen {
                Some(account) => Some(messages::history(tx, account.id, &search)?),
                None => None,
            };
            Ok((accounts, found))
        })
        .await?;
    let (total, rows) = found.map_or((0, Vec::new()), |found| (found.total, found.rows));
    let account = accounts
        .iter()
        .find(|account| account.chosen)
        .map(|account| account.id);
    let link = |page: i64| {
        let mut query = form_urlencoded(&[
            (
                "account",
                account.map(|id| id.to_string()).unwrap_or_default(),
            ),
            ("channel", channel.to_string()),
            ("to", to.clone()),
            ("state", word.unwrap_or_default().to_owned()),
            ("page", page.to_string()),
        ]);
        query.insert_str(0, "/console/messages?");
        query
    };
    let page_of_list = MessagesPage {
        shell: Shell::of(&state, &session, Section::Messages),
        channels: Channel::ALL
            .iter()
            .map(|one| (one.as_str(), *one == channel))
            .collect(),
        states: STATES
            .into_iter()
            .map(|one| (one, Some(one) == word))
            .collect(),
        newer: (page > 1).then(|| link(page - 1)),
        older: (page * PAGE_ROWS < total).then(|| link(page + 1)),
        rows: rows.iter().map(row).collect(),
        accounts,
        to,
        total,
        page,
    };
    Ok(live(&page_of_list))
}

/// `+` is easily lost on the way.
pub(crate) fn number(typed: &str) -> String {
    let digits: String = typed.chars().filter(char::is_ascii_digit).collect();
    match typed.contains('@') || digits.is_empty() {
        true => typed.to_owned(),
        false => format!("+{digits}"),
    }
}

pub(crate) fn form_urlencoded(pairs: &[(&str, String)]) -> String {
    let mut text = String::new();
    for (name, value) in pairs.iter().filter(|(_, value)| !value.is_empty()) {
        if !text.is_empty() {
            text.push('&');
        }
        text.push_str(name);
        text.push('=');
        for byte in value.bytes() {
            match byte {
                b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' => {
                    text.push(char::from(byte))
                }
                other => text.push_str(&format!("%{other:02X}")),
            }
        }
    }
    text
}

/// The class of a state's tag.
pub(crate) fn tone(message: &Message) -> &'static str {
    use postern_domain::message::Status as S;
    match message.status {
        S::Delivered | S::Completed => "good",
        S::Failed => "bad",
        S::InDoubt | S::Retrying => "warn",
        S::Scheduled | S::Queued | S::Sent | S::Cancelled => "plain",
    }
}

pub(crate) fn word(message: &Message) -> &'static str {
    match message.status {
        postern_domain::message::Status::Delivered => "Delivered",
        status => Report::of(status, message.cause).word,
    }
}

fn row(message: &Message) -> Row {
    let id = Uuid::from_bytes(message.message_id.0);
    Row {
        href: format!("/console/messages/{}/{id}", message.key.account.0),
        at: shown(message.accepted_at),
        to: message.recipient.clone(),
        from: message.sender.clone(),
        state: word(message),
        tone: tone(message),
        text: message.body.clone(),
        segments: message.segments,
        price: message.price.to_4_decimals(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_people_type_them() {
        assert_eq!(number("+61 411 111 111"), "+61411111111");
        assert_eq!(number("61411111111"), "+61411111111");
        assert_eq!(number("a1@example.com"), "a1@example.com");
        assert_eq!(number("nobody"), "nobody");
    }

    #[test]
    fn links_hold_what_was_typed() {
        let pairs = [
            ("to", "+61 4&x".to_owned()),
            ("state", String::new()),
            ("page", "2".to_owned()),
        ];
        assert_eq!(form_urlencoded(&pairs), "to=%2B61%204%26x&page=2");
    }
}
