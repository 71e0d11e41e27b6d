//! People who sign in, their sessions and their one-time links. Passwords and tokens are here as hashes only.

mod links;
mod sessions;

use postern_domain::time::UnixMicros;

use crate::settings::TENANT;
use crate::{Result, Row, Tx, v};

pub use links::{link, spend_link};
pub use sessions::{
    SESSIONS_MAX, Session, begin_session, end_session, end_sessions, see_session, session,
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operator {
    /// Time-ordered (UUID v7).
    pub operator_id: String,
    /// Lower case; unique.
    pub name: String,
    /// Argon2id in PHC form.
    pub password_hash: String,
    pub disabled_at: Option<UnixMicros>,
    pub signed_in_at: Option<UnixMicros>,
    pub created_at: UnixMicros,
    pub updated_at: UnixMicros,
}

macro_rules! columns {
    () => {
        "operator_id, name, password_hash, disabled_at, signed_in_at, created_at, updated_at"
    };
}

/// `false`: the name is taken.
pub fn create(tx: &mut Tx<'_>, operator: &Operator) -> Result<bool> {
    let rows = tx.execute(
        concat!(
            "INSERT INTO operators (tenant_id, ",
            columns!(),
            ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (tenant_id, name) DO NOTHING"
        ),
        &[
            v(TENANT),
            v(&operator.operator_id),
            v(&operator.name),
            v(&operator.password_hash),
            v(operator.disabled_at.map(|at| at.0)),
            v(operator.signed_in_at.map(|at| at.0)),
            v(operator.created_at.0),
            v(operator.updated_at.0),
        ],
    )?;
    Ok(rows == 1)
}

pub fn by_name(tx: &mut Tx<'_>, name: &str) -> Result<Option<Operator>> {
    tx.opt(
        concat!(
            "SELECT ",
            columns!(),
            " FROM operators WHERE tenant_id = $1 AND name = $2"
        ),
        &[v(TENANT), v(name)],
        operator,
    )
}

/// In the order of their names, after `after` (empty: from the start).
pub fn page(tx: &mut Tx<'_>, after: &str, limit: i64) -> Result<Vec<Operator>> {
    tx.all(
        concat!(
            "SELECT ",
            columns!(),
            " FROM operators WHERE tenant_id = $1 AND name > $2 ORDER BY name LIMIT $3"
        ),
        &[v(TENANT), v(after), v(limit)],
        operator,
    )
}

pub fn count(tx: &mut Tx<'_>) -> Result<i64> {
    tx.one(
        "SELECT count(*) FROM operators WHERE tenant_id = $1",
        &[v(TENANT)],
        |row| row.int(0),
    )
}

/// Whoever is signed in with the old password is signed out, and an outstanding link is void.
pub fn set_password(
    tx: &mut Tx<'_>,
    operator_id: &str,
    password_hash: &str,
    now: UnixMicros,
) -> Result<bool> {
    let rows = tx.execute(
        "UPDATE operators SET password_hash = $3, updated_at = $4 WHERE tenant_id = $1 AND operator_id = $2",
        &[v(TENANT), v(operator_id), v(password_hash), v(now.0)],
    )?;
    shut_out(tx, operator_id)?;
    Ok(rows == 1)
}

/// `true` locks an operator out at once, `false` lets them in again. Answers whether that changed anything.
pub fn set_disabled(
    tx: &mut Tx<'_>,
    operator_id: &str,
    disabled: bool,
    now: UnixMicros,
) -> Result<bool> {
    let at = disabled.then_some(now.0);
    let rows = tx.execute(
        "UPDATE operators SET disabled_at = $3, updated_at = $4
         WHERE tenant_id = $1 AND operator_id = $2
           AND CASE WHEN disabled_at IS NULL THEN 0 ELSE 1 END <> CASE WHEN CAST($3 AS BIGINT) IS NULL THEN 0 ELSE 1 END",
        &[v(TENANT), v(operator_id), v(at), v(now.0)],
    )?;
    if disabled {
        shut_out(tx, operator_id)?;
    }
    Ok(rows == 1)
}

fn shut_out(tx: &mut Tx<'_>, operator_id: &str) -> Result<()> {
    end_sessions(tx, operator_id)?;
    tx.execute(
        "DELETE FROM operator_links WHERE operator_id = $1",
        &[v(operator_id)],
    )?;
    Ok(())
}

fn operator(row: &Row<'_>) -> Result<Operator> {
    Ok(Operator {
        operator_id: row.text(0)?,
        name: row.text(1)?,
        password_hash: row.text(2)?,
        disabled_at: row.opt_int(3)?.map(UnixMicros),
        signed_in_at: row.opt_int(4)?.map(UnixMicros),
        created_at: UnixMicros(row.int(5)?),
        updated_at: UnixMicros(row.int(6)?),
    })
}
