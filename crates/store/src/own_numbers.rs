//! Handsets of an account's own that its messages may come from, once a code that was sent there came back.

mod verify;

use postern_domain::account::AccountId;
use postern_domain::phone::CountryCode;
use postern_domain::time::UnixMicros;

use crate::{Error, Result, Row, Tx, v};

pub use verify::{NewVerification, Started, Tried, Verification, start, try_code};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnNumber {
    /// A UUID as text.
    pub own_number_id: String,
    /// E.164.
    pub phone_number: String,
    pub country: Option<CountryCode>,
    pub label: String,
    pub verified_at: Option<UnixMicros>,
    pub created_at: UnixMicros,
    pub updated_at: UnixMicros,
}

/// Which of them, which stretch.
#[derive(Clone, Debug, Default)]
pub struct OwnNumberSearch {
    /// `Some(true)`: verified ones only.
    pub verified: Option<bool>,
    /// What comes after this one in the list.
    pub after: Option<String>,
    pub descending: bool,
    pub limit: i64,
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT own_number_id, phone_number, country, label, verified_at, created_at, updated_at FROM own_numbers WHERE account_id = $1 ",
            $rest
        )
    };
}

pub fn get(tx: &mut Tx<'_>, account: AccountId, id: &str) -> Result<Option<OwnNumber>> {
    tx.opt(
        select!("AND own_number_id = $2"),
        &[v(account.0), v(id)],
        read,
    )
}

/// In the order in which they were made.
pub fn list(
    tx: &mut Tx<'_>,
    account: AccountId,
    search: &OwnNumberSearch,
) -> Result<Vec<OwnNumber>> {
    let sql = match search.descending {
        false => select!(
            "AND ($2 = 2 OR ($2 = 1 AND verified_at IS NOT NULL) OR ($2 = 0 AND verified_at IS NULL))
                AND (CAST($3 AS TEXT) IS NULL OR (created_at, own_number_id) >
                    (SELECT o.created_at, o.own_number_id FROM own_numbers o WHERE o.account_id = $1 AND o.own_number_id = $3))
             ORDER BY created_at, own_number_id LIMIT $4"
        ),
        true => select!(
            "AND ($2 = 2 OR ($2 = 1 AND verified_at IS NOT NULL) OR ($2 = 0 AND verified_at IS NULL))
                AND (CAST($3 AS TEXT) IS NULL OR (created_at, own_number_id) <
                    (SELECT o.created_at, o.own_number_id FROM own_numbers o WHERE o.account_id = $1 AND o.own_number_id = $3))
             ORDER BY created_at DESC, own_number_id DESC LIMIT $4"
        ),
    };
    let verified = search.verified.map_or(2, i64::from);
    tx.all(
        sql,
        &[v(account.0), v(verified), v(&search.after), v(search.limit)],
        read,
    )
}

/// `None`: no such number of this account.
pub fn rename(
    tx: &mut Tx<'_>,
    account: AccountId,
    id: &str,
    label: &str,
    now: UnixMicros,
) -> Result<Option<OwnNumber>> {
    tx.execute(
        "UPDATE own_numbers SET label = $3, updated_at = $4 WHERE account_id = $1 AND own_number_id = $2",
        &[v(account.0), v(id), v(label), v(now.0)],
    )?;
    get(tx, account, id)
}

/// Answers what it was; `None`: no such number of this account.
pub fn delete(tx: &mut Tx<'_>, account: AccountId, id: &str) -> Result<Option<OwnNumber>> {
    let Some(was) = get(tx, account, id)? else {
        return Ok(None);
    };
    tx.execute(
        "DELETE FROM own_number_verifications WHERE account_id = $1 AND own_number_id = $2",
        &[v(account.0), v(id)],
    )?;
    tx.execute(
        "DELETE FROM own_numbers WHERE account_id = $1 AND own_number_id = $2",
        &[v(account.0), v(id)],
    )?;
    Ok(Some(was))
}

/// Whether the account has shown that it holds this handset.
pub fn is_verified(tx: &mut Tx<'_>, account: AccountId, phone_number: &str) -> Result<bool> {
    let found = tx.opt(
        "SELECT verified_at FROM own_numbers WHERE account_id = $1 AND phone_number = $2",
        &[v(account.0), v(phone_number)],
        |row| row.opt_int(0),
    )?;
    Ok(found.flatten().is_some())
}

fn read(row: &Row<'_>) -> Result<OwnNumber> {
    let own_number_id = row.text(0)?;
    let country = row.text(2)?;
    let country = match country.as_str() {
        "" => None,
        code => Some(CountryCode::parse(code).ok_or_else(|| Error::Inconsistent {
            table: "own_numbers",
            id: own_number_id.clone(),
        })?),
    };
    Ok(OwnNumber {
        own_number_id,
        phone_number: row.text(1)?,
        country,
        label: row.text(3)?,
        verified_at: row.opt_int(4)?.map(UnixMicros),
        created_at: UnixMicros(row.int(5)?),
        updated_at: UnixMicros(row.int(6)?),
    })
}
