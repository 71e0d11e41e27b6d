//! Attempts that ended with a carrier's wish to be asked again later: a row for each message that this happened to, however often.

use postern_domain::account::AccountId;
use postern_domain::time::UnixMicros;

use super::Settlement;
use crate::dialect::{Each, Kind};
use crate::messages::MessageKey;
use crate::queue::Lease;
use crate::settings::TENANT;
use crate::{Result, Tx, v};

/// How often, and when for the first and for the last time.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct Deferrals {
    pub times: i64,
    pub first_at: UnixMicros,
    pub last_at: UnixMicros,
}

static NOTE: Each = Each {
    one: "INSERT INTO deferrals (tenant_id, account_id, seq, times, first_at, last_at) VALUES ($1, $2, $3, 1, $4, $4)
          ON CONFLICT (account_id, seq) DO UPDATE SET times = deferrals.times + 1, last_at = excluded.last_at RETURNING seq",
    many: "INSERT INTO deferrals (tenant_id, account_id, seq, times, first_at, last_at)
           SELECT u.tenant_id, u.account_id, u.seq, 1, u.at, u.at
           FROM UNNEST($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[]) AS u(tenant_id, account_id, seq, at)
           ON CONFLICT (account_id, seq) DO UPDATE SET times = deferrals.times + 1, last_at = excluded.last_at RETURNING seq",
    columns: &[
        ("tenant_id", Kind::Int),
        ("account_id", Kind::Int),
        ("seq", Kind::Int),
        ("at", Kind::Int),
    ],
};

/// Whoever lost its lease meanwhile did ask the carrier: that is noted, too.
pub(super) fn note(
    tx: &mut Tx<'_>,
    account: AccountId,
    settled: &[(i64, Lease, Settlement)],
    now: UnixMicros,
) -> Result<()> {
    let rows: Vec<_> = settled
        .iter()
        .filter(|(_, _, settlement)| matches!(settlement, Settlement::Deferred { .. }))
        .map(|(seq, _, _)| vec![v(TENANT), v(account.0), v(*seq), v(now.0)])
        .collect();
    tx.each(&NOTE, &rows, |_| Ok(()))?;
    Ok(())
}

/// `None`: no carrier put the message off.
pub fn deferrals(tx: &mut Tx<'_>, key: MessageKey) -> Result<Option<Deferrals>> {
    tx.opt(
        "SELECT times, first_at, last_at FROM deferrals WHERE account_id = $1 AND seq = $2",
        &[v(key.account.0), v(key.seq)],
        |row| {
            Ok(Deferrals {
                times: row.int(0)?,
                first_at: UnixMicros(row.int(1)?),
                last_at: UnixMicros(row.int(2)?),
            })
        },
    )
}
