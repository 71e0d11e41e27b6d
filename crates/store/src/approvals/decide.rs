//! The one decision about a send that waits: of several who decide at once the first one does.

use postern_domain::time::UnixMicros;

use super::State;
use crate::settings::TENANT;
use crate::{Result, Tx, v};

/// What an operator says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    pub approved: bool,
    /// What was looked at: a decision about anything else is none about this.
    pub digest: Vec<u8>,
    pub operator_id: String,
    /// In their own words.
    pub reason: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decided {
    Done,
    /// Somebody else was faster, or it was too late; this is how it stands.
    Stands(State),
    /// What was looked at is not what waits here.
    OtherDigest,
    Missing,
}

pub fn decide(
    tx: &mut Tx<'_>,
    approval_id: &str,
    decision: &Decision,
    now: UnixMicros,
) -> Result<Decided> {
    let (state, ended_at) = match decision.approved {
        true => (State::Approved, None),
        false => (State::Denied, Some(now.0)),
    };
    let rows = tx.execute(
        "UPDATE approvals SET state = $3, decided_by = $4, decided_at = $5, reason = $6, ended_at = $7
         WHERE tenant_id = $1 AND approval_id = $2 AND state = 'pending' AND expires_at > $5 AND digest = $8",
        &[
            v(TENANT),
            v(approval_id),
            v(state.as_str()),
            v(&decision.operator_id),
            v(now.0),
            v(&decision.reason),
            v(ended_at),
            v(&decision.digest),
        ],
    )?;
    if rows == 1 {
        return Ok(Decided::Done);
    }
    let Some(found) = super::get(tx, approval_id)? else {
        return Ok(Decided::Missing);
    };
    Ok(if found.digest != decision.digest {
        Decided::OtherDigest
    } else if found.state == State::Pending {
        Decided::Stands(State::Expired)
    } else {
        Decided::Stands(found.state)
    })
}

/// Nobody decided in time. At most `limit` a call; gives their ids and where their callers want to be told.
pub fn expire(
    tx: &mut Tx<'_>,
    now: UnixMicros,
    limit: i64,
) -> Result<Vec<(String, Option<String>)>> {
    let due = tx.all(
        "SELECT approval_id, callback FROM approvals WHERE state = 'pending' AND expires_at <= $1 ORDER BY approval_id LIMIT $2",
        &[v(now.0), v(limit)],
        |row| Ok((row.text(0)?, row.opt_text(1)?)),
    )?;
    let mut expired = Vec::new();
    for (id, callback) in due {
        let rows = tx.execute(
            "UPDATE approvals SET state = 'expired', ended_at = $2 WHERE approval_id = $1 AND state = 'pending'",
            &[v(&id), v(now.0)],
        )?;
        if rows == 1 {
            expired.push((id, callback));
        }
    }
    Ok(expired)
}
