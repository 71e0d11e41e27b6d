//! Sends of which nobody knows yet what became of them, and how that is cleared up.

use postern_domain::time::UnixMicros;

use super::Send;
use super::find::{columns, send};
use crate::settings::TENANT;
use crate::{Result, Tx, v};

/// What somebody found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resolution {
    /// It took place.
    Accepted,
    /// It certainly did not.
    Failed,
}

/// An unknown send turns out to have taken place or not. `by` is who says so. Not having taken place it may be repeated; having taken
/// place it stays recognised until `until`. `false`: it is not unknown.
pub fn resolve(
    tx: &mut Tx<'_>,
    send_id: &str,
    resolution: Resolution,
    by: &str,
    until: UnixMicros,
    now: UnixMicros,
) -> Result<bool> {
    let (tenant, at) = (v(TENANT), v(now.0));
    let rows = match resolution {
        Resolution::Accepted => tx.execute(
            "UPDATE sends SET state = 'accepted', resolved_by = $3, settled_at = $4, sought = NULL, claim_until = $5
             WHERE tenant_id = $1 AND send_id = $2 AND state = 'unknown'",
            &[tenant, v(send_id), v(by), at, v(until.0)],
        )?,
        Resolution::Failed => tx.execute(
            "UPDATE sends SET state = 'failed', resolved_by = $3, settled_at = $4, sought = NULL, answer = NULL,
                claim = NULL, claim_until = NULL
             WHERE tenant_id = $1 AND send_id = $2 AND state = 'unknown'",
            &[tenant, v(send_id), v(by), at],
        )?,
    };
    Ok(rows == 1)
}

/// What the upstream's history said, for a person, and that it was asked.
pub fn note_finding(tx: &mut Tx<'_>, send_id: &str, finding: &str, now: UnixMicros) -> Result<()> {
    tx.execute(
        "UPDATE sends SET finding = $3, looked_at = $4 WHERE tenant_id = $1 AND send_id = $2",
        &[v(TENANT), v(send_id), v(finding), v(now.0)],
    )?;
    Ok(())
}

/// An unknown send and what it takes to look for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sought {
    pub send: Send,
    /// Sealed; `None`: nothing is known by which it could be found.
    pub sealed: Option<Vec<u8>>,
    pub looked_at: Option<UnixMicros>,
}

pub fn sought(tx: &mut Tx<'_>, send_id: &str) -> Result<Option<Sought>> {
    tx.opt(
        concat!(
            "SELECT ",
            columns!(),
            ", sought, looked_at FROM sends WHERE tenant_id = $1 AND send_id = $2 AND state = 'unknown'"
        ),
        &[v(TENANT), v(send_id)],
        |row| {
            Ok(Sought {
                send: send(row)?,
                sealed: row.opt_blob(13)?,
                looked_at: row.opt_int(14)?.map(UnixMicros),
            })
        },
    )
}

/// Unknown sends that nobody has looked for since `looked_before`, oldest first, after the send `after` (empty: from the oldest).
pub fn unknown_page(
    tx: &mut Tx<'_>,
    looked_before: UnixMicros,
    after: &str,
    limit: i64,
) -> Result<Vec<(String, UnixMicros)>> {
    tx.all(
        "SELECT send_id, created_at FROM sends
         WHERE tenant_id = $1 AND state IN ('started', 'unknown') AND state = 'unknown'
           AND (looked_at IS NULL OR looked_at < $2) AND send_id > $3
         ORDER BY send_id LIMIT $4",
        &[v(TENANT), v(looked_before.0), v(after), v(limit)],
        |row| Ok((row.text(0)?, UnixMicros(row.int(1)?))),
    )
}

/// Forgets claims whose time is over, with their answers; at most `limit`.
pub fn sweep(tx: &mut Tx<'_>, now: UnixMicros, limit: i64) -> Result<u64> {
    tx.execute(
        "UPDATE sends SET claim = NULL, claim_until = NULL, answer = NULL WHERE send_id IN
            (SELECT send_id FROM sends WHERE claim_until IS NOT NULL AND claim_until <= $1 AND state NOT IN ('started', 'unknown')
             ORDER BY claim_until LIMIT $2)",
        &[v(now.0), v(limit)],
    )
}

/// Forgets sends made before `before` of which it is known what became of them; at most `limit`, the oldest first.
pub fn forget(tx: &mut Tx<'_>, before: UnixMicros, limit: i64) -> Result<u64> {
    tx.execute(
        "DELETE FROM sends WHERE send_id IN
            (SELECT send_id FROM sends WHERE tenant_id = $1 AND send_id < $2 AND state NOT IN ('started', 'unknown')
                AND claim IS NULL ORDER BY send_id LIMIT $3)",
        &[v(TENANT), v(&before.first_uuid()), v(limit)],
    )
}
