//! `/console/messages`: what accounts sent and what came in for them, and the page of one message.

mod cut;
mod one;
mod received;
mod sent;
mod timeline;

use postern_domain::account::AccountId;
use postern_domain::message::Status;
use postern_domain::message_id::MessageId;
use postern_domain::receipt::{Cause, Report};
use postern_store::messages::Message;
use uuid::Uuid;

use crate::trouble::Trouble;

pub(crate) use one::show_message;
pub(crate) use received::{list_received, show_received};
pub(crate) use sent::list_messages;

const PAGE_ROWS: i64 = 30;
/// Of what is searched for.
const WORDS_CHARS_MAX: usize = 100;

/// The class of a state's tag.
fn tone(message: &Message) -> &'static str {
    use Status as S;
    match message.status {
        S::Delivered | S::Completed => "good",
        S::Failed => "bad",
        S::InDoubt | S::Retrying => "warn",
        S::Scheduled | S::Queued | S::Sent | S::Cancelled => "plain",
    }
}

/// The platform's word, but for states that it has no word of their own for.
fn word(status: Status, cause: Option<Cause>) -> &'static str {
    match status {
        Status::Delivered => "Delivered",
        Status::Retrying => "Retrying",
        Status::InDoubt => "Not known",
        status => Report::of(status, cause).word,
    }
}

fn place(account: AccountId, id: MessageId) -> String {
    let id = Uuid::from_bytes(id.0);
    format!("/console/messages/{}/{id}", account.0)
}

/// Of a text that came in.
fn received_place(account: AccountId, id: MessageId) -> String {
    let id = Uuid::from_bytes(id.0);
    format!("/console/messages/{}/received/{id}", account.0)
}

/// Of an address.
fn named((account, id): &(String, String)) -> Result<(AccountId, MessageId), Trouble> {
    let account = account.parse().map_err(|_| Trouble::NotFound)?;
    let id = Uuid::try_parse(id).map_err(|_| Trouble::NotFound)?;
    Ok((AccountId(account), MessageId(id.into_bytes())))
}

/// What is searched for; nothing is as if it were not there.
fn words(typed: Option<String>) -> Option<String> {
    let typed: String = typed?.trim().chars().take(WORDS_CHARS_MAX).collect();
    (!typed.is_empty()).then_some(typed)
}
