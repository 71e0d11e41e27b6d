//! What a freeze holds: put aside when it comes due, counted for whoever wants to release it, given back to the queue.

use postern_domain::time::UnixMicros;

use super::Freeze;
use crate::dialect::{Each, Kind};
use crate::queue::{Claimed, Phase};
use crate::{Result, Tx, v};

/// Messages that a count looks at; beyond it the count says "at least".
pub const HELD_COUNTED_MAX: i64 = 10_000;

static ASIDE: Each = Each {
    // Whoever vanished with the message has left its claim behind: that must not be forgotten while it waits.
    one: "UPDATE queue SET due_at = $5, claim = 0, claims = claims - 1
          WHERE due_at = $1 AND account_id = $2 AND seq = $3 AND claim = $4 RETURNING seq",
    many: "UPDATE queue q SET due_at = u.due_at, claim = 0, claims = q.claims - 1
           FROM UNNEST($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[]) AS u(lease, account_id, seq, claim, due_at)
           WHERE q.due_at = u.lease AND q.account_id = u.account_id AND q.seq = u.seq AND q.claim = u.claim RETURNING q.seq",
    columns: &[
        ("lease", Kind::Int),
        ("account_id", Kind::Int),
        ("seq", Kind::Int),
        ("claim", Kind::Int),
        ("due_at", Kind::Int),
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

/// Puts claimed messages to the place of the freeze that holds each of them.
pub(crate) fn put_aside(tx: &mut Tx<'_>, held: &[(Claimed, i64)]) -> Result<()> {
    let rows: Vec<_> = held
        .iter()
        .map(|(message, place)| {
            vec![
                v(message.lease.until.0),
                v(message.key.account.0),
                v(message.key.seq),
                v(message.lease.claim),
                v(*place),
            ]
        })
        .collect();
    tx.each(&ASIDE, &rows, |_| Ok(()))?;
    let rows: Vec<_> = held
        .iter()
        .map(|(message, place)| {
            debug_assert_eq!(message.phase, Phase::Submit);
            vec![v(message.key.account.0), v(message.key.seq), v(*place)]
        })
        .collect();
    tx.each(&FOLLOW, &rows, |_| Ok(()))?;
    Ok(())
}

static BACK: Each = Each {
    one: "UPDATE queue SET due_at = $4 WHERE due_at = $1 AND account_id = $2 AND seq = $3 RETURNING seq",
    many: "UPDATE queue q SET due_at = u.due_at
           FROM UNNEST($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[]) AS u(place, account_id, seq, due_at)
           WHERE q.due_at = u.place AND q.account_id = u.account_id AND q.seq = u.seq RETURNING q.seq",
    columns: &[
        ("place", Kind::Int),
        ("account_id", Kind::Int),
        ("seq", Kind::Int),
        ("due_at", Kind::Int),
    ],
};

/// Makes up to `limit` messages that a released freeze still holds due now; a freeze that holds nothing more is forgotten.
pub(crate) fn release(tx: &mut Tx<'_>, freeze: &Freeze, now: UnixMicros, limit: i64) -> Result<()> {
    let waiting = tx.all(
        "SELECT account_id, seq FROM queue WHERE due_at = $1 ORDER BY account_id, seq LIMIT $2",
        &[v(freeze.place), v(limit)],
        |row| Ok((row.int(0)?, row.int(1)?)),
    )?;
    let rows: Vec<_> = waiting
        .iter()
        .map(|(account, seq)| vec![v(freeze.place), v(*account), v(*seq), v(now.0)])
        .collect();
    tx.each(&BACK, &rows, |_| Ok(()))?;
    let rows: Vec<_> = waiting
        .iter()
        .map(|(account, seq)| vec![v(*account), v(*seq), v(now.0)])
        .collect();
    tx.each(&FOLLOW, &rows, |_| Ok(()))?;
    if (waiting.len() as i64) < limit {
        tx.execute(
            "DELETE FROM freezes WHERE place = $1 AND released_at IS NOT NULL",
            &[v(freeze.place)],
        )?;
    }
    Ok(())
}

/// What would leave without the freeze.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// Whose time has come: they leave at once.
    pub late: i64,
    /// Whose time comes yet.
    pub scheduled: i64,
    /// Which would have been, or will be, the first to leave.
    pub earliest: Option<UnixMicros>,
    /// Campaigns that have not been sent to everybody.
    pub campaigns: i64,
    /// There are more than are counted here.
    pub is_more: bool,
}

/// When a message was to leave: schedules are kept as their callers wrote them, in seconds or in milliseconds.
macro_rules! meant {
    ($from:literal) => {
        concat!(
            "SELECT count(*), CAST(min(CASE WHEN h.schedule IS NULL OR h.schedule = 0 THEN h.accepted_at
                WHEN h.schedule >= 100000000000 THEN h.schedule * 1000 ELSE h.schedule * 1000000 END) AS BIGINT) FROM (",
            $from,
            ") AS h"
        )
    };
}

