//! Calls to addresses outside that say that something happened: kept until they arrive or are given up.

use postern_domain::time::UnixMicros;

use crate::settings::TENANT;
use crate::{Result, Tx, v};

/// An address that never answers must not fill the disk.
const WAITING_MAX: i64 = 10_000;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Time-ordered; also the id that receivers tell repeats by.
    pub notice_id: String,
    pub url: String,
    /// JSON, as it is signed and sent.
    pub payload: String,
    /// Before the next one.
    pub tries: i64,
    pub due_at: UnixMicros,
}

/// `false`: too many wait, and this one is dropped.
pub fn add(tx: &mut Tx<'_>, notice: &Notice) -> Result<bool> {
    let waiting = tx.one("SELECT count(*) FROM notices", &[], |row| row.int(0))?;
    if waiting >= WAITING_MAX {
        return Ok(false);
    }
    tx.execute(
        "INSERT INTO notices (tenant_id, notice_id, url, payload, tries, due_at) VALUES ($1, $2, $3, $4, $5, $6)",
        &[
            v(TENANT),
            v(&notice.notice_id),
            v(&notice.url),
            v(&notice.payload),
            v(notice.tries),
            v(notice.due_at.0),
        ],
    )?;
    Ok(true)
}

/// Takes what is due until `until`: whoever fails to say how it went sees it again then.
pub fn claim(
    tx: &mut Tx<'_>,
    now: UnixMicros,
    until: UnixMicros,
    limit: i64,
) -> Result<Vec<Notice>> {
    let due = tx.all(
        "SELECT notice_id, url, payload, tries, due_at FROM notices WHERE due_at <= $1 ORDER BY due_at, notice_id LIMIT $2",
        &[v(now.0), v(limit)],
        |row| {
            Ok(Notice {
                notice_id: row.text(0)?,
                url: row.text(1)?,
                payload: row.text(2)?,
                tries: row.int(3)?,
                due_at: UnixMicros(row.int(4)?),
            })
        },
    )?;
    for notice in &due {
        put_off(tx, &notice.notice_id, until)?;
    }
    Ok(due)
}

/// The next try is then; claiming counted the last one.
pub fn again(tx: &mut Tx<'_>, notice_id: &str, due_at: UnixMicros) -> Result<()> {
    tx.execute(
        "UPDATE notices SET due_at = $2 WHERE notice_id = $1",
        &[v(notice_id), v(due_at.0)],
    )?;
    Ok(())
}

fn put_off(tx: &mut Tx<'_>, notice_id: &str, due_at: UnixMicros) -> Result<()> {
    tx.execute(
        "UPDATE notices SET due_at = $2, tries = tries + 1 WHERE notice_id = $1",
        &[v(notice_id), v(due_at.0)],
    )?;
    Ok(())
}

/// It arrived, or is given up.
pub fn done(tx: &mut Tx<'_>, notice_id: &str) -> Result<()> {
    tx.execute("DELETE FROM notices WHERE notice_id = $1", &[v(notice_id)])?;
    Ok(())
}

/// When the next one is due; `None`: nothing waits.
pub fn next_due(tx: &mut Tx<'_>) -> Result<Option<UnixMicros>> {
    tx.opt(
        "SELECT due_at FROM notices ORDER BY due_at, notice_id LIMIT 1",
        &[],
        |row| row.int(0).map(UnixMicros),
    )
}
