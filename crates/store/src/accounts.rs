//! Accounts of the built-in platform: who they are, what they own, and the one statement that takes their money.

use postern_domain::account::AccountId;
use postern_domain::channel::Channel;
use postern_domain::money::{Currency, Micros};
use postern_domain::phone::CountryCode;
use postern_domain::sandbox_clock::SandboxClock;
use postern_domain::time::UnixMicros;
use sha2::{Digest as _, Sha256};

use crate::messages::numbering;
use crate::settings::{TENANT, next_number};
use crate::{Error, Result, Row, Tx, lists, v};

/// Which field of an account is sealed; with [`sealing_owner`] the associated data of its API key.
pub const API_KEY_FIELD: &str = "api_key";

/// Owner in the associated data of what an account keeps sealed. By name, because the number is not known before the row is there.
pub fn sealing_owner(username: &str) -> String {
    format!("account:{username}")
}

/// What is needed to open an account. `api_key_hash` is the keyed hash of the API key as text.
#[derive(Clone, Debug)]
pub struct NewAccount {
    pub username: String,
    pub api_key_hash: [u8; 32],
    pub pepper_version: i64,
    pub api_key_sealed: Vec<u8>,
    pub email: String,
    pub phone: String,
    pub first_name: String,
    pub last_name: String,
    pub country: CountryCode,
    /// IANA name.
    pub timezone: String,
    pub currency: Currency,
    pub balance: Micros,
    pub sandbox: bool,
    /// Segments at which a text is cut: ClickSend has seen 6 and 8.
    pub char_limit_parts: u32,
}

#[derive(Clone, Debug)]
pub struct Account {
    pub id: AccountId,
    pub username: String,
    pub api_key_hash: Vec<u8>,
    pub pepper_version: i64,
    pub api_key_sealed: Vec<u8>,
    pub email: String,
    pub phone: String,
    pub first_name: String,
    pub last_name: String,
    pub country: CountryCode,
    pub timezone: String,
    pub currency: Currency,
    pub balance: Micros,
    pub sandbox: bool,
    pub active: bool,
    pub char_limit_parts: u32,
    /// Number of texts ever accepted; they are numbered from 1 without gaps.
    pub message_seq: i64,
    pub receipt_seq: i64,
    pub created_at: UnixMicros,
    /// It has selected countries, and sends to no others.
    pub countries_limited: bool,
    pub has_default_senders: bool,
    /// Of a sandbox; everybody's for every other account.
    pub clock: SandboxClock,
}

/// Room for `count` messages whose numbers end at `last_seq`, paid for.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct Debited {
    pub last_seq: i64,
    /// Time of acceptance: never before that of an earlier message of the account, even when the clock stepped back.
    pub accepted_at: UnixMicros,
    pub balance: Micros,
}

macro_rules! select {
    ($where:literal) => {
        concat!(
            "SELECT account_id, username, api_key_hash, pepper_version, api_key_sealed, email, phone, first_name, last_name, country,
                    timezone, currency, balance_micros, sandbox, active, char_limit_parts, message_seq, receipt_seq, created_at,
                    countries_limited, default_senders, clock_ahead, clock_stands_at
             FROM accounts ",
            $where
        )
    };
}

/// # Errors
/// [`Error::Conflict`] when the username is taken.
pub fn create(tx: &mut Tx<'_>, new: &NewAccount, now: UnixMicros) -> Result<AccountId> {
    let id = next_number(tx, "account")?;
    tx.execute(
        "INSERT INTO accounts (tenant_id, account_id, username, api_key_hash, pepper_version, api_key_sealed, email, phone, first_name,
            last_name, country, timezone, currency, balance_micros, sandbox, active, char_limit_parts, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 1, $16, $17, $17)",
        &[
            v(TENANT),
            v(id),
            v(&new.username),
            v(&new.api_key_hash),
            v(new.pepper_version),
            v(&new.api_key_sealed),
            v(&new.email),
            v(&new.phone),
            v(&new.first_name),
            v(&new.last_name),
            v(new.country.as_str()),
            v(&new.timezone),
            v(new.currency.as_str()),
            v(new.balance.0),
            v(new.sandbox),
            v(i64::from(new.char_limit_parts)),
            v(now.0),
        ],
    )?;
    let account = AccountId(id);
    lists::create_opt_out(tx, account, &opt_out_email_id(account, new), now)?;
    Ok(account)
}

/// Sealed keys are never shown and hold fresh randomness, so what is derived from one can be guessed by nobody.
fn opt_out_email_id(account: AccountId, new: &NewAccount) -> String {
    let hash = Sha256::new_with_prefix(account.0.to_be_bytes())
        .chain_update(&new.api_key_sealed)
        .finalize();
    hash.iter()
        .take(8)
        .map(|byte| format!("{byte:02X}"))
        .collect()
}

pub fn get(tx: &mut Tx<'_>, id: AccountId) -> Result<Option<Account>> {
    tx.opt(select!("WHERE account_id = $1"), &[v(id.0)], read)
}

pub fn by_username(tx: &mut Tx<'_>, username: &str) -> Result<Option<Account>> {
    tx.opt(select!("WHERE username = $1"), &[v(username)], read)
}

/// Up to `limit` accounts after `after` (0 to begin), by number.
pub fn list(tx: &mut Tx<'_>, after: AccountId, limit: i64) -> Result<Vec<Account>> {
    tx.all(
        select!("WHERE account_id > $1 ORDER BY account_id LIMIT $2"),
        &[v(after.0), v(limit)],
        read,
    )
}

