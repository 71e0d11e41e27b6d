//! What somebody did by hand with single messages and calls.

use postern_domain::account::AccountId;
use postern_domain::chaos::Handled;
use postern_domain::message::Status;
use postern_domain::message_id::MessageId;
use postern_domain::time::UnixMicros;

use crate::settings::TENANT;
use crate::{Result, Row, Tx, v};

/// Kept at a time; whoever handles more by hand waits until the oldest are a day old.
const KEPT_MAX: i64 = 10_000;

/// `false`: the account has no such message that the simulator still has in hand, or it was handled before.
pub fn handle(
    tx: &mut Tx<'_>,
    account: AccountId,
    id: MessageId,
    handled: &Handled,
    now: UnixMicros,
) -> Result<bool> {
    let digits = match handled {
        Handled::Refused => None,
        Handled::Taken { digits } => Some(digits.clone()),
    };
    let put = tx.execute(
        "INSERT INTO handset_answers (tenant_id, account_id, seq, digits, at)
         SELECT $1, m.account_id, m.seq, $4, $5 FROM messages m
         WHERE m.message_id = $3 AND m.account_id = $2 AND m.carrier = 'simulator' AND m.status IN ($6, $7, $8)
            AND (SELECT count(*) FROM handset_answers) < $9
         ON CONFLICT (account_id, seq) DO NOTHING",
        &[
            v(TENANT),
            v(account.0),
            v(&id.0),
            v(&digits),
            v(now.0),
            v(Status::Sent.code()),
            v(Status::InDoubt.code()),
            v(Status::Retrying.code()),
            v(KEPT_MAX),
        ],
    )?;
    Ok(put == 1)
}

/// Forgets what was done before `before`, at most `limit` rows.
pub fn unhandle_before(tx: &mut Tx<'_>, before: UnixMicros, limit: i64) -> Result<u64> {
    tx.execute(
        "DELETE FROM handset_answers WHERE (account_id, seq) IN
            (SELECT account_id, seq FROM handset_answers WHERE at < $1 ORDER BY at, account_id, seq LIMIT $2)",
        &[v(before.0), v(limit)],
    )
}

pub(super) fn all(tx: &mut Tx<'_>) -> Result<Vec<(AccountId, i64, Handled)>> {
    tx.all(
        "SELECT account_id, seq, digits FROM handset_answers ORDER BY account_id, seq LIMIT $1",
        &[v(KEPT_MAX)],
        read,
    )
}

fn read(row: &Row<'_>) -> Result<(AccountId, i64, Handled)> {
    let handled = match row.opt_text(2)? {
        None => Handled::Refused,
        Some(digits) => Handled::Taken { digits },
    };
    Ok((AccountId(row.int(0)?), row.int(1)?, handled))
}
