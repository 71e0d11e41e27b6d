//! Settling: what a claim's holder found out, written back. The row is given back first; whoever lost its lease meanwhile still reports
//! what it knows about the message, but no longer decides when it is looked at again.

mod deferrals;
mod rows;

use std::collections::{HashMap, HashSet};

use postern_domain::account::AccountId;
use postern_domain::message::{Event, Status};
use postern_domain::receipt::Cause;
use postern_domain::time::UnixMicros;
use postern_domain::voice::Heard;

use super::Lease;
use crate::conversations;
use crate::dialect::{Each, Kind};
use crate::messages::{Change, Step, advance};
use crate::receipts::{self, Arrival};
use crate::{Error, Result, Tx, v};

pub use deferrals::{Deferrals, deferrals};

/// What became of a claimed message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Settlement {
    /// The carrier took it; look for a receipt at `ask_at`.
    Accepted {
        carrier: &'static str,
        ask_at: UnixMicros,
    },
    /// Nobody can know whether the carrier took it; a receipt would tell.
    Doubted {
        carrier: &'static str,
        ask_at: UnixMicros,
    },
    /// The carrier certainly did not take it; again at `due_at`.
    Deferred { due_at: UnixMicros },
    /// No carrier was asked, since somebody froze it meanwhile: back to the queue, where the next claim puts it aside. `claims`: those
    /// before this one.
    Withheld { due_at: UnixMicros, claims: i64 },
    /// The carrier refused it for good.
    Refused { cause: Cause },
    /// The carrier was asked and reported; `ask_at` counts if that is not final.
    Reported {
        event: Event,
        cause: Option<Cause>,
        ask_at: UnixMicros,
        /// Of calls.
        heard: Heard,
    },
    /// The carrier was asked and knows nothing yet.
    Waiting { ask_at: UnixMicros },
    /// Too long without a receipt.
    Expired,
}

/// Settles claimed messages of one account, each of them once. A handful of statements, however many messages they are.
pub fn settle(
    tx: &mut Tx<'_>,
    account: AccountId,
    settled: &[(i64, Lease, Settlement)],
    now: UnixMicros,
) -> Result<()> {
    let held = rows::give_back(tx, account, settled)?;
    rows::remove(tx, account, settled)?;
    rows::follow(tx, account, settled, &held)?;
    deferrals::note(tx, account, settled, now)?;
    hand_over(tx, account, settled, &held, now)?;
    let arrivals: Vec<Arrival> = settled
        .iter()
        .filter_map(|(seq, _, settlement)| arrival(*seq, settlement, now))
        .collect();
    receipts::record(tx, account, &arrivals, now)?;
    Ok(())
}

/// What a settlement says about the message beside the carrier's having taken it.
fn arrival(seq: i64, settlement: &Settlement, now: UnixMicros) -> Option<Arrival> {
    match settlement {
        Settlement::Refused { cause } => Some(Arrival::new(seq, Event::Refused, Some(*cause), now)),
        Settlement::Expired => {
            let cause = Some(Cause::ReceiptExpired);
            Some(Arrival::new(seq, Event::Expired, cause, now))
        }
        Settlement::Reported {
            event,
            cause,
            heard,
            ..
        } => Some(Arrival {
            heard: heard.clone(),
            ..Arrival::new(seq, *event, *cause, now)
        }),
        Settlement::Accepted { .. }
        | Settlement::Doubted { .. }
        | Settlement::Deferred { .. }
        | Settlement::Withheld { .. }
        | Settlement::Waiting { .. } => None,
    }
}

/// A message that a carrier took, or may have taken.
struct HandedOver {
    seq: i64,
    event: Event,
    carrier: &'static str,
    ask_at: UnixMicros,
    /// Whether the row was still ours, so that its place in the queue is ours to note.
    held: bool,
}

fn hand_over(
    tx: &mut Tx<'_>,
    account: AccountId,
    settled: &[(i64, Lease, Settlement)],
    held: &HashSet<i64>,
    now: UnixMicros,
) -> Result<()> {
    let handed: Vec<HandedOver> = settled
        .iter()
        .filter_map(|(seq, _, settlement)| {
            let (event, carrier, ask_at) = match settlement {
                Settlement::Accepted { carrier, ask_at } => (Event::Accepted, *carrier, *ask_at),
                Settlement::Doubted { carrier, ask_at } => (Event::Doubted, *carrier, *ask_at),
                _ => return None,
            };
            Some(HandedOver {
                seq: *seq,
                event,
                carrier,
                ask_at,
                held: held.contains(seq),
            })
        })
        .collect();
    let states = states(tx, account, handed.iter().map(|one| one.seq))?;
    let steps: Vec<Step<'_>> = handed
        .iter()
        .filter_map(|one| {
            Some(Step {
                seq: one.seq,
                from: *states.get(&one.seq)?,
                event: one.event,
                change: Change {
                    sent_at: Some(now),
                    carrier: Some(one.carrier),
                    due_at: one.held.then_some(one.ask_at),
                    ..Change::default()
                },
            })
        })
        .collect();
    let moved = advance(tx, account, &steps, now)?;
    let taken = handed.iter().map(|one| one.seq);
    conversations::note(tx, account, taken.filter(|seq| moved.contains(seq)))?;
    for one in &handed {
        if one.held && !moved.contains(&one.seq) {
            overtaken(tx, account, one, now)?;
        }
    }
    Ok(())
}

/// A receipt overtook the carrier's answer.
fn overtaken(tx: &mut Tx<'_>, account: AccountId, one: &HandedOver, now: UnixMicros) -> Result<()> {
    let status = tx.one(
        "UPDATE messages SET sent_at = COALESCE(sent_at, $3), carrier = $4, due_at = $5 WHERE account_id = $1 AND seq = $2 RETURNING status",
        &[
            v(account.0),
            v(one.seq),
            v(now.0),
            v(one.carrier),
            v(one.ask_at.0),
        ],
        |row| row.int(0),
    )?;
    if status_of(account, one.seq, status)?.is_final() {
        tx.execute(
            "DELETE FROM queue WHERE due_at = $1 AND account_id = $2 AND seq = $3",
            &[v(one.ask_at.0), v(account.0), v(one.seq)],
        )?;
    }
    Ok(())
}

static STATES: Each = Each {
    one: "SELECT seq, status FROM messages WHERE account_id = $1 AND seq = $2",
    // Locked, so that nobody moves them between this statement and the one that does.
    many: "SELECT m.seq, m.status FROM UNNEST($1::bigint[], $2::bigint[]) AS u(account_id, seq)
           JOIN messages m ON m.account_id = u.account_id AND m.seq = u.seq FOR UPDATE OF m",
    columns: &[("account_id", Kind::Int), ("seq", Kind::Int)],
};

fn states(
    tx: &mut Tx<'_>,
    account: AccountId,
    seqs: impl Iterator<Item = i64>,
) -> Result<HashMap<i64, Status>> {
    let rows: Vec<_> = seqs.map(|seq| vec![v(account.0), v(seq)]).collect();
    let found = tx.each(&STATES, &rows, |row| {
        let seq = row.int(0)?;
        Ok((seq, status_of(account, seq, row.int(1)?)?))
    })?;
    Ok(found.into_iter().collect())
}

fn status_of(account: AccountId, seq: i64, code: i64) -> Result<Status> {
    Status::from_code(code).ok_or_else(|| Error::Inconsistent {
        table: "messages",
        id: format!("{}/{seq}", account.0),
    })
}
