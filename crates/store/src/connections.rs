//! Connections: an app, where it is, and the sealed credential for it.

use std::str::FromStr as _;

use postern_domain::connection::{Method, Status};
use postern_domain::time::UnixMicros;

use crate::settings::TENANT;
use crate::{Error, Result, Row, Tx, v};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectionRow {
    pub connection_id: String,
    pub app: String,
    /// Empty: none was given.
    pub name: String,
    pub status: Status,
    pub method: Method,
    /// `builtin`, a base URL, or empty for the app's own.
    pub upstream: String,
    /// With `builtin`: the platform account that acts.
    pub account_id: Option<i64>,
    pub credential_sealed: Option<Vec<u8>>,
    /// JSON object of texts.
    pub metadata: String,
    pub sandbox: bool,
    /// What the connect link is derived from; `None` when there is none or it was spent.
    pub session_nonce: Option<Vec<u8>>,
    pub session_expires_at: Option<UnixMicros>,
    /// What went wrong last, in words for a person.
    pub failure: Option<String>,
    /// When the upstream last accepted the credential; `None`: never asked.
    pub verified_at: Option<UnixMicros>,
    pub created_at: UnixMicros,
    pub updated_at: UnixMicros,
}

/// The value of `upstream` that stands for the platform in this process.
pub const BUILTIN: &str = "builtin";

macro_rules! columns {
    () => {
        "connection_id, app, name, status, method, upstream, account_id, credential_sealed, metadata, sandbox,
         session_nonce, session_expires_at, failure, verified_at, created_at, updated_at"
    };
}

fn connection(row: &Row<'_>) -> Result<ConnectionRow> {
    let connection_id = row.text(0)?;
    let damaged = || Error::Inconsistent {
        table: "connections",
        id: connection_id.clone(),
    };
    let status = Status::from_str(&row.text(3)?).map_err(|_| damaged())?;
    let method = Method::from_str(&row.text(4)?).map_err(|_| damaged())?;
    Ok(ConnectionRow {
        app: row.text(1)?,
        name: row.text(2)?,
        status,
        method,
        upstream: row.text(5)?,
        account_id: row.opt_int(6)?,
        credential_sealed: row.opt_blob(7)?,
        metadata: row.text(8)?,
        sandbox: row.flag(9)?,
        session_nonce: row.opt_blob(10)?,
        session_expires_at: row.opt_int(11)?.map(UnixMicros),
        failure: row.opt_text(12)?,
        verified_at: row.opt_int(13)?.map(UnixMicros),
        created_at: UnixMicros(row.int(14)?),
        updated_at: UnixMicros(row.int(15)?),
        connection_id,
    })
}

pub fn create(tx: &mut Tx<'_>, row: &ConnectionRow) -> Result<()> {
    tx.execute(
        concat!(
            "INSERT INTO connections (tenant_id, ",
            columns!(),
            ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)"
        ),
        &[
            v(TENANT),
            v(&row.connection_id),
            v(&row.app),
            v(&row.name),
            v(row.status.as_str()),
            v(row.method.as_str()),
            v(&row.upstream),
            v(row.account_id),
            v(row.credential_sealed.as_deref()),
            v(&row.metadata),
            v(row.sandbox),
            v(row.session_nonce.as_deref()),
            v(row.session_expires_at.map(|at| at.0)),
            v(&row.failure),
            v(row.verified_at.map(|at| at.0)),
            v(row.created_at.0),
            v(row.updated_at.0),
        ],
    )?;
    Ok(())
}

pub fn get(tx: &mut Tx<'_>, connection_id: &str) -> Result<Option<ConnectionRow>> {
    tx.opt(
        concat!(
            "SELECT ",
            columns!(),
            " FROM connections WHERE tenant_id = $1 AND connection_id = $2"
        ),
        &[v(TENANT), v(connection_id)],
        connection,
    )
}

