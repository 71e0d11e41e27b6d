//! Searches by one state or one sender, whose matches are known block by block: the total is a sum, and a page reads only the blocks it lies
//! in.

use postern_domain::account::AccountId;
use postern_domain::message::Status;

use super::blocks::{BLOCK, block, first_of, last_of};
use super::history::{self, History, Range};
use super::numbering;
use super::search::{Combine, Order, Search};
use crate::{Result, Tx, v};

/// What the blocks know.
#[derive(Copy, Clone, Debug)]
enum By<'s> {
    Status(&'s [Status]),
    Sender(&'s str),
}

/// A stretch of numbers and how many of them match.
#[derive(Copy, Clone, Debug)]
struct Stretch {
    range: Range,
    matches: i64,
}

/// Whether [`page`] answers this search.
pub(super) fn answers(search: &Search) -> bool {
    by(search).is_some()
}

fn by(search: &Search) -> Option<By<'_>> {
    let plain = search.combine == Combine::And
        && search.order == Order::Date
        && search.recipient.is_none()
        && search.custom_string.is_none()
        && search.message_id.is_none()
        && search.owner.is_none();
    match (&search.status, &search.sender) {
        (Some(states), None) if plain => Some(By::Status(states)),
        (None, Some(sender)) if plain => Some(By::Sender(sender)),
        _ => None,
    }
}

/// `None`: this search is another one's.
pub(super) fn page(
    tx: &mut Tx<'_>,
    account: AccountId,
    range: Range,
    search: &Search,
) -> Result<Option<History>> {
    let Some(by) = by(search) else {
        return Ok(None);
    };
    let newest = numbering::newest(tx, account, search.channel)?;
    let mut stretches = stretches(tx, account, range, newest, search, by)?;
    let total = stretches.iter().map(|stretch| stretch.matches).sum();
    if search.descending {
        stretches.reverse();
    }
    let (mut skip, mut rows) = (search.skip, Vec::new());
    for stretch in stretches {
        let missing = search.limit - rows.len() as i64;
        if missing <= 0 {
            break;
        }
        if skip >= stretch.matches {
            skip -= stretch.matches;
            continue;
        }
        let part = Search {
            skip,
            limit: missing,
            ..search.clone()
        };
        rows.extend(history::rows(tx, account, stretch.range, &part)?);
        skip = 0;
    }
    Ok(Some(History { total, rows }))
}

/// The range in ascending stretches: whole blocks with what is known about them, and what is left at both ends, counted.
fn stretches(
    tx: &mut Tx<'_>,
    account: AccountId,
    range: Range,
    newest: i64,
    search: &Search,
    by: By<'_>,
) -> Result<Vec<Stretch>> {
    if range.low > range.high {
        return Ok(Vec::new());
    }
    let first = block(range.low + BLOCK - 1);
    // States are counted in the last block too, while it fills; senders are not.
    let end = match by {
        By::Status(_) if range.high == newest => block(range.high) + 1,
        _ => block(range.high + 1),
    };
    if first >= end {
        return Ok(vec![counted(tx, account, range, search)?]);
    }
    let mut stretches = Vec::new();
    if range.low < first_of(first) {
        let before = Range {
            low: range.low,
            high: first_of(first) - 1,
        };
        stretches.push(counted(tx, account, before, search)?);
    }
    stretches.extend(blocks(tx, account, first, end, newest, by)?);
    if last_of(end - 1) < range.high {
        let after = Range {
            low: first_of(end),
            high: range.high,
        };
        stretches.push(counted(tx, account, after, search)?);
    }
    Ok(stretches)
}

fn counted(tx: &mut Tx<'_>, account: AccountId, range: Range, search: &Search) -> Result<Stretch> {
    Ok(Stretch {
        range,
        matches: history::count(tx, account, range, search)?,
    })
}

/// The blocks from `first` up to and without `end` that have a match.
fn blocks(
    tx: &mut Tx<'_>,
    account: AccountId,
    first: i64,
    end: i64,
    newest: i64,
    by: By<'_>,
) -> Result<Vec<Stretch>> {
    let range = |block: i64| Range {
        low: first_of(block),
        high: last_of(block).min(newest),
    };
    let states = match by {
        By::Sender(sender) => {
            return tx.all(
                "SELECT block, count FROM message_senders
                 WHERE account_id = $1 AND sender = lower($2) AND block >= $3 AND block < $4 ORDER BY block",
                &[v(account.0), v(sender), v(first), v(end)],
                |row| {
                    Ok(Stretch {
                        range: range(row.int(0)?),
                        matches: row.int(1)?,
                    })
                },
            );
        }
        By::Status(states) => states,
    };
    // What is queued is not counted but what is left: then the others are.
    let rest = states.contains(&Status::Queued);
    let mut found = vec![0; usize::try_from(end - first).unwrap_or_default()];
    for status in Status::ALL {
        if *status == Status::Queued || states.contains(status) == rest {
            continue;
        }
        let counts = tx.all(
            "SELECT block, count FROM message_states WHERE account_id = $1 AND status = $2 AND block >= $3 AND block < $4 ORDER BY block",
            &[v(account.0), v(status.code()), v(first), v(end)],
            |row| Ok((row.int(0)?, row.int(1)?)),
        )?;
        for (block, count) in counts {
            if let Some(slot) = usize::try_from(block - first)
                .ok()
                .and_then(|place| found.get_mut(place))
            {
                *slot += count;
            }
        }
    }
    let stretches = (first..end).zip(found).map(|(block, count)| {
        let range = range(block);
        let matches = match rest {
            true => range.high - range.low + 1 - count,
            false => count,
        };
        Stretch { range, matches }
    });
    Ok(stretches.filter(|stretch| stretch.matches > 0).collect())
}
