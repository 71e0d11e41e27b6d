//! The peppers of keyed hashes, sealed, by version. A retired one stays as a mark that its number was used.

use postern_domain::time::UnixMicros;

use crate::settings::TENANT;
use crate::{Result, Tx, v};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PepperRow {
    pub version: i64,
    pub sealed: Vec<u8>,
}

/// The peppers in force, newest first.
pub fn all(tx: &mut Tx<'_>) -> Result<Vec<PepperRow>> {
    tx.all(
        "SELECT version, sealed FROM peppers WHERE tenant_id = $1 AND retired_at IS NULL
         ORDER BY version DESC LIMIT 100",
        &[v(TENANT)],
        |row| {
            Ok(PepperRow {
                version: row.int(0)?,
                sealed: row.blob(1)?,
            })
        },
    )
}

/// `false`: the version is taken, by a pepper that somebody else made at the same time or by a retired one.
pub fn create(tx: &mut Tx<'_>, version: i64, sealed: &[u8], now: UnixMicros) -> Result<bool> {
    let rows = tx.execute(
        "INSERT INTO peppers (tenant_id, version, sealed, created_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (tenant_id, version) DO NOTHING",
        &[v(TENANT), v(version), v(sealed), v(now.0)],
    )?;
    Ok(rows == 1)
}

/// Replaces the sealed form (re-wrapped under another vault key) if it is still `old`.
pub fn reseal(tx: &mut Tx<'_>, version: i64, old: &[u8], new: &[u8]) -> Result<bool> {
    let rows = tx.execute(
        "UPDATE peppers SET sealed = $3 WHERE tenant_id = $1 AND version = $2 AND sealed = $4",
        &[v(TENANT), v(version), v(new), v(old)],
    )?;
    Ok(rows == 1)
}

/// Destroys a pepper: whatever is hashed under it can never match again.
pub fn retire(tx: &mut Tx<'_>, version: i64, now: UnixMicros) -> Result<bool> {
    let nothing: &[u8] = &[];
    let rows = tx.execute(
        "UPDATE peppers SET retired_at = $3, sealed = $4 WHERE tenant_id = $1 AND version = $2 AND retired_at IS NULL",
        &[v(TENANT), v(version), v(now.0), v(nothing)],
    )?;
    Ok(rows == 1)
}

/// The highest version ever used, retired ones included; 0 before the first.
pub fn last_version(tx: &mut Tx<'_>) -> Result<i64> {
    tx.one(
        "SELECT coalesce(max(version), 0) FROM peppers WHERE tenant_id = $1",
        &[v(TENANT)],
        |row| row.int(0),
    )
}
