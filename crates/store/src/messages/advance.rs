//! Moving messages to their next state: conditional on the state that was read, made from the domain's transition table, many at a time.

use std::collections::HashSet;

use postern_domain::account::AccountId;
use postern_domain::message::{Event, Status};
use postern_domain::receipt::Cause;
use postern_domain::time::UnixMicros;

use super::MessageKey;
use super::blocks::Changes;
use crate::dialect::{Each, Kind};
use crate::{Result, Tx, statistics, v};

/// What changes beside the status. `None` leaves a column as it is, but for the cause: that is the newest event's.
#[derive(Copy, Clone, Debug, Default)]
pub(crate) struct Change<'a> {
    pub cause: Option<Cause>,
    pub due_at: Option<UnixMicros>,
    pub sent_at: Option<UnixMicros>,
    pub carrier: Option<&'a str>,
    pub receipt_seq: Option<i64>,
}

/// One message and what happened to it.
#[derive(Copy, Clone, Debug)]
pub(crate) struct Step<'a> {
    pub seq: i64,
    /// As it was read in this unit.
    pub from: Status,
    pub event: Event,
    pub change: Change<'a>,
}

static ADVANCE: Each = Each {
    one: "UPDATE messages SET status = $4, cause = $5, status_at = $6, due_at = COALESCE($7, due_at), sent_at = COALESCE($8, sent_at),
                 carrier = COALESCE($9, carrier), receipt_seq = COALESCE($10, receipt_seq)
          WHERE account_id = $1 AND seq = $2 AND status = $3 RETURNING seq",
    many: "UPDATE messages m SET status = u.target, cause = u.cause, status_at = u.at, due_at = COALESCE(u.due_at, m.due_at),
                  sent_at = COALESCE(u.sent_at, m.sent_at), carrier = COALESCE(u.carrier, m.carrier),
                  receipt_seq = COALESCE(u.receipt_seq, m.receipt_seq)
           FROM UNNEST($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[],
                       $9::text[], $10::bigint[])
                AS u(account_id, seq, source, target, cause, at, due_at, sent_at, carrier, receipt_seq)
           WHERE m.account_id = u.account_id AND m.seq = u.seq AND m.status = u.source RETURNING m.seq",
    columns: &[
        ("account_id", Kind::Int),
        ("seq", Kind::Int),
        ("source", Kind::Int),
        ("target", Kind::Int),
        ("cause", Kind::Int),
        ("at", Kind::Int),
        ("due_at", Kind::Int),
        ("sent_at", Kind::Int),
        ("carrier", Kind::Text),
        ("receipt_seq", Kind::Int),
    ],
};

/// Applies events to messages of one account, each of them there once. Answers the numbers of those that moved: the event says nothing new
/// to the others, or they are in another state by now, and nothing of them has changed.
pub(crate) fn advance(
    tx: &mut Tx<'_>,
    account: AccountId,
    steps: &[Step<'_>],
    now: UnixMicros,
) -> Result<HashSet<i64>> {
    let rows: Vec<_> = steps
        .iter()
        .filter_map(|step| {
            let target = step.from.after(step.event)?;
            let change = &step.change;
            Some(vec![
                v(account.0),
                v(step.seq),
                v(step.from.code()),
                v(target.code()),
                v(change.cause.map(|c| i64::from(c.error_code()))),
                v(now.0),
                v(change.due_at.map(|t| t.0)),
                v(change.sent_at.map(|t| t.0)),
                v(change.carrier),
                v(change.receipt_seq),
            ])
        })
        .collect();
    let moved: HashSet<i64> = tx
        .each(&ADVANCE, &rows, |row| row.int(0))?
        .into_iter()
        .collect();
    let mut changes = Changes::default();
    for step in steps.iter().filter(|step| moved.contains(&step.seq)) {
        changes.moved(step.seq, Some(step.from), step.event.target());
        let key = MessageKey {
            account,
            seq: step.seq,
        };
        statistics::moved(tx, key, step.event.target())?;
    }
    changes.write(tx, account)?;
    Ok(moved)
}
