//! Addresses that an account may send e-mail from, and the step that proves that it reads what arrives there.

use postern_domain::account::AccountId;
use postern_domain::time::UnixMicros;

use crate::settings::{TENANT, next_number};
use crate::{Result, Row, Tx, v};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmailAddress {
    pub email_address_id: i64,
    pub email_address: String,
    pub verified: bool,
    pub created_at: UnixMicros,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmailAddressPage {
    pub total: i64,
    pub rows: Vec<EmailAddress>,
}

/// The keyed hash of a token that was mailed, and until when it counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenHash {
    pub hash: [u8; 32],
    pub pepper_version: i64,
}

macro_rules! columns {
    () => {
        "email_address_id, email_address, verified, created_at"
    };
}

/// `None`: the account has this address already.
pub fn create(
    tx: &mut Tx<'_>,
    account: AccountId,
    email_address: &str,
    now: UnixMicros,
) -> Result<Option<EmailAddress>> {
    let email_address_id = next_number(tx, "email_address")?;
    tx.opt(
        concat!(
            "INSERT INTO email_addresses (tenant_id, account_id, email_address_id, email_address, verified, created_at)
             VALUES ($1, $2, $3, $4, 0, $5) ON CONFLICT (account_id, email_address) DO NOTHING RETURNING ",
            columns!()
        ),
        &[
            v(TENANT),
            v(account.0),
            v(email_address_id),
            v(email_address),
            v(now.0),
        ],
        read,
    )
}

pub fn get(tx: &mut Tx<'_>, account: AccountId, id: i64) -> Result<Option<EmailAddress>> {
    tx.opt(
        concat!(
            "SELECT ",
            columns!(),
            " FROM email_addresses WHERE account_id = $1 AND email_address_id = $2"
        ),
        &[v(account.0), v(id)],
        read,
    )
}

/// Oldest first.
pub fn page(
    tx: &mut Tx<'_>,
    account: AccountId,
    skip: i64,
    limit: i64,
) -> Result<EmailAddressPage> {
    let total = tx.one(
        "SELECT count(*) FROM email_addresses WHERE account_id = $1",
        &[v(account.0)],
        |row| row.int(0),
    )?;
    let rows = tx.all(
        concat!(
            "SELECT ",
            columns!(),
            " FROM email_addresses WHERE account_id = $1 ORDER BY email_address_id LIMIT $2 OFFSET $3"
        ),
        &[v(account.0), v(limit), v(skip)],
        read,
    )?;
    Ok(EmailAddressPage { total, rows })
}

/// `false`: no such address of this account.
pub fn delete(tx: &mut Tx<'_>, account: AccountId, id: i64) -> Result<bool> {
    let deleted = tx.execute(
        "DELETE FROM email_addresses WHERE account_id = $1 AND email_address_id = $2",
        &[v(account.0), v(id)],
    )?;
    Ok(deleted == 1)
}

/// Remembers the token that is mailed now; an earlier one no longer counts. `None`: no such address of this account.
pub fn expect_token(
    tx: &mut Tx<'_>,
    account: AccountId,
    id: i64,
    token: &TokenHash,
    expires_at: UnixMicros,
) -> Result<Option<EmailAddress>> {
    tx.opt(
        concat!(
            "UPDATE email_addresses SET token_hash = $3, pepper_version = $4, token_expires_at = $5
             WHERE account_id = $1 AND email_address_id = $2 RETURNING ",
            columns!()
        ),
        &[
            v(account.0),
            v(id),
            v(&token.hash),
            v(token.pepper_version),
            v(expires_at.0),
        ],
        read,
    )
}

/// Marks the address as verified and spends the token. `None`: not this address's token, or too late.
pub fn verify(
    tx: &mut Tx<'_>,
    account: AccountId,
    id: i64,
    token: &TokenHash,
    now: UnixMicros,
) -> Result<Option<EmailAddress>> {
    tx.opt(
        concat!(
            "UPDATE email_addresses SET verified = 1, token_hash = NULL, pepper_version = NULL, token_expires_at = NULL
             WHERE account_id = $1 AND email_address_id = $2 AND token_hash = $3 AND pepper_version = $4 AND token_expires_at > $5
             RETURNING ",
            columns!()
        ),
        &[
            v(account.0),
            v(id),
            v(&token.hash),
            v(token.pepper_version),
            v(now.0),
        ],
        read,
    )
}

fn read(row: &Row<'_>) -> Result<EmailAddress> {
    Ok(EmailAddress {
        email_address_id: row.int(0)?,
        email_address: row.text(1)?,
        verified: row.flag(2)?,
        created_at: UnixMicros(row.int(3)?),
    })
}
