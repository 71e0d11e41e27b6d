//! `GET /console/messages`: what an account sent over every channel, the newest first.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use postern_domain::channel::Channel;
use postern_domain::message::Status;
use postern_store::messages::{self, LOOKED_MAX, Message, Wanted};
use serde::Deserialize;

use super::{PAGE_ROWS, place, tone, word, words};
use crate::accounts::{Choice, choose, named};
use crate::instant::shown;
use crate::query::{form_urlencoded, number};
use crate::session::Session;
use crate::shell::{Section, Shell, live};
use crate::state::ConsoleState;
use crate::trouble::Trouble;

/// Words that messages are shown with, to filter by.
const STATES: [&str; 9] = [
    "Scheduled",
    "Queued",
    "Sent",
    "Not known",
    "Retrying",
    "Delivered",
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
    words: Option<String>,
    state: Option<String>,
    before: Option<String>,
}

#[derive(Template)]
#[template(path = "console/messages.html")]
struct MessagesPage {
    shell: Shell,
    accounts: Vec<Choice>,
    channels: Vec<(&'static str, bool)>,
    states: Vec<(&'static str, bool)>,
    to: String,
    words: String,
    rows: Vec<Row>,
    /// Something narrows the list, or this is not its first page.
    is_part: bool,
    newest: Option<String>,
    older: Option<String>,
}

struct Row {
    href: String,
    at: String,
    channel: &'static str,
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
    let channel: Option<Channel> = asked.channel.as_deref().and_then(|text| text.parse().ok());
    let chosen = STATES
        .into_iter()
        .find(|word| asked.state.as_deref() == Some(word));
    let to = asked.to.as_deref().unwrap_or_default().trim().to_owned();
    let words = words(asked.words);
    let before = asked.before.as_deref().and_then(|text| text.parse().ok());
    let wanted = Wanted {
        channel,
        status: chosen.map(states),
        recipient: (!to.is_empty()).then(|| number(&to)),
        words: words.clone(),
        before,
        looked_max: LOOKED_MAX,
        limit: PAGE_ROWS,
    };
    let named = named(asked.account.as_deref());
    let (accounts, feed) = state
        .store
        .read(move |tx| {
            let (accounts, chosen) = choose(tx, named)?;
            let feed = match chosen {
                Some(account) => messages::feed(tx, account.id, &wanted)?,
                None => messages::Feed::default(),
            };
            Ok((accounts, feed))
        })
        .await?;
    let account = accounts.iter().find(|account| account.chosen);
    let account = account.map(|account| account.id.to_string());
    let words = words.unwrap_or_default();
    let link = |before: Option<i64>| {
        let query = form_urlencoded(&[
            ("account", account.clone().unwrap_or_default()),
            (
                "channel",
                channel.map_or(String::new(), |one| one.to_string()),
            ),
            ("to", to.clone()),
            ("words", words.clone()),
            ("state", chosen.unwrap_or_default().to_owned()),
            ("before", before.map_or(String::new(), |n| n.to_string())),
        ]);
        format!("/console/messages?{query}")
    };
    let page = MessagesPage {
        shell: Shell::of(&state, &session, Section::Messages),
        channels: Channel::ALL
            .iter()
            .map(|one| (one.as_str(), Some(*one) == channel))
            .collect(),
        states: STATES
            .into_iter()
            .map(|one| (one, Some(one) == chosen))
            .collect(),
        is_part: before.is_some()
            || channel.is_some()
            || chosen.is_some()
            || !to.is_empty()
            || !words.is_empty(),
        newest: before.map(|_| link(None)),
        older: feed.next.map(|next| link(Some(next))),
        rows: feed.rows.iter().map(row).collect(),
        accounts,
        to,
        words,
    };
    Ok(live(&page))
}

/// Those that are shown with the word.
fn states(shown: &str) -> Vec<Status> {
    let all = Status::ALL.iter().copied();
    all.filter(|status| word(*status, None) == shown).collect()
}

fn row(message: &Message) -> Row {
    Row {
        href: place(message.key.account, message.message_id),
        at: shown(message.accepted_at),
        channel: message.content.channel().as_str(),
        to: message.recipient.clone(),
        from: message.sender.clone(),
        state: word(message.status, message.cause),
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
    fn every_state_is_found_by_the_word_that_it_is_shown_with() {
        let mut found: Vec<Status> = STATES.into_iter().flat_map(states).collect();
        for shown in STATES {
            assert!((1..=3).contains(&states(shown).len()), "{shown}");
        }
        found.sort_by_key(|status| status.code());
        assert_eq!(found, Status::ALL);
    }
}
