//! Pages of a list. Numbers of contacts have gaps, so each block of 1024 numbers is counted; page N is found by adding up the blocks
//! before it, which are a thousandth of the contacts.

use super::{Contact, columns, read};
use crate::settings::TENANT;
use crate::{Result, Tx, v};

/// Numbers in a block.
pub(crate) const BLOCK: i64 = 1024;

/// `limit` contacts after the first `skip` of a list with `total`, from its other end when `descending`.
pub fn page(
    tx: &mut Tx<'_>,
    list_id: i64,
    total: i64,
    descending: bool,
    skip: i64,
    limit: i64,
) -> Result<Vec<Contact>> {
    if skip >= total || limit <= 0 {
        return Ok(Vec::new());
    }
    if !descending {
        return ascending(tx, list_id, skip, limit);
    }
    let end = total - skip;
    let begin = (end - limit).max(0);
    let mut rows = ascending(tx, list_id, begin, end - begin)?;
    rows.reverse();
    Ok(rows)
}

fn ascending(tx: &mut Tx<'_>, list_id: i64, skip: i64, limit: i64) -> Result<Vec<Contact>> {
    let (block, before) = match skip < BLOCK {
        true => (0, 0),
        false => find(tx, list_id, skip)?,
    };
    tx.all(
        concat!(
            "SELECT ",
            columns!(),
            " FROM contacts WHERE list_id = $1 AND contact_id >= $2 ORDER BY contact_id LIMIT $3 OFFSET $4"
        ),
        &[
            v(list_id),
            v(block * BLOCK),
            v(limit),
            v(skip - before),
        ],
        read,
    )
}

/// The block in which the contact after the first `skip` is, and how many contacts are in the blocks before it.
fn find(tx: &mut Tx<'_>, list_id: i64, skip: i64) -> Result<(i64, i64)> {
    let found = tx.opt(
        "SELECT block, before FROM (
            SELECT block, CAST(sum(contacts) OVER (ORDER BY block) AS BIGINT) - contacts AS before FROM contact_blocks WHERE list_id = $1
         ) counted WHERE before <= $2 ORDER BY block DESC LIMIT 1",
        &[v(list_id), v(skip)],
        |row| Ok((row.int(0)?, row.int(1)?)),
    )?;
    Ok(found.unwrap_or((0, 0)))
}

/// Counts contacts with these numbers in (`change` 1) or out (-1). Ascending numbers make the fewest statements.
pub(crate) fn count(
    tx: &mut Tx<'_>,
    list_id: i64,
    numbers: impl IntoIterator<Item = i64>,
    change: i64,
) -> Result<()> {
    let mut numbers = numbers.into_iter().peekable();
    while let Some(number) = numbers.next() {
        let block = number / BLOCK;
        let mut contacts = change;
        while numbers.next_if(|n| n / BLOCK == block).is_some() {
            contacts += change;
        }
        tx.execute(
            "INSERT INTO contact_blocks (tenant_id, list_id, block, contacts) VALUES ($1, $2, $3, $4)
             ON CONFLICT (list_id, block) DO UPDATE SET contacts = contact_blocks.contacts + excluded.contacts",
            &[v(TENANT), v(list_id), v(block), v(contacts)],
        )?;
    }
    Ok(())
}
