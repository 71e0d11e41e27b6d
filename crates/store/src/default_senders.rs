//! Whom messages come from that name nobody: one sender for each country.

use postern_domain::account::AccountId;
use postern_domain::phone::CountryCode;
use postern_domain::time::UnixMicros;

use crate::settings::TENANT;
use crate::{Error, Result, Row, Tx, v};

/// There are no more countries.
const ALL_MAX: i64 = 500;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DefaultSender {
    /// A UUID as text.
    pub default_sender_id: String,
    /// Of the recipient.
    pub country: CountryCode,
    pub strategy: Strategy,
    pub created_at: UnixMicros,
    pub updated_at: UnixMicros,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Strategy {
    /// One of ClickSend's words for kinds of senders.
    pub sender_type: String,
    pub sender_id: String,
    pub sender_country: Option<String>,
    pub note: String,
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT default_sender_id, country, sender_type, sender_id, sender_country, note, created_at, updated_at
             FROM default_senders WHERE account_id = $1 ",
            $rest
        )
    };
}

/// `false`: the country has one already.
pub fn create(tx: &mut Tx<'_>, account: AccountId, sender: &DefaultSender) -> Result<bool> {
    let made = tx.execute(
        "INSERT INTO default_senders (tenant_id, account_id, default_sender_id, country, sender_type, sender_id, sender_country, note,
            created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9) ON CONFLICT (account_id, country) DO NOTHING",
        &[
            v(TENANT),
            v(account.0),
            v(&sender.default_sender_id),
            v(sender.country.as_str()),
            v(&sender.strategy.sender_type),
            v(&sender.strategy.sender_id),
            v(&sender.strategy.sender_country),
            v(&sender.strategy.note),
            v(sender.created_at.0),
        ],
    )?;
    if made == 1 {
        tx.execute(
            "UPDATE accounts SET default_senders = default_senders + 1 WHERE account_id = $1",
            &[v(account.0)],
        )?;
    }
    Ok(made == 1)
}

pub fn get(tx: &mut Tx<'_>, account: AccountId, id: &str) -> Result<Option<DefaultSender>> {
    tx.opt(
        select!("AND default_sender_id = $2"),
        &[v(account.0), v(id)],
        read,
    )
}

/// All of them, by country.
pub fn all(tx: &mut Tx<'_>, account: AccountId) -> Result<Vec<DefaultSender>> {
    tx.all(
        select!("ORDER BY country LIMIT $2"),
        &[v(account.0), v(ALL_MAX)],
        read,
    )
}

/// By the time they were made, or by country; from row `skip + 1` on.
pub fn list(
    tx: &mut Tx<'_>,
    account: AccountId,
    by_country: bool,
    descending: bool,
    skip: i64,
    limit: i64,
) -> Result<Vec<DefaultSender>> {
    let sql = match (by_country, descending) {
        (false, false) => {
            select!("ORDER BY created_at, default_sender_id LIMIT $2 OFFSET $3")
        }
        (false, true) => {
            select!("ORDER BY created_at DESC, default_sender_id DESC LIMIT $2 OFFSET $3")
        }
        (true, false) => select!("ORDER BY country LIMIT $2 OFFSET $3"),
        (true, true) => select!("ORDER BY country DESC LIMIT $2 OFFSET $3"),
    };
    tx.all(sql, &[v(account.0), v(limit), v(skip)], read)
}

/// Replaces the strategy. `None`: no such sender of this account.
pub fn update(
    tx: &mut Tx<'_>,
    account: AccountId,
    id: &str,
    strategy: &Strategy,
    now: UnixMicros,
) -> Result<Option<DefaultSender>> {
    tx.execute(
        "UPDATE default_senders SET sender_type = $3, sender_id = $4, sender_country = $5, note = $6, updated_at = $7
         WHERE account_id = $1 AND default_sender_id = $2",
        &[
            v(account.0),
            v(id),
            v(&strategy.sender_type),
            v(&strategy.sender_id),
            v(&strategy.sender_country),
            v(&strategy.note),
            v(now.0),
        ],
    )?;
    get(tx, account, id)
}

/// `false`: no such sender of this account.
pub fn delete(tx: &mut Tx<'_>, account: AccountId, id: &str) -> Result<bool> {
    let deleted = tx.execute(
        "DELETE FROM default_senders WHERE account_id = $1 AND default_sender_id = $2",
        &[v(account.0), v(id)],
    )?;
    if deleted == 1 {
        tx.execute(
            "UPDATE accounts SET default_senders = default_senders - 1 WHERE account_id = $1",
            &[v(account.0)],
        )?;
    }
    Ok(deleted == 1)
}

fn read(row: &Row<'_>) -> Result<DefaultSender> {
    let default_sender_id = row.text(0)?;
    Ok(DefaultSender {
        country: CountryCode::parse(&row.text(1)?).ok_or_else(|| Error::Inconsistent {
            table: "default_senders",
            id: default_sender_id.clone(),
        })?,
        default_sender_id,
        strategy: Strategy {
            sender_type: row.text(2)?,
            sender_id: row.text(3)?,
            sender_country: row.opt_text(4)?,
            note: row.text(5)?,
        },
        created_at: UnixMicros(row.int(6)?),
        updated_at: UnixMicros(row.int(7)?),
    })
}