/// Adds to the balance (a negative amount takes away, never below zero). `None`: no such account, or not that much to take.
pub fn credit(
    tx: &mut Tx<'_>,
    id: AccountId,
    amount: Micros,
    now: UnixMicros,
) -> Result<Option<Micros>> {
    tx.opt(
        "UPDATE accounts SET balance_micros = balance_micros + $2, updated_at = $3
         WHERE account_id = $1 AND balance_micros + $2 >= 0 RETURNING balance_micros",
        &[v(id.0), v(amount.0), v(now.0)],
        |row| row.int(0).map(Micros),
    )
}

/// Replaces the API key. `false`: no such account.
pub fn set_api_key(
    tx: &mut Tx<'_>,
    id: AccountId,
    hash: &[u8; 32],
    pepper_version: i64,
    sealed: &Vec<u8>,
    now: UnixMicros,
) -> Result<bool> {
    let changed = tx.execute(
        "UPDATE accounts SET api_key_hash = $2, pepper_version = $3, api_key_sealed = $4, updated_at = $5 WHERE account_id = $1",
        &[v(id.0), v(hash), v(pepper_version), v(sealed), v(now.0)],
    )?;
    Ok(changed == 1)
}

/// Replaces the sealed form of the API key (re-wrapped under another vault key) if it is still `old`.
pub fn reseal(tx: &mut Tx<'_>, id: AccountId, old: &[u8], new: &[u8]) -> Result<bool> {
    let changed = tx.execute(
        "UPDATE accounts SET api_key_sealed = $3 WHERE account_id = $1 AND api_key_sealed = $2",
        &[v(id.0), v(old), v(new)],
    )?;
    Ok(changed == 1)
}

/// Moves the API key to its hash under a newer pepper if it is still known by `old_hash`.
pub fn rehash(
    tx: &mut Tx<'_>,
    id: AccountId,
    old_hash: &[u8],
    new_hash: &[u8; 32],
    pepper_version: i64,
) -> Result<bool> {
    let changed = tx.execute(
        "UPDATE accounts SET api_key_hash = $3, pepper_version = $4
         WHERE account_id = $1 AND api_key_hash = $2 AND pepper_version < $4",
        &[v(id.0), v(old_hash), v(new_hash), v(pepper_version)],
    )?;
    Ok(changed == 1)
}

/// Opens or closes the account for its owner. `false`: no such account.
pub fn set_active(tx: &mut Tx<'_>, id: AccountId, active: bool, now: UnixMicros) -> Result<bool> {
    let changed = tx.execute(
        "UPDATE accounts SET active = $2, updated_at = $3 WHERE account_id = $1",
        &[v(id.0), v(active), v(now.0)],
    )?;
    Ok(changed == 1)
}

macro_rules! debit {
    ($seq:literal) => {
        concat!(
            "UPDATE accounts SET balance_micros = balance_micros - $2, ", $seq, " = ", $seq, " + $3,
                last_accepted_at = CASE WHEN last_accepted_at < $4 THEN $4 ELSE last_accepted_at END
             WHERE account_id = $1 AND active = 1 AND balance_micros >= $2
             RETURNING ", $seq, ", last_accepted_at, balance_micros"
        )
    };
}

/// Pays for `count` messages of one channel and hands out their numbers in the same statement. `None`: not enough credit, or the account is closed or
/// gone; nothing has changed then.
pub fn debit(
    tx: &mut Tx<'_>,
    id: AccountId,
    channel: Channel,
    total: Micros,
    count: i64,
    now: UnixMicros,
) -> Result<Option<Debited>> {
    let sql = match channel {
        Channel::Sms => debit!("message_seq"),
        Channel::Voice => debit!("voice_seq"),
        Channel::Mms => debit!("mms_seq"),
    };
    tx.opt(sql, &[v(id.0), v(total.0), v(count), v(now.0)], |row| {
        Ok(Debited {
            last_seq: numbering::base(channel) + row.int(0)?,
            accepted_at: UnixMicros(row.int(1)?),
            balance: Micros(row.int(2)?),
        })
    })
}

/// What the account could spend at this moment; `None` when it is closed or gone. Only good for choosing what to ask [`debit()`] for.
pub fn spendable(tx: &mut Tx<'_>, id: AccountId) -> Result<Option<Micros>> {
    tx.opt(
        "SELECT balance_micros FROM accounts WHERE account_id = $1 AND active = 1",
        &[v(id.0)],
        |row| row.int(0).map(Micros),
    )
}

fn read(row: &Row<'_>) -> Result<Account> {
    let id = row.int(0)?;
    let inconsistent = || Error::Inconsistent {
        table: "accounts",
        id: id.to_string(),
    };
    Ok(Account {
        id: AccountId(id),
        username: row.text(1)?,
        api_key_hash: row.blob(2)?,
        pepper_version: row.int(3)?,
        api_key_sealed: row.blob(4)?,
        email: row.text(5)?,
        phone: row.text(6)?,
        first_name: row.text(7)?,
        last_name: row.text(8)?,
        country: CountryCode::parse(&row.text(9)?).ok_or_else(inconsistent)?,
        timezone: row.text(10)?,
        currency: row.text(11)?.parse().map_err(|_| inconsistent())?,
        balance: Micros(row.int(12)?),
        sandbox: row.flag(13)?,
        active: row.flag(14)?,
        char_limit_parts: u32::try_from(row.int(15)?).map_err(|_| inconsistent())?,
        message_seq: row.int(16)?,
        receipt_seq: row.int(17)?,
        created_at: UnixMicros(row.int(18)?),
        countries_limited: row.flag(19)?,
        has_default_senders: row.flag(20)?,
        clock: SandboxClock {
            ahead_micros: row.int(21)?,
            stands_at: row.opt_int(22)?.map(UnixMicros),
        },
    })
}
