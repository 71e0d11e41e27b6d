//! Who sends nothing at the moment, because somebody pulled the brake.

use postern_domain::time::UnixMicros;

use crate::settings::TENANT;
use crate::{Result, Tx, v};

/// `false`: it was frozen before.
pub fn freeze(tx: &mut Tx<'_>, scope: &str, now: UnixMicros) -> Result<bool> {
    let rows = tx.execute(
        "INSERT INTO freezes (tenant_id, scope, frozen_at) VALUES ($1, $2, $3) ON CONFLICT (tenant_id, scope) DO NOTHING",
        &[v(TENANT), v(scope), v(now.0)],
    )?;
    Ok(rows == 1)
}

/// `false`: it was not frozen.
pub fn unfreeze(tx: &mut Tx<'_>, scope: &str) -> Result<bool> {
    let rows = tx.execute(
        "DELETE FROM freezes WHERE tenant_id = $1 AND scope = $2",
        &[v(TENANT), v(scope)],
    )?;
    Ok(rows == 1)
}

/// Scopes and since when, in the order of scopes, after `after` (empty: from the start).
pub fn page(tx: &mut Tx<'_>, after: &str, limit: i64) -> Result<Vec<(String, UnixMicros)>> {
    tx.all(
        "SELECT scope, frozen_at FROM freezes WHERE tenant_id = $1 AND scope > $2 ORDER BY scope LIMIT $3",
        &[v(TENANT), v(after), v(limit)],
        |row| Ok((row.text(0)?, UnixMicros(row.int(1)?))),
    )
}
