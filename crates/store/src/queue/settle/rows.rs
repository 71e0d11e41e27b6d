//! The rows of the queue that a claim held: given back for a later look, or removed.

use std::collections::HashSet;

use postern_domain::account::AccountId;
use postern_domain::time::UnixMicros;

use super::Settlement;
use crate::dialect::{Each, Kind};
use crate::queue::Lease;
use crate::{Result, Tx, v};

static MOVE: Each = Each {
    one: "UPDATE queue SET due_at = $5, phase = $6, claim = 0, claims = $8, deferrals = deferrals + $7
          WHERE due_at = $1 AND account_id = $2 AND seq = $3 AND claim = $4 RETURNING seq",
    many: "UPDATE queue q SET due_at = u.due_at, phase = u.phase, claim = 0, claims = u.claims, deferrals = q.deferrals + u.deferrals
           FROM UNNEST($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[])
                AS u(lease, account_id, seq, claim, due_at, phase, deferrals, claims)
           WHERE q.due_at = u.lease AND q.account_id = u.account_id AND q.seq = u.seq AND q.claim = u.claim RETURNING q.seq",
    columns: &[
        ("lease", Kind::Int),
        ("account_id", Kind::Int),
        ("seq", Kind::Int),
        ("claim", Kind::Int),
        ("due_at", Kind::Int),
        ("phase", Kind::Int),
        ("deferrals", Kind::Int),
        ("claims", Kind::Int),
    ],
};

static REMOVE: Each = Each {
    one: "DELETE FROM queue WHERE due_at = $1 AND account_id = $2 AND seq = $3 AND claim = $4 RETURNING seq",
    many: "DELETE FROM queue q USING UNNEST($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[]) AS u(lease, account_id, seq, claim)
           WHERE q.due_at = u.lease AND q.account_id = u.account_id AND q.seq = u.seq AND q.claim = u.claim RETURNING q.seq",
    columns: &[
        ("lease", Kind::Int),
        ("account_id", Kind::Int),
        ("seq", Kind::Int),
        ("claim", Kind::Int),
    ],
};

static FOLLOW: Each = Each {
    one: "UPDATE messages SET due_at = $3 WHERE account_id = $1 AND seq = $2 RETURNING seq",
    many: "UPDATE messages m SET due_at = u.due_at FROM UNNEST($1::bigint[], $2::bigint[], $3::bigint[]) AS u(account_id, seq, due_at)
           WHERE m.account_id = u.account_id AND m.seq = u.seq RETURNING m.seq",
    columns: &[
        ("account_id", Kind::Int),
        ("seq", Kind::Int),
        ("due_at", Kind::Int),
    ],
};

/// When the row is looked at again, in which phase, and whether that is a deferral; `None`: never.
fn again(settlement: &Settlement) -> Option<(UnixMicros, i64, i64)> {
    match settlement {
        Settlement::Accepted { ask_at, .. }
        | Settlement::Doubted { ask_at, .. }
        | Settlement::Waiting { ask_at } => Some((*ask_at, 1, 0)),
        Settlement::Deferred { due_at } => Some((*due_at, 0, 1)),
        Settlement::Withheld { due_at, .. } => Some((*due_at, 0, 0)),
        Settlement::Reported { event, ask_at, .. } if !event.target().is_final() => {
            Some((*ask_at, 1, 0))
        }
        Settlement::Refused { .. } | Settlement::Expired | Settlement::Reported { .. } => None,
    }
}

/// Answers the numbers of the rows that were still held: the others' lease was lost, and somebody else decides about them.
pub(super) fn give_back(
    tx: &mut Tx<'_>,
    account: AccountId,
    settled: &[(i64, Lease, Settlement)],
) -> Result<HashSet<i64>> {
    let rows: Vec<_> = settled
        .iter()
        .filter_map(|(seq, lease, settlement)| {
            let (due_at, phase, deferrals) = again(settlement)?;
            let claims = match settlement {
                Settlement::Withheld { claims, .. } => *claims,
                _ => 0,
            };
            Some(vec![
                v(lease.until.0),
                v(account.0),
                v(*seq),
                v(lease.claim),
                v(due_at.0),
                v(phase),
                v(deferrals),
                v(claims),
            ])
        })
        .collect();
    Ok(tx
        .each(&MOVE, &rows, |row| row.int(0))?
        .into_iter()
        .collect())
}

pub(super) fn remove(
    tx: &mut Tx<'_>,
    account: AccountId,
    settled: &[(i64, Lease, Settlement)],
) -> Result<()> {
    let rows: Vec<_> = settled
        .iter()
        .filter(|(_, _, settlement)| again(settlement).is_none())
        .map(|(seq, lease, _)| vec![v(lease.until.0), v(account.0), v(*seq), v(lease.claim)])
        .collect();
    tx.each(&REMOVE, &rows, |_| Ok(()))?;
    Ok(())
}

/// Keeps the messages' notes of where their rows are. Those that were just handed over are noted with their new state.
pub(super) fn follow(
    tx: &mut Tx<'_>,
    account: AccountId,
    settled: &[(i64, Lease, Settlement)],
    held: &HashSet<i64>,
) -> Result<()> {
    let rows: Vec<_> = settled
        .iter()
        .filter(|(seq, _, settlement)| {
            held.contains(seq)
                && !matches!(
                    settlement,
                    Settlement::Accepted { .. } | Settlement::Doubted { .. }
                )
        })
        .filter_map(|(seq, _, settlement)| {
            let (due_at, _, _) = again(settlement)?;
            Some(vec![v(account.0), v(*seq), v(due_at.0)])
        })
        .collect();
    tx.each(&FOLLOW, &rows, |_| Ok(()))?;
    Ok(())
}
