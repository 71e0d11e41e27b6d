//! One-time sign-in links: spent once, by whoever comes first.

use postern_domain::time::UnixMicros;

use crate::settings::TENANT;
use crate::{Result, Tx, v};

/// A newer link takes the place of the one before. `false`: the operator is disabled, or gone.
pub fn link(
    tx: &mut Tx<'_>,
    operator_id: &str,
    token_hash: &[u8],
    expires_at: UnixMicros,
) -> Result<bool> {
    let rows = tx.execute(
        "INSERT INTO operator_links (tenant_id, operator_id, token_hash, expires_at)
         SELECT $1, operator_id, $3, $4 FROM operators WHERE operator_id = $2 AND disabled_at IS NULL
         ON CONFLICT (operator_id) DO UPDATE SET token_hash = excluded.token_hash, expires_at = excluded.expires_at",
        &[v(TENANT), v(operator_id), v(token_hash), v(expires_at.0)],
    )?;
    Ok(rows == 1)
}

/// Gives the operator whose link it was. `None`: it was used, replaced, or has expired.
pub fn spend_link(
    tx: &mut Tx<'_>,
    token_hash: &[u8],
    now: UnixMicros,
) -> Result<Option<(String, String)>> {
    let spent = tx.opt(
        "DELETE FROM operator_links WHERE token_hash = $1 AND expires_at > $2 RETURNING operator_id",
        &[v(token_hash), v(now.0)],
        |row| row.text(0),
    )?;
    let Some(operator_id) = spent else {
        return Ok(None);
    };
    tx.opt(
        "SELECT operator_id, name FROM operators WHERE operator_id = $1",
        &[v(&operator_id)],
        |row| Ok((row.text(0)?, row.text(1)?)),
    )
}