/// Which connections a list asks for; `None` is any.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub app: Option<String>,
    pub status: Option<Status>,
    pub method: Option<Method>,
}

/// Connections that match, oldest first, after the one that was made at `after.0` with the id `after.1`.
pub fn page(
    tx: &mut Tx<'_>,
    filter: &Filter,
    after: (UnixMicros, &str),
    limit: i64,
) -> Result<Vec<ConnectionRow>> {
    tx.all(
        concat!(
            "SELECT ",
            columns!(),
            " FROM connections
             WHERE tenant_id = $1
               AND (CAST($2 AS TEXT) IS NULL OR app = $2)
               AND (CAST($3 AS TEXT) IS NULL OR status = $3)
               AND (CAST($4 AS TEXT) IS NULL OR method = $4)
               AND (created_at > $5 OR (created_at = $5 AND connection_id > $6))
             ORDER BY created_at, connection_id LIMIT $7"
        ),
        &[
            v(TENANT),
            v(&filter.app),
            v(filter.status.map(Status::as_str)),
            v(filter.method.map(Method::as_str)),
            v(after.0.0),
            v(after.1),
            v(limit),
        ],
        connection,
    )
}

/// The place before the first connection, for [`page`].
pub const START: (UnixMicros, &str) = (UnixMicros(i64::MIN), "");

/// `false`: there is no such connection.
pub fn rename(tx: &mut Tx<'_>, connection_id: &str, name: &str, now: UnixMicros) -> Result<bool> {
    let rows = tx.execute(
        "UPDATE connections SET name = $3, updated_at = $4 WHERE tenant_id = $1 AND connection_id = $2",
        &[v(TENANT), v(connection_id), v(name), v(now.0)],
    )?;
    Ok(rows == 1)
}

/// Gives the connection a new connect link; an older one stops working. Its status and its credential stay as they are.
pub fn renew_link(
    tx: &mut Tx<'_>,
    connection_id: &str,
    nonce: &[u8],
    expires_at: UnixMicros,
    now: UnixMicros,
) -> Result<bool> {
    let rows = tx.execute(
        "UPDATE connections SET session_nonce = $3, session_expires_at = $4, updated_at = $5
         WHERE tenant_id = $1 AND connection_id = $2",
        &[
            v(TENANT),
            v(connection_id),
            v(nonce),
            v(expires_at.0),
            v(now.0),
        ],
    )?;
    Ok(rows == 1)
}

/// What makes a connection ACTIVE.
#[derive(Clone, Debug)]
pub struct Completion {
    pub upstream: String,
    pub account_id: Option<i64>,
    pub credential_sealed: Option<Vec<u8>>,
    pub metadata: String,
    pub sandbox: bool,
    pub verified_at: Option<UnixMicros>,
}

/// Spends the connect link and makes the connection ACTIVE, both or neither. `false`: the link was spent, renewed or had
/// expired in the meantime.
pub fn complete_by_link(
    tx: &mut Tx<'_>,
    connection_id: &str,
    nonce: &[u8],
    completion: &Completion,
    now: UnixMicros,
) -> Result<bool> {
    complete(tx, connection_id, Some(nonce), completion, now)
}

/// Makes the connection ACTIVE on the word of whoever may manage it. An outstanding link is spent, too.
pub fn complete_by_key(
    tx: &mut Tx<'_>,
    connection_id: &str,
    completion: &Completion,
    now: UnixMicros,
) -> Result<bool> {
    complete(tx, connection_id, None, completion, now)
}

