//! Settling: what a claim's holder found out, written back. The row is given back first; whoever lost its lease meanwhile still reports
//! what it knows about the message, but no longer decides when it is looked at again.

use postern_domain::account::AccountId;
use postern_domain::message::{Event, Status};
use postern_domain::receipt::Cause;
use postern_domain::time::UnixMicros;
use postern_domain::voice::Heard;

use super::Lease;
use crate::conversations;
use crate::messages::{Change, MessageKey, advance};
use crate::receipts::{self, Arrival};
use crate::{Error, Result, Tx, v};

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

/// Settles claimed messages of one account, in the order of their keys.
pub fn settle(
    tx: &mut Tx<'_>,
    account: AccountId,
    settled: &[(i64, Lease, Settlement)],
    now: UnixMicros,
) -> Result<()> {
    let mut arrivals = Vec::new();
    for (seq, lease, settlement) in settled {
        let key = MessageKey { account, seq: *seq };
        match settlement {
            Settlement::Accepted { carrier, ask_at } => {
                handed_over(tx, key, lease, Event::Accepted, carrier, *ask_at, now)?;
            }
            Settlement::Doubted { carrier, ask_at } => {
                handed_over(tx, key, lease, Event::Doubted, carrier, *ask_at, now)?;
            }
            Settlement::Deferred { due_at } => defer(tx, key, lease, *due_at)?,
            Settlement::Waiting { ask_at } => wait(tx, key, lease, *ask_at)?,
            Settlement::Refused { cause } => {
                remove(tx, key, lease)?;
                arrivals.push(Arrival::new(*seq, Event::Refused, Some(*cause), now));
            }
            Settlement::Expired => {
                remove(tx, key, lease)?;
                let cause = Some(Cause::ReceiptExpired);
                arrivals.push(Arrival::new(*seq, Event::Expired, cause, now));
            }
            Settlement::Reported {
                event,
                cause,
                ask_at,
                heard,
            } => {
                if event.target().is_final() {
                    remove(tx, key, lease)?;
                } else {
                    wait(tx, key, lease, *ask_at)?;
                }
                arrivals.push(Arrival {
                    heard: heard.clone(),
                    ..Arrival::new(*seq, *event, *cause, now)
                });
            }
        }
    }
    receipts::record(tx, account, &arrivals, now)?;
    Ok(())
}

fn handed_over(
    tx: &mut Tx<'_>,
    key: MessageKey,
    lease: &Lease,
    event: Event,
    carrier: &str,
    ask_at: UnixMicros,
    now: UnixMicros,
) -> Result<()> {
    let held = move_to(tx, key, lease, ask_at, 1, 0)?;
    let change = Change {
        sent_at: Some(now),
        carrier: Some(carrier),
        due_at: held.then_some(ask_at),
        ..Change::default()
    };
    if advance(tx, key, event, &change, now)? {
        return conversations::note(tx, key);
    }
    if !held {
        return Ok(());
    }
    // A receipt overtook the carrier's answer.
    let status = tx.one(
        "UPDATE messages SET sent_at = COALESCE(sent_at, $3), carrier = $4, due_at = $5 WHERE account_id = $1 AND seq = $2 RETURNING status",
        &[
            v(key.account.0),
            v(key.seq),
            v(now.0),
            v(carrier),
            v(ask_at.0),
        ],
        |row| row.int(0),
    )?;
    let status = Status::from_code(status).ok_or_else(|| Error::Inconsistent {
        table: "messages",
        id: format!("{}/{}", key.account.0, key.seq),
    })?;
    if status.is_final() {
        tx.execute(
            "DELETE FROM queue WHERE due_at = $1 AND account_id = $2 AND seq = $3",
            &[v(ask_at.0), v(key.account.0), v(key.seq)],
        )?;
    }
    Ok(())
}

fn defer(tx: &mut Tx<'_>, key: MessageKey, lease: &Lease, due_at: UnixMicros) -> Result<()> {
    if move_to(tx, key, lease, due_at, 0, 1)? {
        follow(tx, key, due_at)?;
    }
    Ok(())
}

fn wait(tx: &mut Tx<'_>, key: MessageKey, lease: &Lease, ask_at: UnixMicros) -> Result<()> {
    if move_to(tx, key, lease, ask_at, 1, 0)? {
        follow(tx, key, ask_at)?;
    }
    Ok(())
}

/// Gives the row back. `false`: the lease was lost and somebody else holds the row.
fn move_to(
    tx: &mut Tx<'_>,
    key: MessageKey,
    lease: &Lease,
    due_at: UnixMicros,
    phase: i64,
    deferrals: i64,
) -> Result<bool> {
    let moved = tx.execute(
        "UPDATE queue SET due_at = $5, phase = $6, claim = 0, claims = 0, deferrals = deferrals + $7
         WHERE due_at = $1 AND account_id = $2 AND seq = $3 AND claim = $4",
        &[
            v(lease.until.0),
            v(key.account.0),
            v(key.seq),
            v(lease.claim),
            v(due_at.0),
            v(phase),
            v(deferrals),
        ],
    )?;
    Ok(moved == 1)
}

/// Keeps the message's note of where its row is.
fn follow(tx: &mut Tx<'_>, key: MessageKey, due_at: UnixMicros) -> Result<()> {
    tx.execute(
        "UPDATE messages SET due_at = $3 WHERE account_id = $1 AND seq = $2",
        &[v(key.account.0), v(key.seq), v(due_at.0)],
    )?;
    Ok(())
}

fn remove(tx: &mut Tx<'_>, key: MessageKey, lease: &Lease) -> Result<()> {
    tx.execute(
        "DELETE FROM queue WHERE due_at = $1 AND account_id = $2 AND seq = $3 AND claim = $4",
        &[
            v(lease.until.0),
            v(key.account.0),
            v(key.seq),
            v(lease.claim),
        ],
    )?;
    Ok(())
}
