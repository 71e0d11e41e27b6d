//! What was sent within limits. Everything together has a row for each window; a part (one recipient, one prefix) has one row for a month,
//! which also says what of it belongs to its latest day and hour: a batch of a thousand touches a thousand rows and one tree. Adding tells
//! what there is afterwards: whoever finds that it is too much takes it back in the same unit, and nobody has seen it. Everything together is
//! added to first; that keeps two writers of one holder apart.

use postern_domain::time::UnixMicros;

use crate::dialect::Pair;
use crate::settings::TENANT;
use crate::{Result, Row, Tx, v};

/// From `starts_at` up to but not including `ends_at`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    pub starts_at: UnixMicros,
    pub ends_at: UnixMicros,
}

/// The windows of one holder of limits at one moment: the hour lies in the day, the day in the month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// `key:` and its id, and the like.
    pub scope: String,
    pub hour: Window,
    pub day: Window,
    pub month: Window,
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

/// One of hour, day and month each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Each<T> {
    pub hour: T,
    pub day: T,
    pub month: T,
}

const HOUR: &str = "hour";
const DAY: &str = "day";
const MONTH: &str = "month";

/// Three rows of a span and an amount.
fn each(rows: Vec<(String, Amount)>) -> Each<Amount> {
    let of = |span| {
        let row = rows.iter().find(|(name, _)| name == span);
        row.map(|(_, amount)| *amount).unwrap_or_default()
    };
    Each {
        hour: of(HOUR),
        day: of(DAY),
        month: of(MONTH),
    }
}

fn amount(row: &Row<'_>) -> Result<(String, Amount)> {
    let amount = Amount {
        messages: row.int(1)?,
        segments: row.int(2)?,
        micros: row.int(3)?,
        recipients: row.int(4)?,
    };
    Ok((row.text(0)?, amount))
}

/// Adds to everything together; gives what there is with it. Messages, segments and money are the same in every window, recipients
/// are not: whoever is new in the hour may be known in the day.
pub fn add(
    tx: &mut Tx<'_>,
    cell: &Cell,
    more: Amount,
    recipients: Each<i64>,
) -> Result<Each<Amount>> {
    let rows = tx.all(
        "INSERT INTO usage_windows (tenant_id, scope, span, starts_at, ends_at, messages, segments, micros, recipients)
         VALUES ($1, $2, 'hour', $3, $4, $9, $10, $11, $12),
                ($1, $2, 'day', $5, $6, $9, $10, $11, $13),
                ($1, $2, 'month', $7, $8, $9, $10, $11, $14)
         ON CONFLICT (tenant_id, scope, span, starts_at) DO UPDATE SET
            messages = usage_windows.messages + excluded.messages, segments = usage_windows.segments + excluded.segments,
            micros = usage_windows.micros + excluded.micros, recipients = usage_windows.recipients + excluded.recipients
         RETURNING span, messages, segments, micros, recipients",
        &[
            v(TENANT),
            v(&cell.scope),
            v(cell.hour.starts_at.0),
            v(cell.hour.ends_at.0),
            v(cell.day.starts_at.0),
            v(cell.day.ends_at.0),
            v(cell.month.starts_at.0),
            v(cell.month.ends_at.0),
            v(more.messages),
            v(more.segments),
            v(more.micros),
            v(recipients.hour),
            v(recipients.day),
            v(recipients.month),
        ],
        amount,
    )?;
    Ok(each(rows))
}

/// Everything together.
pub fn look(tx: &mut Tx<'_>, cell: &Cell) -> Result<Each<Amount>> {
    let rows = tx.all(
        "SELECT span, messages, segments, micros, recipients FROM usage_windows
         WHERE tenant_id = $1 AND scope = $2 AND (span = 'hour' AND starts_at = $3 OR span = 'day' AND starts_at = $4
            OR span = 'month' AND starts_at = $5)",
        &[
            v(TENANT),
            v(&cell.scope),
            v(cell.hour.starts_at.0),
            v(cell.day.starts_at.0),
            v(cell.month.starts_at.0),
        ],
        amount,
    )?;
    Ok(each(rows))
}

/// What a part has in each window; `None`: the row stands in a later window already, so nobody knows what the one that was asked for has.
pub type Told = Each<Option<i64>>;

