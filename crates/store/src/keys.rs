//! API keys and their secrets. The secret itself is never here: only its keyed hash, under a pepper's version.

use std::str::FromStr as _;

use postern_domain::key::Role;
use postern_domain::time::UnixMicros;

use crate::settings::TENANT;
use crate::{Error, Result, Row, Tx, v};

/// A key without its secrets. Scopes are JSON arrays; `None` (for rules the text `null`) is the role's default.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyRow {
    pub key_id: String,
    pub name: String,
    pub role: Role,
    pub test: bool,
    pub apps: Option<String>,
    pub connections: Option<String>,
    pub rules: String,
    pub cidr: Option<String>,
    /// `None`: the server's default.
    pub rate_per_second: Option<i64>,
    /// JSON object.
    pub limits: String,
    pub expires_at: Option<UnixMicros>,
    pub revoked_at: Option<UnixMicros>,
    pub last_used_at: Option<UnixMicros>,
    pub created_at: UnixMicros,
    pub updated_at: UnixMicros,
}

/// One secret of a key: two while a rotation overlaps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretRow {
    pub secret_hash: Vec<u8>,
    pub pepper_version: i64,
    pub key_id: String,
    /// What may be shown of it.
    pub display: String,
    /// `None`: as long as the key.
    pub not_after: Option<UnixMicros>,
    pub created_at: UnixMicros,
}

macro_rules! key_columns {
    () => {
        "key_id, name, role, test, apps, connections, rules, cidr, rate_per_second, limits, expires_at, revoked_at,
         last_used_at, created_at, updated_at"
    };
}

fn key(row: &Row<'_>) -> Result<KeyRow> {
    let key_id = row.text(0)?;
    let role = row.text(2)?;
    let role = Role::from_str(&role).map_err(|_| Error::Inconsistent {
        table: "keys",
        id: key_id.clone(),
    })?;
    Ok(KeyRow {
        key_id,
        name: row.text(1)?,
        role,
        test: row.flag(3)?,
        apps: row.opt_text(4)?,
        connections: row.opt_text(5)?,
        rules: row.text(6)?,
        cidr: row.opt_text(7)?,
        rate_per_second: row.opt_int(8)?,
        limits: row.text(9)?,
        expires_at: row.opt_int(10)?.map(UnixMicros),
        revoked_at: row.opt_int(11)?.map(UnixMicros),
        last_used_at: row.opt_int(12)?.map(UnixMicros),
        created_at: UnixMicros(row.int(13)?),
        updated_at: UnixMicros(row.int(14)?),
    })
}

fn secret(row: &Row<'_>) -> Result<SecretRow> {
    Ok(SecretRow {
        secret_hash: row.blob(0)?,
        pepper_version: row.int(1)?,
        key_id: row.text(2)?,
        display: row.text(3)?,
        not_after: row.opt_int(4)?.map(UnixMicros),
        created_at: UnixMicros(row.int(5)?),
    })
}

/// Stores a new key together with its first secret.
pub fn create(tx: &mut Tx<'_>, key: &KeyRow, secret: &SecretRow) -> Result<()> {
    tx.execute(
        concat!(
            "INSERT INTO keys (tenant_id, ",
            key_columns!(),
            ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)"
        ),
        &[
            v(TENANT),
            v(&key.key_id),
            v(&key.name),
            v(key.role.as_str()),
            v(key.test),
            v(&key.apps),
            v(&key.connections),
            v(&key.rules),
            v(&key.cidr),
            v(key.rate_per_second),
            v(&key.limits),
            v(key.expires_at.map(|at| at.0)),
            v(key.revoked_at.map(|at| at.0)),
            v(key.last_used_at.map(|at| at.0)),
            v(key.created_at.0),
            v(key.updated_at.0),
        ],
    )?;
    add_secret(tx, secret)
}

pub fn get(tx: &mut Tx<'_>, key_id: &str) -> Result<Option<KeyRow>> {
    tx.opt(
        concat!(
            "SELECT ",
            key_columns!(),
            " FROM keys WHERE tenant_id = $1 AND key_id = $2"
        ),
        &[v(TENANT), v(key_id)],
        key,
    )
}

/// Keys in order of their ids (which is the order of creation), after `after` (empty: from the start).
pub fn page(tx: &mut Tx<'_>, after: &str, limit: i64) -> Result<Vec<KeyRow>> {
    tx.all(
        concat!(
            "SELECT ",
            key_columns!(),
            " FROM keys WHERE tenant_id = $1 AND key_id > $2 ORDER BY key_id LIMIT $3"
        ),
        &[v(TENANT), v(after), v(limit)],
        key,
    )
}

/// What [`change`] writes: the whole of what a key's holder may be allowed to change.
#[derive(Clone, Debug)]
pub struct KeyScope {
    pub name: String,
    pub apps: Option<String>,
    pub connections: Option<String>,
    pub rules: String,
    pub cidr: Option<String>,
    pub rate_per_second: Option<i64>,
    /// JSON object.
    pub limits: String,
    pub expires_at: Option<UnixMicros>,
}

