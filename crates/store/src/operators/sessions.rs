//! Sessions of operators. One ends by itself when nobody used it for a while, and after a time however much it was used.

use postern_domain::time::UnixMicros;

use crate::settings::TENANT;
use crate::{Result, Tx, v};

/// Sessions of one operator at once; the oldest makes room.
pub const SESSIONS_MAX: i64 = 20;
/// Ended sessions that one beginning clears away.
const CLEARED_MAX: i64 = 50;

/// A session that has not ended, of an operator who may come in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    pub operator_id: String,
    pub name: String,
    pub seen_at: UnixMicros,
    pub expires_at: UnixMicros,
}

/// Signs an operator in. `false`: they are disabled, or gone.
pub fn begin_session(
    tx: &mut Tx<'_>,
    token_hash: &[u8],
    operator_id: &str,
    expires_at: UnixMicros,
    now: UnixMicros,
) -> Result<bool> {
    let rows = tx.execute(
        "UPDATE operators SET signed_in_at = $3 WHERE tenant_id = $1 AND operator_id = $2 AND disabled_at IS NULL",
        &[v(TENANT), v(operator_id), v(now.0)],
    )?;
    if rows == 0 {
        return Ok(false);
    }
    tx.execute(
        "INSERT INTO operator_sessions (tenant_id, token_hash, operator_id, seen_at, expires_at, created_at)
         VALUES ($1, $2, $3, $4, $5, $4)",
        &[
            v(TENANT),
            v(token_hash),
            v(operator_id),
            v(now.0),
            v(expires_at.0),
        ],
    )?;
    tx.execute(
        "DELETE FROM operator_sessions WHERE token_hash IN
            (SELECT token_hash FROM operator_sessions WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)",
        &[v(now.0), v(CLEARED_MAX)],
    )?;
    tx.execute(
        "DELETE FROM operator_sessions WHERE operator_id = $1 AND token_hash NOT IN
            (SELECT token_hash FROM operator_sessions WHERE operator_id = $1
             ORDER BY created_at DESC, token_hash LIMIT $2)",
        &[v(operator_id), v(SESSIONS_MAX)],
    )?;
    Ok(true)
}

/// `idle_since`: a session that was last used before then has ended.
pub fn session(
    tx: &mut Tx<'_>,
    token_hash: &[u8],
    idle_since: UnixMicros,
    now: UnixMicros,
) -> Result<Option<Session>> {
    tx.opt(
        "SELECT s.operator_id, o.name, s.seen_at, s.expires_at
         FROM operator_sessions s JOIN operators o ON o.operator_id = s.operator_id
         WHERE s.token_hash = $1 AND s.expires_at > $2 AND s.seen_at >= $3 AND o.disabled_at IS NULL",
        &[v(token_hash), v(now.0), v(idle_since.0)],
        |row| {
            Ok(Session {
                operator_id: row.text(0)?,
                name: row.text(1)?,
                seen_at: UnixMicros(row.int(2)?),
                expires_at: UnixMicros(row.int(3)?),
            })
        },
    )
}

/// Notes that a session was used; never backwards.
pub fn see_session(tx: &mut Tx<'_>, token_hash: &[u8], now: UnixMicros) -> Result<()> {
    tx.execute(
        "UPDATE operator_sessions SET seen_at = $2 WHERE token_hash = $1 AND seen_at < $2",
        &[v(token_hash), v(now.0)],
    )?;
    Ok(())
}

/// `false`: there was none.
pub fn end_session(tx: &mut Tx<'_>, token_hash: &[u8]) -> Result<bool> {
    let rows = tx.execute(
        "DELETE FROM operator_sessions WHERE token_hash = $1",
        &[v(token_hash)],
    )?;
    Ok(rows == 1)
}

/// All of an operator's.
pub fn end_sessions(tx: &mut Tx<'_>, operator_id: &str) -> Result<u64> {
    tx.execute(
        "DELETE FROM operator_sessions WHERE operator_id = $1",
        &[v(operator_id)],
    )
}
