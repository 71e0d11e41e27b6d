//! From approved to an end: begun once, ended once; what was begun too long ago is unknown.

use postern_domain::time::UnixMicros;

use super::{Approval, State, approval, columns};
use crate::settings::TENANT;
use crate::{Result, Tx, v};

/// How a send that was approved ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct End {
    /// `Sent`, `Failed` or `Unknown`.
    pub state: State,
    pub send_id: Option<String>,
    pub status: Option<i64>,
    pub answer_sealed: Option<Vec<u8>>,
    pub reason: Option<String>,
}

/// Approved ones without an end, oldest decision first.
pub fn ready(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<Approval>> {
    tx.all(
        concat!(
            "SELECT ",
            columns!(),
            " FROM approvals WHERE state = 'approved' ORDER BY decided_at, approval_id LIMIT $1"
        ),
        &[v(limit)],
        approval,
    )
}

/// Before it is sent. `false`: it was begun before, or is not approved (any more).
pub fn begin(tx: &mut Tx<'_>, approval_id: &str, now: UnixMicros) -> Result<bool> {
    let rows = tx.execute(
        "UPDATE approvals SET begun_at = $3
         WHERE tenant_id = $1 AND approval_id = $2 AND state = 'approved' AND begun_at IS NULL",
        &[v(TENANT), v(approval_id), v(now.0)],
    )?;
    Ok(rows == 1)
}

/// Ends an approved one. `false`: it is not approved (any more).
pub fn end(tx: &mut Tx<'_>, approval_id: &str, end: &End, now: UnixMicros) -> Result<bool> {
    let rows = tx.execute(
        "UPDATE approvals SET state = $3, send_id = $4, status = $5, answer_sealed = $6, reason = $7, ended_at = $8
         WHERE tenant_id = $1 AND approval_id = $2 AND state = 'approved'",
        &[
            v(TENANT),
            v(approval_id),
            v(end.state.as_str()),
            v(&end.send_id),
            v(end.status),
            v(end.answer_sealed.as_deref()),
            v(&end.reason),
            v(now.0),
        ],
    )?;
    Ok(rows == 1)
}

/// Begun before `begun_before` and still without an end: what became of it cannot be looked up any more. At most `limit` a call; gives their
/// ids and callbacks.
pub fn abandon(
    tx: &mut Tx<'_>,
    begun_before: UnixMicros,
    limit: i64,
    now: UnixMicros,
) -> Result<Vec<(String, Option<String>)>> {
    let ids = tx.all(
        "SELECT approval_id, callback FROM approvals WHERE state = 'approved' AND begun_at < $1 ORDER BY approval_id LIMIT $2",
        &[v(begun_before.0), v(limit)],
        |row| Ok((row.text(0)?, row.opt_text(1)?)),
    )?;
    for (id, _) in &ids {
        tx.execute(
            "UPDATE approvals SET state = 'unknown', ended_at = $2 WHERE approval_id = $1 AND state = 'approved'",
            &[v(id), v(now.0)],
        )?;
    }
    Ok(ids)
}

/// Erases requests and answers of what ended before `contents_before`, and forgets what ended before `before`; each at most `limit`.
pub fn sweep(
    tx: &mut Tx<'_>,
    contents_before: UnixMicros,
    before: UnixMicros,
    limit: i64,
) -> Result<u64> {
    let erased = tx.execute(
        "UPDATE approvals SET request_sealed = NULL, answer_sealed = NULL WHERE approval_id IN
            (SELECT approval_id FROM approvals
             WHERE ended_at < $1 AND (request_sealed IS NOT NULL OR answer_sealed IS NOT NULL) ORDER BY ended_at LIMIT $2)",
        &[v(contents_before.0), v(limit)],
    )?;
    let forgotten = tx.execute(
        "DELETE FROM approvals WHERE approval_id IN
            (SELECT approval_id FROM approvals WHERE ended_at < $1 ORDER BY ended_at LIMIT $2)",
        &[v(before.0), v(limit)],
    )?;
    Ok(erased + forgotten)
}