/// Replaces the scope if the key was not changed since `seen` (its `updated_at`) and is not revoked.
/// `false`: somebody else was faster, read again.
pub fn change(
    tx: &mut Tx<'_>,
    key_id: &str,
    seen: UnixMicros,
    scope: &KeyScope,
    now: UnixMicros,
) -> Result<bool> {
    let rows = tx.execute(
        "UPDATE keys SET name = $3, apps = $4, connections = $5, rules = $6, cidr = $7, rate_per_second = $8,
                expires_at = $9, updated_at = CASE WHEN updated_at >= $10 THEN updated_at + 1 ELSE $10 END, limits = $12
         WHERE tenant_id = $1 AND key_id = $2 AND updated_at = $11 AND revoked_at IS NULL",
        &[
            v(TENANT),
            v(key_id),
            v(&scope.name),
            v(&scope.apps),
            v(&scope.connections),
            v(&scope.rules),
            v(&scope.cidr),
            v(scope.rate_per_second),
            v(scope.expires_at.map(|at| at.0)),
            v(now.0),
            v(seen.0),
            v(&scope.limits),
        ],
    )?;
    Ok(rows == 1)
}

/// Ends a key for good. `false`: there is none, or it was revoked before.
pub fn revoke(tx: &mut Tx<'_>, key_id: &str, now: UnixMicros) -> Result<bool> {
    let rows = tx.execute(
        "UPDATE keys SET revoked_at = $3, updated_at = $3 WHERE tenant_id = $1 AND key_id = $2 AND revoked_at IS NULL",
        &[v(TENANT), v(key_id), v(now.0)],
    )?;
    Ok(rows == 1)
}

/// Adds `secret` and lets the others of its key end at `overlap_until` (those that end earlier stay so).
/// `false`: there is no such key, or it is revoked; nothing was added.
pub fn rotate(tx: &mut Tx<'_>, secret: &SecretRow, overlap_until: UnixMicros) -> Result<bool> {
    let rows = tx.execute(
        "UPDATE keys SET updated_at = $3 WHERE tenant_id = $1 AND key_id = $2 AND revoked_at IS NULL",
        &[v(TENANT), v(&secret.key_id), v(secret.created_at.0)],
    )?;
    if rows == 0 {
        return Ok(false);
    }
    tx.execute(
        "UPDATE key_secrets SET not_after = $3
         WHERE tenant_id = $1 AND key_id = $2 AND (not_after IS NULL OR not_after > $3)",
        &[v(TENANT), v(&secret.key_id), v(overlap_until.0)],
    )?;
    add_secret(tx, secret)?;
    Ok(true)
}

fn add_secret(tx: &mut Tx<'_>, secret: &SecretRow) -> Result<()> {
    tx.execute(
        "INSERT INTO key_secrets (tenant_id, secret_hash, pepper_version, key_id, display, not_after, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        &[
            v(TENANT),
            v(&secret.secret_hash),
            v(secret.pepper_version),
            v(&secret.key_id),
            v(&secret.display),
            v(secret.not_after.map(|at| at.0)),
            v(secret.created_at.0),
        ],
    )?;
    Ok(())
}

/// The secrets of one key, newest first: the one without an end, then by when they were made.
pub fn secrets_of(tx: &mut Tx<'_>, key_id: &str) -> Result<Vec<SecretRow>> {
    tx.all(
        "SELECT secret_hash, pepper_version, key_id, display, not_after, created_at FROM key_secrets
         WHERE tenant_id = $1 AND key_id = $2
         ORDER BY CASE WHEN not_after IS NULL THEN 0 ELSE 1 END, created_at DESC, secret_hash LIMIT 100",
        &[v(TENANT), v(key_id)],
        secret,
    )
}

/// All secrets in order of their hash, after `after` (empty: from the start).
pub fn secrets_page(tx: &mut Tx<'_>, after: &[u8], limit: i64) -> Result<Vec<SecretRow>> {
    tx.all(
        "SELECT secret_hash, pepper_version, key_id, display, not_after, created_at FROM key_secrets
         WHERE tenant_id = $1 AND secret_hash > $2 ORDER BY secret_hash LIMIT $3",
        &[v(TENANT), v(after), v(limit)],
        secret,
    )
}

/// Moves a secret to the hash under a newer pepper. `false`: it was moved before, or is gone.
pub fn rehash(
    tx: &mut Tx<'_>,
    old_hash: &[u8],
    new_hash: &[u8],
    pepper_version: i64,
) -> Result<bool> {
    let rows = tx.execute(
        "UPDATE key_secrets SET secret_hash = $3, pepper_version = $4
         WHERE tenant_id = $1 AND secret_hash = $2 AND pepper_version < $4",
        &[v(TENANT), v(old_hash), v(new_hash), v(pepper_version)],
    )?;
    Ok(rows == 1)
}

/// Notes that a key was used; never backwards.
pub fn touch(tx: &mut Tx<'_>, key_id: &str, at: UnixMicros) -> Result<()> {
    tx.execute(
        "UPDATE keys SET last_used_at = $3
         WHERE tenant_id = $1 AND key_id = $2 AND (last_used_at IS NULL OR last_used_at < $3)",
        &[v(TENANT), v(key_id), v(at.0)],
    )?;
    Ok(())
}

/// How many secrets that can still be used are hashed under a pepper older than `version`.
pub fn count_before_pepper(tx: &mut Tx<'_>, version: i64, now: UnixMicros) -> Result<i64> {
    tx.one(
        "SELECT count(*) FROM key_secrets s JOIN keys k ON k.key_id = s.key_id
         WHERE s.tenant_id = $1 AND s.pepper_version < $2 AND (s.not_after IS NULL OR s.not_after > $3)
           AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > $3)",
        &[v(TENANT), v(version), v(now.0)],
        |row| row.int(0),
    )
}