fn complete(
    tx: &mut Tx<'_>,
    connection_id: &str,
    nonce: Option<&[u8]>,
    completion: &Completion,
    now: UnixMicros,
) -> Result<bool> {
    let rows = tx.execute(
        "UPDATE connections SET status = 'ACTIVE', upstream = $3, account_id = $4, credential_sealed = $5, metadata = $6,
                sandbox = $7, verified_at = $8, failure = NULL, session_nonce = NULL, session_expires_at = NULL,
                updated_at = $9
         WHERE tenant_id = $1 AND connection_id = $2
           AND ($10 = 1 OR (session_nonce = $11 AND session_expires_at > $9))",
        &[
            v(TENANT),
            v(connection_id),
            v(&completion.upstream),
            v(completion.account_id),
            v(completion.credential_sealed.as_deref()),
            v(&completion.metadata),
            v(completion.sandbox),
            v(completion.verified_at.map(|at| at.0)),
            v(now.0),
            v(nonce.is_none()),
            v(nonce),
        ],
    )?;
    Ok(rows == 1)
}

/// Notes why an attempt did not succeed, without changing the status.
pub fn note_failure(
    tx: &mut Tx<'_>,
    connection_id: &str,
    reason: &str,
    now: UnixMicros,
) -> Result<bool> {
    let rows = tx.execute(
        "UPDATE connections SET failure = $3, updated_at = $4 WHERE tenant_id = $1 AND connection_id = $2",
        &[v(TENANT), v(connection_id), v(reason), v(now.0)],
    )?;
    Ok(rows == 1)
}

/// ACTIVE → FAILED, if the credential is still the one that was refused (`credential_sealed`).
pub fn fail(
    tx: &mut Tx<'_>,
    connection_id: &str,
    credential_sealed: &[u8],
    reason: &str,
    now: UnixMicros,
) -> Result<bool> {
    let rows = tx.execute(
        "UPDATE connections SET status = 'FAILED', failure = $4, updated_at = $5
         WHERE tenant_id = $1 AND connection_id = $2 AND status = 'ACTIVE' AND credential_sealed = $3",
        &[v(TENANT), v(connection_id), v(credential_sealed), v(reason), v(now.0)],
    )?;
    Ok(rows == 1)
}

/// The upstream accepts the credential (again): FAILED → ACTIVE, and an ACTIVE one gets its date.
pub fn confirm(
    tx: &mut Tx<'_>,
    connection_id: &str,
    credential_sealed: &[u8],
    now: UnixMicros,
) -> Result<bool> {
    let rows = tx.execute(
        "UPDATE connections SET status = 'ACTIVE', failure = NULL, verified_at = $4, updated_at = $4
         WHERE tenant_id = $1 AND connection_id = $2 AND status IN ('ACTIVE', 'FAILED') AND credential_sealed = $3",
        &[v(TENANT), v(connection_id), v(credential_sealed), v(now.0)],
    )?;
    Ok(rows == 1)
}

/// Removes the connection and its credential. `false`: there was none.
pub fn delete(tx: &mut Tx<'_>, connection_id: &str) -> Result<bool> {
    let rows = tx.execute(
        "DELETE FROM connections WHERE tenant_id = $1 AND connection_id = $2",
        &[v(TENANT), v(connection_id)],
    )?;
    Ok(rows == 1)
}

/// Sealed credentials in order of their connections' ids, after `after` (empty: from the start).
pub fn sealed_page(tx: &mut Tx<'_>, after: &str, limit: i64) -> Result<Vec<(String, Vec<u8>)>> {
    tx.all(
        "SELECT connection_id, credential_sealed FROM connections
         WHERE tenant_id = $1 AND connection_id > $2 AND credential_sealed IS NOT NULL ORDER BY connection_id LIMIT $3",
        &[v(TENANT), v(after), v(limit)],
        |row| Ok((row.text(0)?, row.blob(1)?)),
    )
}

/// Replaces the sealed form (re-wrapped under another vault key) if it is still `old`.
pub fn reseal(tx: &mut Tx<'_>, connection_id: &str, old: &[u8], new: &[u8]) -> Result<bool> {
    let rows = tx.execute(
        "UPDATE connections SET credential_sealed = $3
         WHERE tenant_id = $1 AND connection_id = $2 AND credential_sealed = $4",
        &[v(TENANT), v(connection_id), v(new), v(old)],
    )?;
    Ok(rows == 1)
}
