//! What an account's pushes are signed with: made once, kept sealed.

use postern_domain::account::AccountId;
use postern_domain::time::UnixMicros;

use crate::settings::TENANT;
use crate::{Result, Tx, v};

/// Which field is sealed; the owner is [`sealing_owner`].
pub const FIELD: &str = "webhook_secret";

/// Owner in the associated data.
pub fn sealing_owner(account: AccountId) -> String {
    format!("account-number:{}", account.0)
}

pub fn get(tx: &mut Tx<'_>, account: AccountId) -> Result<Option<Vec<u8>>> {
    tx.opt(
        "SELECT sealed FROM webhook_secrets WHERE account_id = $1",
        &[v(account.0)],
        |row| row.blob(0),
    )
}

/// Keeps the secret unless the account has one; answers the one it has.
pub fn ensure(
    tx: &mut Tx<'_>,
    account: AccountId,
    sealed: &Vec<u8>,
    now: UnixMicros,
) -> Result<Vec<u8>> {
    tx.execute(
        "INSERT INTO webhook_secrets (tenant_id, account_id, sealed, created_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (account_id) DO NOTHING",
        &[v(TENANT), v(account.0), v(sealed), v(now.0)],
    )?;
    tx.one(
        "SELECT sealed FROM webhook_secrets WHERE account_id = $1",
        &[v(account.0)],
        |row| row.blob(0),
    )
}

/// Replaces the secret: pushes that are sent from now on are signed with the new one.
pub fn replace(
    tx: &mut Tx<'_>,
    account: AccountId,
    sealed: &Vec<u8>,
    now: UnixMicros,
) -> Result<()> {
    tx.execute(
        "INSERT INTO webhook_secrets (tenant_id, account_id, sealed, created_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (account_id) DO UPDATE SET sealed = excluded.sealed, created_at = excluded.created_at",
        &[v(TENANT), v(account.0), v(sealed), v(now.0)],
    )?;
    Ok(())
}

/// Up to `limit` of them after `after` (0 to begin), by account: for moving them under another vault key.
pub fn sealed_page(
    tx: &mut Tx<'_>,
    after: AccountId,
    limit: i64,
) -> Result<Vec<(AccountId, Vec<u8>)>> {
    tx.all(
        "SELECT account_id, sealed FROM webhook_secrets WHERE account_id > $1 ORDER BY account_id LIMIT $2",
        &[v(after.0), v(limit)],
        |row| Ok((AccountId(row.int(0)?), row.blob(1)?)),
    )
}

/// Replaces the sealed form if it is still `old`.
pub fn reseal(tx: &mut Tx<'_>, account: AccountId, old: &[u8], new: &[u8]) -> Result<bool> {
    let changed = tx.execute(
        "UPDATE webhook_secrets SET sealed = $3 WHERE account_id = $1 AND sealed = $2",
        &[v(account.0), v(old), v(new)],
    )?;
    Ok(changed == 1)
}
