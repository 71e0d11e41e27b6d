//! Small facts about this installation, and the counters that hand out numbers.

use postern_domain::time::UnixMicros;

use crate::{Result, Tx, v};

pub const TENANT: i64 = 1;

pub fn get(tx: &mut Tx<'_>, name: &str) -> Result<Option<String>> {
    tx.opt(
        "SELECT value FROM settings WHERE tenant_id = $1 AND name = $2",
        &[v(TENANT), v(name)],
        |row| row.text(0),
    )
}

/// Writes the setting, whatever it was.
pub fn put(tx: &mut Tx<'_>, name: &str, value: &str, now: UnixMicros) -> Result<()> {
    tx.execute(
        "INSERT INTO settings (tenant_id, name, value, updated_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (tenant_id, name) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at",
        &[v(TENANT), v(name), v(value), v(now.0)],
    )?;
    Ok(())
}

/// The next number of a counter that a migration made.
pub fn next_number(tx: &mut Tx<'_>, counter: &'static str) -> Result<i64> {
    tx.one(
        "UPDATE counters SET value = value + 1 WHERE tenant_id = $1 AND name = $2 RETURNING value",
        &[v(TENANT), v(counter)],
        |row| row.int(0),
    )
}
