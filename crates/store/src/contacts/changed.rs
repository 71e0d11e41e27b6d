//! What changed in a list after an instant. Programs ask this to follow a list, so nearly everything or nearly nothing is found: the
//! smaller side is counted, and a page is reached from the nearer end.

use postern_domain::time::UnixMicros;

use super::find::{Found, Search};
use super::{Contact, columns, read};
use crate::{Result, Tx, v};

/// So many that did not change are looked at before those that did are counted.
const UNCHANGED_MAX: i64 = 10_000;

pub(super) fn page(
    tx: &mut Tx<'_>,
    list_id: i64,
    after: UnixMicros,
    search: &Search,
) -> Result<Found> {
    let total = total(tx, list_id, after)?;
    let end = total - search.skip;
    if end <= 0 {
        return Ok(Found {
            total,
            rows: Vec::new(),
        });
    }
    let limit = search.limit.min(end);
    let rows = match search.skip <= end - limit {
        true => stretch(tx, list_id, after, search.descending, search.skip, limit)?,
        false => {
            let mut rows = stretch(tx, list_id, after, !search.descending, end - limit, limit)?;
            rows.reverse();
            rows
        }
    };
    Ok(Found { total, rows })
}

fn total(tx: &mut Tx<'_>, list_id: i64, after: UnixMicros) -> Result<i64> {
    let unchanged = tx.one(
        "SELECT count(*) FROM (SELECT 1 FROM contacts WHERE list_id = $1 AND updated_at <= $2 LIMIT $3) looked_at",
        &[v(list_id), v(after.0), v(UNCHANGED_MAX)],
        |row| row.int(0),
    )?;
    if unchanged < UNCHANGED_MAX {
        let all = tx.one(
            "SELECT contacts FROM lists WHERE list_id = $1",
            &[v(list_id)],
            |row| row.int(0),
        )?;
        return Ok(all - unchanged);
    }
    tx.one(
        "SELECT count(*) FROM contacts WHERE list_id = $1 AND updated_at > $2",
        &[v(list_id), v(after.0)],
        |row| row.int(0),
    )
}

/// The numbers come from the index alone, rows only for the page.
fn stretch(
    tx: &mut Tx<'_>,
    list_id: i64,
    after: UnixMicros,
    descending: bool,
    skip: i64,
    limit: i64,
) -> Result<Vec<Contact>> {
    let sql = match descending {
        false => concat!("SELECT ", columns!(), " FROM contacts WHERE list_id = $1 AND contact_id IN (
            SELECT contact_id FROM contacts WHERE list_id = $1 AND updated_at > $2 ORDER BY updated_at, contact_id LIMIT $3 OFFSET $4)
            ORDER BY +updated_at, contact_id"),
        true => concat!("SELECT ", columns!(), " FROM contacts WHERE list_id = $1 AND contact_id IN (
            SELECT contact_id FROM contacts WHERE list_id = $1 AND updated_at > $2 ORDER BY updated_at DESC, contact_id DESC LIMIT $3 OFFSET $4)
            ORDER BY +updated_at DESC, contact_id DESC"),
    };
    tx.all(sql, &[v(list_id), v(after.0), v(limit), v(skip)], read)
}
