//! A code is sent to a handset and comes back: few tries, a short life, and not too many codes.

use postern_domain::account::AccountId;
use postern_domain::phone::Recipient;
use postern_domain::time::UnixMicros;

use crate::settings::TENANT;
use crate::{Result, Row, Tx, v};

/// Codes cost the account nothing, so there is a limit.
const PER_HOUR_MAX: i64 = 10;
const HOUR_SECONDS: i64 = 3600;

#[derive(Clone, Debug)]
pub struct NewVerification {
    /// UUIDs as text; the number's counts only if the account does not have the number yet.
    pub verification_id: String,
    pub own_number_id: String,
    pub phone_number: Recipient,
    pub label: Option<String>,
    pub code_hash: [u8; 32],
    pub pepper_version: i64,
    pub attempts: i64,
    pub expires_at: UnixMicros,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verification {
    pub verification_id: String,
    pub own_number_id: String,
    pub attempts_left: i64,
    pub verified_at: Option<UnixMicros>,
    pub expires_at: UnixMicros,
    pub created_at: UnixMicros,
    pub updated_at: UnixMicros,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Started {
    Done(Verification),
    TooMany,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tried {
    Unknown,
    /// Too late, or too often wrong.
    Over,
    Wrong(Verification),
    Right(Verification),
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT verification_id, own_number_id, attempts_left, verified_at, expires_at, created_at, updated_at
             FROM own_number_verifications WHERE account_id = $1 ",
            $rest
        )
    };
}

/// Begins (or begins again) to verify a number. A number that was verified stays so.
pub fn start(
    tx: &mut Tx<'_>,
    account: AccountId,
    new: &NewVerification,
    now: UnixMicros,
) -> Result<Started> {
    let lately = tx.one(
        "SELECT count(*) FROM own_number_verifications WHERE account_id = $1 AND created_at > $2",
        &[v(account.0), v(now.plus_secs(-HOUR_SECONDS).0)],
        |row| row.int(0),
    )?;
    if lately >= PER_HOUR_MAX {
        return Ok(Started::TooMany);
    }
    let country = new.phone_number.country().map(|c| c.to_string());
    tx.execute(
        "INSERT INTO own_numbers (tenant_id, account_id, own_number_id, phone_number, country, label, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, COALESCE(CAST($6 AS TEXT), ''), $7, $7)
         ON CONFLICT (account_id, phone_number) DO UPDATE SET label = COALESCE(CAST($6 AS TEXT), own_numbers.label)",
        &[
            v(TENANT),
            v(account.0),
            v(&new.own_number_id),
            v(new.phone_number.as_str()),
            v(country.as_deref().unwrap_or_default()),
            v(&new.label),
            v(now.0),
        ],
    )?;
    let own_number_id = tx.one(
        "SELECT own_number_id FROM own_numbers WHERE account_id = $1 AND phone_number = $2",
        &[v(account.0), v(new.phone_number.as_str())],
        |row| row.text(0),
    )?;
    tx.execute(
        "INSERT INTO own_number_verifications (tenant_id, account_id, verification_id, own_number_id, code_hash, pepper_version,
            attempts_left, expires_at, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)",
        &[
            v(TENANT),
            v(account.0),
            v(&new.verification_id),
            v(&own_number_id),
            v(&new.code_hash),
            v(new.pepper_version),
            v(new.attempts),
            v(new.expires_at.0),
            v(now.0),
        ],
    )?;
    Ok(Started::Done(Verification {
        verification_id: new.verification_id.clone(),
        own_number_id,
        attempts_left: new.attempts,
        verified_at: None,
        expires_at: new.expires_at,
        created_at: now,
        updated_at: now,
    }))
}

/// Tries a code, given as its hashes under every pepper in force, for the number that the caller names. Every try counts.
pub fn try_code(
    tx: &mut Tx<'_>,
    account: AccountId,
    id: &str,
    phone_number: &str,
    hashes: &[(i64, [u8; 32])],
    now: UnixMicros,
) -> Result<Tried> {
    let Some(found) = get(tx, account, id)? else {
        return Ok(Tried::Unknown);
    };
    let counted = tx.execute(
        "UPDATE own_number_verifications SET attempts_left = attempts_left - 1, updated_at = $3
         WHERE account_id = $1 AND verification_id = $2 AND attempts_left > 0 AND expires_at > $3 AND verified_at IS NULL",
        &[v(account.0), v(id), v(now.0)],
    )?;
    if counted == 0 {
        return Ok(Tried::Over);
    }
    let mut right = 0;
    for (version, hash) in hashes {
        right += tx.execute(
            "UPDATE own_number_verifications SET verified_at = $5
             WHERE account_id = $1 AND verification_id = $2 AND code_hash = $3 AND pepper_version = $4 AND own_number_id IN
                (SELECT own_number_id FROM own_numbers WHERE account_id = $1 AND phone_number = $6)",
            &[
                v(account.0),
                v(id),
                v(hash),
                v(*version),
                v(now.0),
                v(phone_number),
            ],
        )?;
    }
    if right > 0 {
        tx.execute(
            "UPDATE own_numbers SET verified_at = $3, updated_at = $3 WHERE account_id = $1 AND own_number_id = $2",
            &[v(account.0), v(&found.own_number_id), v(now.0)],
        )?;
    }
    let after = get(tx, account, id)?.unwrap_or(found);
    Ok(match right {
        0 => Tried::Wrong(after),
        _ => Tried::Right(after),
    })
}

fn get(tx: &mut Tx<'_>, account: AccountId, id: &str) -> Result<Option<Verification>> {
    tx.opt(
        select!("AND verification_id = $2"),
        &[v(account.0), v(id)],
        read,
    )
}

fn read(row: &Row<'_>) -> Result<Verification> {
    Ok(Verification {
        verification_id: row.text(0)?,
        own_number_id: row.text(1)?,
        attempts_left: row.int(2)?,
        verified_at: row.opt_int(3)?.map(UnixMicros),
        expires_at: UnixMicros(row.int(4)?),
        created_at: UnixMicros(row.int(5)?),
        updated_at: UnixMicros(row.int(6)?),
    })
}
