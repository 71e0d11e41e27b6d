//! People who opted out and were erased since: known by keyed hashes alone. The key lies here sealed; hashing is its holder's work.

use postern_domain::account::AccountId;
use postern_domain::time::UnixMicros;

use crate::settings::TENANT;
use crate::{Result, Tx, v};

/// With [`KEY_FIELD`] the associated data of the sealed key.
pub const KEY_OWNER: &str = "opt-outs";
pub const KEY_FIELD: &str = "key";

/// What is hashed for a number (E.164) or an e-mail address; each account keeps its own people.
pub fn hashed_text(account: AccountId, way: &str) -> String {
    format!("{}:{}", account.0, way.trim().to_lowercase())
}

pub fn key(tx: &mut Tx<'_>) -> Result<Option<Vec<u8>>> {
    tx.opt(
        "SELECT sealed FROM opt_out_key WHERE tenant_id = $1",
        &[v(TENANT)],
        |row| row.blob(0),
    )
}

/// Keeps the first key; answers the one that is kept.
pub fn keep_key(tx: &mut Tx<'_>, sealed: &[u8]) -> Result<Vec<u8>> {
    tx.execute(
        "INSERT INTO opt_out_key (tenant_id, sealed) VALUES ($1, $2) ON CONFLICT (tenant_id) DO NOTHING",
        &[v(TENANT), v(sealed)],
    )?;
    tx.one(
        "SELECT sealed FROM opt_out_key WHERE tenant_id = $1",
        &[v(TENANT)],
        |row| row.blob(0),
    )
}

/// Replaces the sealed form (re-wrapped under another vault key) if it is still `old`.
pub fn reseal_key(tx: &mut Tx<'_>, old: &[u8], new: &[u8]) -> Result<bool> {
    let rows = tx.execute(
        "UPDATE opt_out_key SET sealed = $2 WHERE tenant_id = $1 AND sealed = $3",
        &[v(TENANT), v(new), v(old)],
    )?;
    Ok(rows == 1)
}

pub fn keep(tx: &mut Tx<'_>, account: AccountId, hash: &[u8; 32], now: UnixMicros) -> Result<()> {
    tx.execute(
        "INSERT INTO kept_opt_outs (tenant_id, account_id, hash, created_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (account_id, hash) DO NOTHING",
        &[v(TENANT), v(account.0), v(hash), v(now.0)],
    )?;
    Ok(())
}

/// Whether the account keeps any; most never do.
pub fn any(tx: &mut Tx<'_>, account: AccountId) -> Result<bool> {
    let found = tx.opt(
        "SELECT account_id FROM kept_opt_outs WHERE account_id = $1 LIMIT 1",
        &[v(account.0)],
        |row| row.int(0),
    )?;
    Ok(found.is_some())
}

pub fn is_kept(tx: &mut Tx<'_>, account: AccountId, hash: &[u8; 32]) -> Result<bool> {
    let found = tx.opt(
        "SELECT account_id FROM kept_opt_outs WHERE account_id = $1 AND hash = $2",
        &[v(account.0), v(hash)],
        |row| row.int(0),
    )?;
    Ok(found.is_some())
}
