//! Limits of connections, accounts and the whole installation; those of keys are in their rows.

use postern_domain::time::UnixMicros;

use crate::settings::TENANT;
use crate::{Result, Tx, v};

/// Replaces the limits of `scope`; `None` takes them away.
pub fn put(tx: &mut Tx<'_>, scope: &str, limits: Option<&str>, now: UnixMicros) -> Result<()> {
    match limits {
        Some(limits) => tx.execute(
            "INSERT INTO limits (tenant_id, scope, limits, updated_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (tenant_id, scope) DO UPDATE SET limits = excluded.limits, updated_at = excluded.updated_at",
            &[v(TENANT), v(scope), v(limits), v(now.0)],
        )?,
        None => tx.execute(
            "DELETE FROM limits WHERE tenant_id = $1 AND scope = $2",
            &[v(TENANT), v(scope)],
        )?,
    };
    Ok(())
}

pub fn get(tx: &mut Tx<'_>, scope: &str) -> Result<Option<String>> {
    tx.opt(
        "SELECT limits FROM limits WHERE tenant_id = $1 AND scope = $2",
        &[v(TENANT), v(scope)],
        |row| row.text(0),
    )
}

/// Scopes and their limits in the order of scopes, after `after` (empty: from the start).
pub fn page(tx: &mut Tx<'_>, after: &str, limit: i64) -> Result<Vec<(String, String)>> {
    tx.all(
        "SELECT scope, limits FROM limits WHERE tenant_id = $1 AND scope > $2 ORDER BY scope LIMIT $3",
        &[v(TENANT), v(after), v(limit)],
        |row| Ok((row.text(0)?, row.text(1)?)),
    )
}
