//! Where remote accounts tell us of incoming texts, and who told them to send no more.

use postern_domain::time::UnixMicros;

use crate::dialect::Pair;
use crate::settings::TENANT;
use crate::{Result, Tx, v};

/// The one address of a connection; a new one replaces it.
pub fn put(
    tx: &mut Tx<'_>,
    connection_id: &str,
    token_hash: &[u8; 32],
    now: UnixMicros,
) -> Result<()> {
    tx.execute(
        "INSERT INTO hooks (tenant_id, connection_id, token_hash, created_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (connection_id) DO UPDATE SET token_hash = excluded.token_hash, created_at = excluded.created_at",
        &[v(TENANT), v(connection_id), v(token_hash), v(now.0)],
    )?;
    Ok(())
}

/// `false`: there was none.
pub fn remove(tx: &mut Tx<'_>, connection_id: &str) -> Result<bool> {
    let rows = tx.execute(
        "DELETE FROM hooks WHERE connection_id = $1",
        &[v(connection_id)],
    )?;
    Ok(rows == 1)
}

/// Connections and the hashes of their tokens, in the order of connections, after `after` (empty: from the start).
pub fn page(tx: &mut Tx<'_>, after: &str, limit: i64) -> Result<Vec<(String, Vec<u8>)>> {
    tx.all(
        "SELECT connection_id, token_hash FROM hooks WHERE tenant_id = $1 AND connection_id > $2 ORDER BY connection_id LIMIT $3",
        &[v(TENANT), v(after), v(limit)],
        |row| Ok((row.text(0)?, row.blob(1)?)),
    )
}

/// Notes that something came.
pub fn heard(tx: &mut Tx<'_>, connection_id: &str, now: UnixMicros) -> Result<()> {
    tx.execute(
        "UPDATE hooks SET heard_at = $2 WHERE connection_id = $1",
        &[v(connection_id), v(now.0)],
    )?;
    Ok(())
}

/// When something came last; `None`: never, or there is no address.
pub fn heard_at(tx: &mut Tx<'_>, connection_id: &str) -> Result<Option<UnixMicros>> {
    let found = tx.opt(
        "SELECT heard_at FROM hooks WHERE connection_id = $1",
        &[v(connection_id)],
        |row| row.opt_int(0),
    )?;
    Ok(found.flatten().map(UnixMicros))
}

/// `false`: they had opted out before.
pub fn opt_out(
    tx: &mut Tx<'_>,
    connection_id: &str,
    subject: &str,
    now: UnixMicros,
) -> Result<bool> {
    let rows = tx.execute(
        "INSERT INTO connection_opt_outs (tenant_id, connection_id, subject, at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (connection_id, subject) DO NOTHING",
        &[v(TENANT), v(connection_id), v(subject), v(now.0)],
    )?;
    Ok(rows == 1)
}

/// `false`: they had not opted out.
pub fn opt_in(tx: &mut Tx<'_>, connection_id: &str, subject: &str) -> Result<bool> {
    let rows = tx.execute(
        "DELETE FROM connection_opt_outs WHERE connection_id = $1 AND subject = $2",
        &[v(connection_id), v(subject)],
    )?;
    Ok(rows == 1)
}

const AMONG: Pair = Pair {
    sqlite: "SELECT subject FROM connection_opt_outs
             WHERE connection_id = $1 AND subject IN (SELECT e.value FROM json_each($2) AS e)",
    postgres: "SELECT subject FROM connection_opt_outs
               WHERE connection_id = $1 AND subject IN (SELECT e.value FROM jsonb_array_elements_text(CAST(CAST($2 AS TEXT) AS JSONB)) AS e(value))",
};

/// Which of `subjects` have opted out.
pub fn opted_out_among(
    tx: &mut Tx<'_>,
    connection_id: &str,
    subjects: &[String],
) -> Result<Vec<String>> {
    if subjects.is_empty() {
        return Ok(Vec::new());
    }
    // Hexadecimal digits: nothing that JSON would escape.
    let subjects = format!("[\"{}\"]", subjects.join("\",\""));
    let sql = tx.pick(&AMONG);
    tx.all(sql, &[v(connection_id), v(&subjects)], |row| row.text(0))
}
