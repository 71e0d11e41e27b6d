//! What was sent within a limit, window by window. Adding is one statement that also tells what there is afterwards: whoever finds that it
//! is too much takes it back in the same unit, and nobody has seen it. The row of everything together is added to first; it keeps two
//! writers of one window apart, so they take the rows of recipients in turn.

use postern_domain::time::UnixMicros;

use crate::dialect::Pair;
use crate::settings::TENANT;
use crate::{Result, Row, Tx, v};

/// One window of one holder of limits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// `key:` and its id, and the like.
    pub scope: String,
    /// `hour`, `day` or `month`.
    pub span: String,
    pub starts_at: UnixMicros,
    pub ends_at: UnixMicros,
}

/// Negative where something is taken back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Amount {
    pub messages: i64,
    pub segments: i64,
    pub micros: i64,
    /// Distinct ones.
    pub recipients: i64,
}

/// A part of a window (`r:` and a hash, `p:` and a prefix) and messages to it.
pub type Share = (String, i64);

fn amount(row: &Row<'_>) -> Result<Amount> {
    Ok(Amount {
        messages: row.int(0)?,
        segments: row.int(1)?,
        micros: row.int(2)?,
        recipients: row.int(3)?,
    })
}

/// Adds to everything together; gives what there is with it.
pub fn add(tx: &mut Tx<'_>, cell: &Cell, more: Amount) -> Result<Amount> {
    tx.one(
        "INSERT INTO usage (tenant_id, scope, span, starts_at, subject, ends_at, messages, segments, micros, recipients)
         VALUES ($1, $2, $3, $4, '', $5, $6, $7, $8, $9)
         ON CONFLICT (tenant_id, scope, span, starts_at, subject) DO UPDATE SET
            messages = usage.messages + excluded.messages, segments = usage.segments + excluded.segments,
            micros = usage.micros + excluded.micros, recipients = usage.recipients + excluded.recipients
         RETURNING messages, segments, micros, recipients",
        &[
            v(TENANT),
            v(&cell.scope),
            v(&cell.span),
            v(cell.starts_at.0),
            v(cell.ends_at.0),
            v(more.messages),
            v(more.segments),
            v(more.micros),
            v(more.recipients),
        ],
        amount,
    )
}

/// Everything together.
pub fn look(tx: &mut Tx<'_>, cell: &Cell) -> Result<Amount> {
    let found = tx.opt(
        "SELECT messages, segments, micros, recipients FROM usage
         WHERE tenant_id = $1 AND scope = $2 AND span = $3 AND starts_at = $4 AND subject = ''",
        &[
            v(TENANT),
            v(&cell.scope),
            v(&cell.span),
            v(cell.starts_at.0),
        ],
        amount,
    )?;
    Ok(found.unwrap_or_default())
}

const ADD_EACH: Pair = Pair {
    sqlite: "INSERT INTO usage (tenant_id, scope, span, starts_at, subject, ends_at, messages, segments, micros, recipients)
             SELECT $1, $2, $3, $4, json_extract(e.value, '$[0]'), $5, json_extract(e.value, '$[1]'), 0, 0, 0
             FROM json_each($6) AS e WHERE TRUE
             ON CONFLICT (tenant_id, scope, span, starts_at, subject) DO UPDATE SET messages = usage.messages + excluded.messages
             RETURNING subject, messages",
    postgres: "INSERT INTO usage (tenant_id, scope, span, starts_at, subject, ends_at, messages, segments, micros, recipients)
               SELECT $1, $2, $3, $4, e.value ->> 0, $5, CAST(e.value ->> 1 AS BIGINT), 0, 0, 0
               FROM jsonb_array_elements(CAST(CAST($6 AS TEXT) AS JSONB)) AS e(value)
               ON CONFLICT (tenant_id, scope, span, starts_at, subject) DO UPDATE SET messages = usage.messages + excluded.messages
               RETURNING subject, messages",
};

/// Adds to each of its parts; gives what they have with it, in no order. No part may stand there twice.
pub fn add_each(tx: &mut Tx<'_>, cell: &Cell, shares: &[Share]) -> Result<Vec<Share>> {
    if shares.is_empty() {
        return Ok(Vec::new());
    }
    let sql = tx.pick(&ADD_EACH);
    tx.all(
        sql,
        &[
            v(TENANT),
            v(&cell.scope),
            v(&cell.span),
            v(cell.starts_at.0),
            v(cell.ends_at.0),
            v(&json(shares)),
        ],
        |row| Ok((row.text(0)?, row.int(1)?)),
    )
}

const LOOK_EACH: Pair = Pair {
    sqlite: "SELECT subject, messages FROM usage
             WHERE tenant_id = $1 AND scope = $2 AND span = $3 AND starts_at = $4
               AND subject IN (SELECT json_extract(e.value, '$[0]') FROM json_each($5) AS e)",
    postgres: "SELECT subject, messages FROM usage
               WHERE tenant_id = $1 AND scope = $2 AND span = $3 AND starts_at = $4
                 AND subject IN (SELECT e.value ->> 0 FROM jsonb_array_elements(CAST(CAST($5 AS TEXT) AS JSONB)) AS e(value))",
};

/// What its parts have, in no order; those that never had anything are left out.
pub fn look_each(tx: &mut Tx<'_>, cell: &Cell, shares: &[Share]) -> Result<Vec<Share>> {
    if shares.is_empty() {
        return Ok(Vec::new());
    }
    let sql = tx.pick(&LOOK_EACH);
    tx.all(
        sql,
        &[
            v(TENANT),
            v(&cell.scope),
            v(&cell.span),
            v(cell.starts_at.0),
            v(&json(shares)),
        ],
        |row| Ok((row.text(0)?, row.int(1)?)),
    )
}

/// `[["r:…",2],…]`. Parts are hashes and digits: nothing in them is escaped in JSON.
fn json(shares: &[Share]) -> String {
    let mut text = String::with_capacity(shares.len() * 44 + 2);
    text.push('[');
    for (position, (subject, messages)) in shares.iter().enumerate() {
        if position > 0 {
            text.push(',');
        }
        text.push_str("[\"");
        text.extend(
            subject
                .chars()
                .filter(|c| !matches!(c, '"' | '\\') && !c.is_control()),
        );
        text.push_str("\",");
        text.push_str(&messages.to_string());
        text.push(']');
    }
    text.push(']');
    text
}

/// Forgets windows that ended before `before`, at most `limit` rows; gives how many.
pub fn sweep(tx: &mut Tx<'_>, before: UnixMicros, limit: i64) -> Result<u64> {
    tx.execute(
        "DELETE FROM usage WHERE (tenant_id, scope, span, starts_at, subject) IN
            (SELECT tenant_id, scope, span, starts_at, subject FROM usage WHERE ends_at < $1 ORDER BY ends_at LIMIT $2)",
        &[v(before.0), v(limit)],
    )
}
