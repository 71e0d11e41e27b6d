//! The query of a list's contacts: which fields can be searched, and what their values mean.

use postern_domain::contact::Field;
use postern_store::accounts::Account;
use postern_store::contacts::{Combine, Search};
use postern_store::messages;
use postern_wire::clicksend::page::ListQuery;

use crate::error::ApiError;
use crate::paging::{Stretch, date, order, pairs};
use crate::sms::search::{combine, number};

/// `updated_after` names a second, and what happened within it is not after it.
const MICROS_TO_END_OF_SECOND: i64 = 999_999;

pub(super) fn search(
    query: &ListQuery,
    stretch: Stretch,
    account: &Account,
) -> Result<Search, ApiError> {
    let mut search = Search {
        combine: match combine(query.operator.as_deref())? {
            messages::Combine::And => Combine::And,
            messages::Combine::Or => Combine::Or,
        },
        updated_after: date("updated_after", query.updated_after.as_deref())?
            .map(|at| at.plus_micros(MICROS_TO_END_OF_SECOND)),
        skip: stretch.skip(),
        limit: stretch.limit,
        ..Search::default()
    };
    for (name, value) in pairs(query.q.as_deref().unwrap_or_default())? {
        let field = Field::parse(name).filter(|field| Search::FIELDS.contains(field));
        let field = field.ok_or_else(|| {
            let known = Search::FIELDS.map(Field::as_str).join(", ");
            ApiError::Invalid(format!("q: `{name}` cannot be searched; use {known}.").into())
        })?;
        if search.values.iter().any(|(given, _)| *given == field) {
            return Err(ApiError::Invalid(
                format!("q: `{name}` is given twice.").into(),
            ));
        }
        let value = match field {
            Field::PhoneNumber => number(value, account),
            _ => value.to_owned(),
        };
        search.values.push((field, value));
    }
    if let Some(text) = query.order_by.as_deref().filter(|t| !t.trim().is_empty()) {
        let (field, descending) = order(text)?;
        if !matches!(field, "contact_id" | "date_added") {
            return Err(ApiError::Invalid(
                format!("order_by: `{field}` cannot be sorted by; use contact_id, date_added.")
                    .into(),
            ));
        }
        search.descending = descending;
    }
    Ok(search)
}
