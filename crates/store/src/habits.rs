//! What a key usually does: messages by country and hour, kept for a month.

use postern_domain::time::UnixMicros;

use crate::settings::TENANT;
use crate::{Result, Tx, v};

/// Adds to an hour; gives what there is with it.
pub fn add(
    tx: &mut Tx<'_>,
    key_id: &str,
    country: &str,
    hour: UnixMicros,
    messages: i64,
) -> Result<i64> {
    tx.one(
        "INSERT INTO key_habits (tenant_id, key_id, country, hour_at, messages) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (key_id, hour_at, country) DO UPDATE SET messages = key_habits.messages + excluded.messages RETURNING messages",
        &[
            v(TENANT),
            v(key_id),
            v(country),
            v(hour.0),
            v(messages),
        ],
        |row| row.int(0),
    )
}

/// Whether the key sent to the country before `hour`, and whether it sent anywhere else.
pub fn knows(
    tx: &mut Tx<'_>,
    key_id: &str,
    country: &str,
    hour: UnixMicros,
) -> Result<(bool, bool)> {
    let here = tx.opt(
        "SELECT 1 FROM key_habits WHERE key_id = $1 AND country = $2 AND hour_at < $3 ORDER BY hour_at LIMIT 1",
        &[v(key_id), v(country), v(hour.0)],
        |_| Ok(()),
    )?;
    let elsewhere = tx.opt(
        "SELECT 1 FROM key_habits WHERE key_id = $1 AND country <> $2 ORDER BY hour_at LIMIT 1",
        &[v(key_id), v(country)],
        |_| Ok(()),
    )?;
    Ok((here.is_some(), elsewhere.is_some()))
}

/// Messages in the hour; and in how many hours from `since` until it how many.
pub fn compare(
    tx: &mut Tx<'_>,
    key_id: &str,
    hour: UnixMicros,
    since: UnixMicros,
) -> Result<(i64, i64, i64)> {
    tx.one(
        "SELECT CAST(COALESCE(sum(CASE WHEN hour_at = $2 THEN messages ELSE 0 END), 0) AS BIGINT),
                CAST(COALESCE(sum(CASE WHEN hour_at < $2 THEN messages ELSE 0 END), 0) AS BIGINT),
                count(DISTINCT CASE WHEN hour_at < $2 THEN hour_at END)
         FROM key_habits WHERE key_id = $1 AND hour_at >= $3 AND hour_at <= $2",
        &[v(key_id), v(hour.0), v(since.0)],
        |row| Ok((row.int(0)?, row.int(1)?, row.int(2)?)),
    )
}

/// Forgets hours before `before`, at most `limit` rows.
pub fn sweep(tx: &mut Tx<'_>, before: UnixMicros, limit: i64) -> Result<u64> {
    tx.execute(
        "DELETE FROM key_habits WHERE (key_id, hour_at, country) IN
            (SELECT key_id, hour_at, country FROM key_habits WHERE hour_at < $1 ORDER BY hour_at LIMIT $2)",
        &[v(before.0), v(limit)],
    )
}
