//! What sends over the network hold of their limits: durable before the first byte leaves, ended once by what becomes known.

use postern_domain::time::UnixMicros;

use crate::settings::TENANT;
use crate::{Result, Tx, v};

/// How a reservation ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// The send took place; what it did not need is given back.
    Settled,
    /// It certainly did not; all of it is given back.
    Released,
}

impl Ended {
    const fn as_str(self) -> &'static str {
        match self {
            Ended::Settled => "settled",
            Ended::Released => "released",
        }
    }
}

/// `holds` belongs to whoever counts; it comes back when the reservation ends.
pub fn hold(tx: &mut Tx<'_>, send_id: &str, holds: &str, now: UnixMicros) -> Result<()> {
    tx.execute(
        "INSERT INTO reservations (tenant_id, send_id, holds, state, created_at) VALUES ($1, $2, $3, 'held', $4)",
        &[v(TENANT), v(send_id), v(holds), v(now.0)],
    )?;
    Ok(())
}

/// Ends it; gives what it held. `None`: it had ended before, or there is none.
pub fn end(
    tx: &mut Tx<'_>,
    send_id: &str,
    ended: Ended,
    now: UnixMicros,
) -> Result<Option<String>> {
    tx.opt(
        "UPDATE reservations SET state = $3, settled_at = $4
         WHERE tenant_id = $1 AND send_id = $2 AND state = 'held' RETURNING holds",
        &[v(TENANT), v(send_id), v(ended.as_str()), v(now.0)],
        |row| row.text(0),
    )
}

/// Sends whose reservations are held since before `before`, the oldest first.
pub fn held(tx: &mut Tx<'_>, before: UnixMicros, limit: i64) -> Result<Vec<String>> {
    tx.all(
        "SELECT send_id FROM reservations WHERE tenant_id = $1 AND state = 'held' AND created_at < $2
         ORDER BY created_at LIMIT $3",
        &[v(TENANT), v(before.0), v(limit)],
        |row| row.text(0),
    )
}

/// Forgets reservations that ended, made before `before`; at most `limit`. What is held stays, however old.
pub fn sweep(tx: &mut Tx<'_>, before: UnixMicros, limit: i64) -> Result<u64> {
    tx.execute(
        "DELETE FROM reservations WHERE send_id IN
            (SELECT send_id FROM reservations WHERE state <> 'held' AND created_at < $1 ORDER BY created_at LIMIT $2)",
        &[v(before.0), v(limit)],
    )
}
