//! Adding, changing and removing contacts; the list's counts change in the same unit.

use postern_domain::account::AccountId;
use postern_domain::contact::{Field, Fields};
use postern_domain::time::UnixMicros;

use super::{Contact, count, get};
use crate::dialect::{Bulk, Kind};
use crate::settings::TENANT;
use crate::{Result, Tx, lists, v};

pub(crate) static CONTACTS: Bulk = Bulk {
    table: "contacts",
    columns: &[
        ("tenant_id", Kind::Int),
        ("account_id", Kind::Int),
        ("list_id", Kind::Int),
        ("contact_id", Kind::Int),
        ("created_at", Kind::Int),
        ("updated_at", Kind::Int),
        ("phone_number", Kind::Text),
        ("first_name", Kind::Text),
        ("last_name", Kind::Text),
        ("custom_1", Kind::Text),
        ("custom_2", Kind::Text),
        ("custom_3", Kind::Text),
        ("custom_4", Kind::Text),
        ("fax_number", Kind::Text),
        ("organization_name", Kind::Text),
        ("email", Kind::Text),
        ("address_line_1", Kind::Text),
        ("address_line_2", Kind::Text),
        ("address_city", Kind::Text),
        ("address_state", Kind::Text),
        ("address_postal_code", Kind::Text),
        ("address_country", Kind::Text),
    ],
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Changed {
    Unknown,
    /// The change would leave nothing to reach the contact by; nothing was changed.
    Unreachable,
    Done(Box<Contact>),
}

/// Adds contacts and answers the number of the first; the others follow without gaps. `None`: no such list.
pub fn add(
    tx: &mut Tx<'_>,
    account: AccountId,
    list_id: i64,
    contacts: &[Fields],
    now: UnixMicros,
) -> Result<Option<i64>> {
    let added = contacts.len() as i64;
    if !lists::count(tx, account, list_id, added, now)? {
        return Ok(None);
    }
    let last = tx.one(
        "UPDATE accounts SET contact_seq = contact_seq + $2 WHERE account_id = $1 RETURNING contact_seq",
        &[v(account.0), v(added)],
        |row| row.int(0),
    )?;
    let first = last - added + 1;
    let rows: Vec<_> = (first..)
        .zip(contacts)
        .map(|(number, fields)| {
            let mut row = Vec::with_capacity(CONTACTS.columns.len());
            row.extend([v(TENANT), v(account.0), v(list_id), v(number)]);
            row.extend([v(now.0), v(now.0)]);
            row.extend(fields.0.iter().map(v));
            row
        })
        .collect();
    tx.insert_all(&CONTACTS, &rows)?;
    count(tx, list_id, first..=last, 1)?;
    Ok(Some(first))
}

/// Replaces the fields that are given. Values must be complete: numbers in E.164.
pub fn update(
    tx: &mut Tx<'_>,
    account: AccountId,
    list_id: i64,
    contact_id: i64,
    given: &[(Field, String)],
    now: UnixMicros,
) -> Result<Changed> {
    let Some(mut contact) = get(tx, account, list_id, contact_id)? else {
        return Ok(Changed::Unknown);
    };
    for (field, value) in given {
        contact.fields.set(*field, value);
    }
    if !contact.fields.is_reachable() {
        return Ok(Changed::Unreachable);
    }
    let fields = &contact.fields.0;
    let mut params = vec![v(list_id), v(contact_id), v(account.0), v(now.0)];
    params.extend(fields.iter().map(v));
    tx.execute(
        "UPDATE contacts SET updated_at = $4, phone_number = $5, first_name = $6, last_name = $7, custom_1 = $8, custom_2 = $9, custom_3 = $10,
            custom_4 = $11, fax_number = $12, organization_name = $13, email = $14, address_line_1 = $15, address_line_2 = $16,
            address_city = $17, address_state = $18, address_postal_code = $19, address_country = $20
         WHERE list_id = $1 AND contact_id = $2 AND account_id = $3",
        &params,
    )?;
    contact.updated_at = now;
    Ok(Changed::Done(Box::new(contact)))
}

/// `false`: no such contact.
pub fn remove(
    tx: &mut Tx<'_>,
    account: AccountId,
    list_id: i64,
    contact_id: i64,
    now: UnixMicros,
) -> Result<bool> {
    let removed = tx.execute(
        "DELETE FROM contacts WHERE list_id = $1 AND contact_id = $2 AND account_id = $3
            AND EXISTS (SELECT 1 FROM lists WHERE lists.list_id = $1 AND erased = 0)",
        &[v(list_id), v(contact_id), v(account.0)],
    )?;
    if removed == 1 {
        lists::count(tx, account, list_id, -1, now)?;
        count(tx, list_id, [contact_id], -1)?;
    }
    Ok(removed == 1)
}
