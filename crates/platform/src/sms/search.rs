//! History's query: which fields can be searched and sorted by, and what their values mean.

use postern_domain::account::AccountId;
use postern_domain::message_id::MessageId;
use postern_domain::phone::Recipient;
use postern_domain::receipt::Report;
use postern_store::accounts::Account;
use postern_store::messages::{self, Combine, History, Order, Search};
use postern_wire::clicksend::page::ListQuery;

use crate::error::ApiError;
use crate::paging::{Stretch, date, order, pairs};
use crate::state::PlatformState;

/// `date_to` names a second, and the whole of it belongs to the window.
const MICROS_TO_END_OF_SECOND: i64 = 999_999;

/// A page of the history of any channel.
pub(crate) async fn find(
    state: &PlatformState,
    account: AccountId,
    search: Search,
) -> Result<History, ApiError> {
    let turn = match search.is_scan() {
        true => state.scans.acquire().await.ok(),
        false => None,
    };
    let found = state
        .store
        .read(move |tx| messages::history(tx, account, &search))
        .await?;
    drop(turn);
    Ok(found)
}

pub(crate) fn search(query: &ListQuery, account: &Account) -> Result<Search, ApiError> {
    let stretch = Stretch::of(query)?;
    let mut search = Search {
        combine: combine(query.operator.as_deref())?,
        from: date("date_from", query.date_from.as_deref())?,
        to: date("date_to", query.date_to.as_deref())?
            .map(|t| t.plus_micros(MICROS_TO_END_OF_SECOND)),
        skip: stretch.skip(),
        limit: stretch.limit,
        ..Search::default()
    };
    for (field, value) in pairs(query.q.as_deref().unwrap_or_default())? {
        narrow(&mut search, field, value, account)?;
    }
    if let Some(text) = query.order_by.as_deref().filter(|t| !t.trim().is_empty()) {
        let (field, descending) = order(text)?;
        search.order = sort_field(field)?;
        search.descending = descending;
    }
    Ok(search)
}

pub(crate) fn combine(operator: Option<&str>) -> Result<Combine, ApiError> {
    match operator
        .unwrap_or_default()
        .trim()
        .to_ascii_uppercase()
        .as_str()
    {
        "" | "AND" => Ok(Combine::And),
        "OR" => Ok(Combine::Or),
        _ => Err(ApiError::Invalid("operator is AND or OR.".into())),
    }
}

fn narrow(
    search: &mut Search,
    field: &str,
    value: &str,
    account: &Account,
) -> Result<(), ApiError> {
    let text = || Some(value.to_owned());
    let given_before = match field.to_ascii_lowercase().as_str() {
        "status" => search
            .status
            .replace(Report::states_with_word(value).collect())
            .is_some(),
        "to" => {
            let before = search.recipient.is_some();
            search.recipient = Some(number(value, account));
            before
        }
        "from" => {
            let before = search.sender.is_some();
            search.sender = match value.bytes().any(|b| b.is_ascii_alphabetic()) {
                true => text(),
                false => Some(number(value, account)),
            };
            before
        }
        "custom_string" => std::mem::replace(&mut search.custom_string, text()).is_some(),
        "message_id" => search.message_id.replace(MessageId::parse(value)).is_some(),
        "subaccount_id" | "user_id" => {
            let own = account.id.0.to_string() == value;
            search.owner.replace(own).is_some()
        }
        _ => {
            return Err(ApiError::Invalid(
                format!("q: `{field}` cannot be searched; use status, to, from, message_id, custom_string, subaccount_id.").into(),
            ));
        }
    };
    match given_before {
        true => Err(ApiError::Invalid(
            format!("q: `{field}` is given twice.").into(),
        )),
        false => Ok(()),
    }
}

/// Numbers are kept as E.164; a `+` that the query string turned into a space is one again. What is no number is compared as it is.
pub(crate) fn number(value: &str, account: &Account) -> String {
    Recipient::parse(value, account.country)
        .or_else(|_| Recipient::parse(&format!("+{value}"), account.country))
        .map_or_else(|_| value.to_owned(), |r| r.as_str().to_owned())
}

fn sort_field(field: &str) -> Result<Order, ApiError> {
    match field.to_ascii_lowercase().as_str() {
        // One account has one username: sorting by it is sorting by date.
        "date" | "username" => Ok(Order::Date),
        "from" => Ok(Order::Sender),
        "to" => Ok(Order::Recipient),
        "status" => Ok(Order::Status),
        "body" => Ok(Order::Body),
        _ => Err(ApiError::Invalid(
            format!("order_by: `{field}` cannot be sorted by; use date, username, from, to, status, body.").into(),
        )),
    }
}
