//! Contacts, clustered by list and numbered per account in the order in which they were added.

mod blocks;
mod change;
mod changed;
mod find;
mod moves;

use postern_domain::account::AccountId;
use postern_domain::contact::{FIELDS, Fields};
use postern_domain::time::UnixMicros;

use crate::{Result, Row, Tx, v};

pub use blocks::page;
pub(crate) use blocks::{BLOCK, count};
pub use change::{Changed, add, remove, update};
pub use find::{Combine, Found, Search, Suggested, names, search, suggest};
pub use moves::{Moved, copy, opt_out, transfer};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    pub list_id: i64,
    pub contact_id: i64,
    pub created_at: UnixMicros,
    pub updated_at: UnixMicros,
    pub fields: Fields,
}

// `+list_id`, here and below: SQLite would otherwise read a whole list by its key instead of one number by its index.

/// The columns that [`read`] reads, in its order; fields in the order of `Field::ALL`.
macro_rules! columns {
    () => {
        "list_id, contact_id, created_at, updated_at, phone_number, first_name, last_name, custom_1, custom_2, custom_3, custom_4, fax_number,
         organization_name, email, address_line_1, address_line_2, address_city, address_state, address_postal_code, address_country"
    };
}
pub(crate) use columns;

pub fn get(
    tx: &mut Tx<'_>,
    account: AccountId,
    list_id: i64,
    contact_id: i64,
) -> Result<Option<Contact>> {
    tx.opt(
        concat!(
            "SELECT ",
            columns!(),
            " FROM contacts WHERE list_id = $1 AND contact_id = $2 AND account_id = $3
                AND EXISTS (SELECT 1 FROM lists WHERE lists.list_id = $1 AND erased = 0)"
        ),
        &[v(list_id), v(contact_id), v(account.0)],
        read,
    )
}

/// Up to `limit` contacts numbered above `after` (0 to begin).
pub fn after(
    tx: &mut Tx<'_>,
    account: AccountId,
    list_id: i64,
    after: i64,
    limit: i64,
) -> Result<Vec<Contact>> {
    tx.all(
        concat!(
            "SELECT ",
            columns!(),
            " FROM contacts WHERE list_id = $1 AND contact_id > $2 AND account_id = $3 ORDER BY contact_id LIMIT $4"
        ),
        &[v(list_id), v(after), v(account.0), v(limit)],
        read,
    )
}

/// Up to `limit` contacts of a list, numbered above `after` (0 to begin), whose number is not in the account's Opt-Out List.
pub fn not_opted_out(
    tx: &mut Tx<'_>,
    account: AccountId,
    list_id: i64,
    after: i64,
    limit: i64,
) -> Result<Vec<Contact>> {
    tx.all(
        concat!(
            "SELECT ",
            columns!(),
            " FROM contacts WHERE list_id = $1 AND account_id = $2 AND contact_id > $4 AND NOT EXISTS (
                SELECT 1 FROM contacts o WHERE o.account_id = $2 AND o.phone_number = contacts.phone_number AND o.phone_number <> ''
                    AND +o.list_id = (SELECT l.list_id FROM lists l WHERE l.account_id = $2 AND l.opt_out = 1))
             ORDER BY contact_id LIMIT $3"
        ),
        &[v(list_id), v(account.0), v(limit), v(after)],
        read,
    )
}

pub(crate) fn read(row: &Row<'_>) -> Result<Contact> {
    let mut fields: [String; FIELDS] = Default::default();
    for (position, field) in fields.iter_mut().enumerate() {
        *field = row.text(4 + position)?;
    }
    Ok(Contact {
        list_id: row.int(0)?,
        contact_id: row.int(1)?,
        created_at: UnixMicros(row.int(2)?),
        updated_at: UnixMicros(row.int(3)?),
        fields: Fields(fields),
    })
}
