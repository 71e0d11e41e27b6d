//! What `q` of a list of receipts means, for every channel.

use postern_domain::channel::Channel;
use postern_domain::message::Status;
use postern_domain::message_id::MessageId;
use postern_domain::receipt::Report;
use postern_store::accounts::Account;
use postern_store::receipts::{self, ReceiptPage, ReceiptSearch};
use postern_wire::clicksend::page::ListQuery;

use crate::error::ApiError;
use crate::paging::{Stretch, pairs};
use crate::sms::search::number;
use crate::state::PlatformState;

/// A page of the unread receipts of a channel.
pub(crate) async fn find(
    state: &PlatformState,
    account: &Account,
    channel: Channel,
    query: &ListQuery,
    stretch: Stretch,
) -> Result<ReceiptPage, ApiError> {
    let search = search(query.q.as_deref().unwrap_or_default(), account)?;
    let (id, skip, limit) = (account.id, stretch.skip(), stretch.limit);
    let Some(search) = search else {
        let read = state
            .store
            .read(move |tx| receipts::page(tx, id, channel, skip, limit));
        return Ok(read.await?);
    };
    let turn = state.scans.acquire().await.ok();
    let found = state
        .store
        .read(move |tx| receipts::search(tx, id, channel, &search, skip, limit))
        .await?;
    drop(turn);
    Ok(found)
}

/// `None`: nothing is searched for.
fn search(q: &str, account: &Account) -> Result<Option<ReceiptSearch>, ApiError> {
    let mut search = ReceiptSearch::default();
    for (field, value) in pairs(q)? {
        match field.to_ascii_lowercase().as_str() {
            // What is no id finds nothing.
            "message_id" => {
                search.message_id = Some(MessageId::parse(value).unwrap_or(MessageId([0; 16])));
            }
            "status_code" => search.statuses = Some(with_code(value)),
            "custom_string" => search.custom_string = Some(value.to_owned()),
            "to" => search.recipient = Some(number(value, account)),
            "from" => search.sender = Some(from(value, account)),
            _ => {
                return Err(ApiError::Invalid(
                    format!("q: `{field}` cannot be searched; use message_id, status_code, custom_string, to, from.").into(),
                ));
            }
        }
    }
    Ok((search != ReceiptSearch::default()).then_some(search))
}

/// Words are senders as they are.
fn from(value: &str, account: &Account) -> String {
    match value.bytes().any(|b| b.is_ascii_alphabetic()) {
        true => value.to_owned(),
        false => number(value, account),
    }
}

/// The states that receipts with this code have.
fn with_code(code: &str) -> Vec<Status> {
    let states = Status::ALL.iter().copied();
    states
        .filter(|status| {
            let known = Report::of(*status, None).status_code;
            known.is_some_and(|known| known.to_string() == code)
        })
        .collect()
}
