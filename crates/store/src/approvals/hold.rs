//! Holding a send: once for the same request of the same key, and not without end.

use super::{Approval, columns};
use crate::settings::TENANT;
use crate::{Result, Tx, v};

/// Sends of one key that wait at once; nobody reads more.
const OF_KEY_MAX: i64 = 100;
/// Of everybody together.
const WAITING_MAX: i64 = 1_000;

/// What became of a request that needs a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Held {
    New,
    /// The same request is there already, under this id.
    Known(String),
    /// So many wait that no more are taken.
    Full,
}

/// To be called on one lane, so that counting and adding are one. `named`: the caller has given the request a name of its own, so that it is the
/// same request even after its end.
pub fn hold(tx: &mut Tx<'_>, new: &Approval, named: bool) -> Result<Held> {
    let known = tx.opt(
        "SELECT approval_id FROM approvals
         WHERE key_id = $1 AND fingerprint = $2
           AND (state = 'approved' OR state = 'pending' AND expires_at > $3 OR $4 = 1)
         ORDER BY approval_id DESC LIMIT 1",
        &[
            v(&new.key_id),
            v(&new.fingerprint),
            v(new.created_at.0),
            v(named),
        ],
        |row| row.text(0),
    )?;
    if let Some(known) = known {
        return Ok(Held::Known(known));
    }
    let (own, all) = tx.one(
        "SELECT CAST(COALESCE(sum(CASE WHEN key_id = $1 THEN 1 ELSE 0 END), 0) AS BIGINT), count(*)
         FROM approvals WHERE state = 'pending'",
        &[v(&new.key_id)],
        |row| Ok((row.int(0)?, row.int(1)?)),
    )?;
    if own >= OF_KEY_MAX || all >= WAITING_MAX {
        return Ok(Held::Full);
    }
    // One that nobody decided in time and nobody has swept yet makes room for the same request.
    tx.execute(
        "UPDATE approvals SET state = 'expired', ended_at = $3 WHERE key_id = $1 AND fingerprint = $2 AND state = 'pending'",
        &[v(&new.key_id), v(&new.fingerprint), v(new.created_at.0)],
    )?;
    tx.execute(
        concat!(
            "INSERT INTO approvals (tenant_id, ",
            columns!(),
            ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23)"
        ),
        &[
            v(TENANT),
            v(&new.approval_id),
            v(&new.key_id),
            v(&new.connection_id),
            v(&new.app),
            v(&new.method),
            v(&new.path),
            v(&new.fingerprint),
            v(&new.digest),
            v(new.request_sealed.as_deref()),
            v(&new.summary),
            v(new.state.as_str()),
            v(&new.callback),
            v(&new.decided_by),
            v(new.decided_at.map(|at| at.0)),
            v(new.begun_at.map(|at| at.0)),
            v(&new.send_id),
            v(new.status),
            v(new.answer_sealed.as_deref()),
            v(&new.reason),
            v(new.expires_at.0),
            v(new.created_at.0),
            v(new.ended_at.map(|at| at.0)),
        ],
    )?;
    Ok(Held::New)
}