type Count = (i64, Option<UnixMicros>);

/// What `freeze` holds of what is there at `now`, counted up to [`HELD_COUNTED_MAX`] of each kind.
pub fn held(tx: &mut Tx<'_>, freeze: &Freeze, now: UnixMicros) -> Result<Held> {
    let count = |row: &crate::Row<'_>| Ok((row.int(0)?, row.opt_int(1)?.map(UnixMicros)));
    let limit = HELD_COUNTED_MAX;
    let aside: Count = tx.one(
        meant!(
            "SELECT m.schedule, m.accepted_at FROM queue q JOIN messages m ON m.account_id = q.account_id AND m.seq = q.seq
             WHERE q.due_at = $1 LIMIT $2"
        ),
        &[v(freeze.place), v(limit)],
        count,
    )?;
    let (kind, id) = freeze.scope.split_once(':').unwrap_or_default();
    // Those whose turn to be put aside has not come.
    let due: Count = tx.one(
        meant!(
            "SELECT m.schedule, m.accepted_at FROM
                (SELECT account_id, seq FROM queue WHERE due_at <= $1 AND phase = 0 ORDER BY due_at, account_id, seq LIMIT $2) AS q
             JOIN messages m ON m.account_id = q.account_id AND m.seq = q.seq
             WHERE $3 = 'installation' OR ($3 = 'key' AND m.key_id = $4) OR ($3 = 'connection' AND m.connection_id = $4)"
        ),
        &[v(now.0), v(limit), v(kind), v(id)],
        count,
    )?;
    let scheduled: Count = match kind {
        "key" => tx.one(
            meant!("SELECT schedule, accepted_at FROM messages WHERE status = 1 AND key_id IS NOT NULL AND key_id = $1 AND due_at > $2 AND due_at < $3 LIMIT $4"),
            &[v(id), v(now.0), v(super::PLACES_FROM), v(limit)],
            count,
        )?,
        "connection" => tx.one(
            meant!("SELECT schedule, accepted_at FROM messages WHERE status = 1 AND connection_id IS NOT NULL AND connection_id = $1 AND due_at > $2 AND due_at < $3 LIMIT $4"),
            &[v(id), v(now.0), v(super::PLACES_FROM), v(limit)],
            count,
        )?,
        _ => tx.one(
            meant!(
                "SELECT m.schedule, m.accepted_at FROM
                    (SELECT account_id, seq FROM queue WHERE due_at > $1 AND due_at < $2 AND phase = 0 AND claim = 0
                     ORDER BY due_at, account_id, seq LIMIT $3) AS q
                 JOIN messages m ON m.account_id = q.account_id AND m.seq = q.seq"
            ),
            &[v(now.0), v(super::PLACES_FROM), v(limit)],
            count,
        )?,
    };
    let campaigns = tx.one(
        "SELECT count(*) FROM (SELECT key_id, connection_id FROM campaigns WHERE status <= 3 ORDER BY due_at, campaign_id LIMIT $1) AS c
         WHERE $2 = 'installation' OR ($2 = 'key' AND c.key_id = $3) OR ($2 = 'connection' AND c.connection_id = $3)",
        &[v(limit), v(kind), v(id)],
        |row| row.int(0),
    )?;
    Ok(Held {
        late: aside.0 + due.0,
        scheduled: scheduled.0,
        earliest: [aside.1, due.1, scheduled.1].into_iter().flatten().min(),
        campaigns,
        is_more: [aside.0, due.0, scheduled.0].contains(&limit),
    })
}