const ADD_EACH: Pair = Pair {
    sqlite: "INSERT INTO usage_parts (tenant_id, month_at, subject, day_at, hour_at, of_month, of_day, of_hour)
             SELECT $1, $2, e.value, $3, $4, $5, $5, $5 FROM json_each($6) AS e WHERE TRUE
             ON CONFLICT (tenant_id, month_at, subject) DO UPDATE SET
                of_month = of_month + excluded.of_month,
                of_day = CASE WHEN excluded.day_at > day_at THEN 0 ELSE of_day END
                       + CASE WHEN excluded.day_at < day_at THEN 0 ELSE excluded.of_day END,
                of_hour = CASE WHEN excluded.hour_at > hour_at THEN 0 ELSE of_hour END
                        + CASE WHEN excluded.hour_at < hour_at THEN 0 ELSE excluded.of_hour END,
                day_at = max(day_at, excluded.day_at), hour_at = max(hour_at, excluded.hour_at)
             RETURNING subject, day_at, hour_at, of_month, of_day, of_hour",
    postgres: "INSERT INTO usage_parts AS p (tenant_id, month_at, subject, day_at, hour_at, of_month, of_day, of_hour)
               SELECT $1, $2, e.value, $3, $4, $5, $5, $5
               FROM jsonb_array_elements_text(CAST(CAST($6 AS TEXT) AS JSONB)) AS e(value)
               ON CONFLICT (tenant_id, month_at, subject) DO UPDATE SET
                  of_month = p.of_month + excluded.of_month,
                  of_day = CASE WHEN excluded.day_at > p.day_at THEN 0 ELSE p.of_day END
                         + CASE WHEN excluded.day_at < p.day_at THEN 0 ELSE excluded.of_day END,
                  of_hour = CASE WHEN excluded.hour_at > p.hour_at THEN 0 ELSE p.of_hour END
                          + CASE WHEN excluded.hour_at < p.hour_at THEN 0 ELSE excluded.of_hour END,
                  day_at = GREATEST(p.day_at, excluded.day_at), hour_at = GREATEST(p.hour_at, excluded.hour_at)
               RETURNING subject, day_at, hour_at, of_month, of_day, of_hour",
};

/// Adds `messages` to each of its parts; gives what they have with it, in no order. No part may stand there twice. A part's subject is
/// letters and digits, and belongs to one holder.
pub fn add_each(
    tx: &mut Tx<'_>,
    cell: &Cell,
    messages: i64,
    subjects: &[String],
) -> Result<Vec<(String, Told)>> {
    if subjects.is_empty() {
        return Ok(Vec::new());
    }
    let sql = tx.pick(&ADD_EACH);
    let subjects = json(subjects);
    let params = [
        v(TENANT),
        v(cell.month.starts_at.0),
        v(cell.day.starts_at.0),
        v(cell.hour.starts_at.0),
        v(messages),
        v(&subjects),
    ];
    tx.all(sql, &params, |row| told(row, cell))
}

const LOOK_EACH: Pair = Pair {
    sqlite: "SELECT subject, day_at, hour_at, of_month, of_day, of_hour FROM usage_parts
             WHERE tenant_id = $1 AND month_at = $2 AND subject IN (SELECT e.value FROM json_each($3) AS e)",
    postgres: "SELECT subject, day_at, hour_at, of_month, of_day, of_hour FROM usage_parts
               WHERE tenant_id = $1 AND month_at = $2
                 AND subject IN (SELECT jsonb_array_elements_text(CAST(CAST($3 AS TEXT) AS JSONB)))",
};

/// What its parts have, in no order; those that had nothing this month are left out.
pub fn look_each(tx: &mut Tx<'_>, cell: &Cell, subjects: &[String]) -> Result<Vec<(String, Told)>> {
    if subjects.is_empty() {
        return Ok(Vec::new());
    }
    let sql = tx.pick(&LOOK_EACH);
    let subjects = json(subjects);
    let params = [v(TENANT), v(cell.month.starts_at.0), v(&subjects)];
    tx.all(sql, &params, |row| told(row, cell))
}

fn told(row: &Row<'_>, cell: &Cell) -> Result<(String, Told)> {
    let within = |at: i64, window: &Window, has: i64| match at.cmp(&window.starts_at.0) {
        std::cmp::Ordering::Less => Some(0),
        std::cmp::Ordering::Equal => Some(has),
        std::cmp::Ordering::Greater => None,
    };
    let told = Each {
        hour: within(row.int(2)?, &cell.hour, row.int(5)?),
        day: within(row.int(1)?, &cell.day, row.int(4)?),
        month: Some(row.int(3)?),
    };
    Ok((row.text(0)?, told))
}

/// `["…","…"]`. Letters and digits: nothing in them is escaped in JSON.
fn json(subjects: &[String]) -> String {
    let mut text = String::with_capacity(subjects.len() * 24 + 2);
    for subject in subjects {
        text.push_str(if text.is_empty() { "[\"" } else { ",\"" });
        text.extend(subject.chars().filter(char::is_ascii_alphanumeric));
        text.push('"');
    }
    text.push(']');
    text
}

/// Forgets windows that ended before `before`, and parts of months that began before `months_before`; at most `limit` rows of each.
/// Gives how many.
pub fn sweep(
    tx: &mut Tx<'_>,
    before: UnixMicros,
    months_before: UnixMicros,
    limit: i64,
) -> Result<u64> {
    let windows = tx.execute(
        "DELETE FROM usage_windows WHERE (tenant_id, scope, span, starts_at) IN
            (SELECT tenant_id, scope, span, starts_at FROM usage_windows WHERE ends_at < $1 ORDER BY ends_at LIMIT $2)",
        &[v(before.0), v(limit)],
    )?;
    let parts = tx.execute(
        "DELETE FROM usage_parts WHERE (tenant_id, month_at, subject) IN
            (SELECT tenant_id, month_at, subject FROM usage_parts WHERE tenant_id = $1 AND month_at < $2
             ORDER BY month_at, subject LIMIT $3)",
        &[v(TENANT), v(months_before.0), v(limit)],
    )?;
    Ok(windows + parts)
}
