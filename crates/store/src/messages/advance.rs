//! Moving a message to its next state: one conditional statement, made from the domain's transition table.

use postern_domain::message::{Event, Status};
use postern_domain::receipt::Cause;
use postern_domain::time::UnixMicros;

use super::MessageKey;
use crate::{Result, Tx, Value, statistics, v};

/// More sources than any event has; the domain tests that.
const SOURCES_MAX: usize = 5;
/// No status has this number.
const NO_STATUS: i64 = 0;

/// What changes beside the status. `None` leaves a column as it is.
#[derive(Copy, Clone, Debug, Default)]
pub(crate) struct Change<'a> {
    pub cause: Option<Cause>,
    pub due_at: Option<UnixMicros>,
    pub sent_at: Option<UnixMicros>,
    pub carrier: Option<&'a str>,
    pub receipt_seq: Option<i64>,
}

/// Applies `event`. `false`: the message is in no state in which the event says anything new; nothing has changed.
pub(crate) fn advance(
    tx: &mut Tx<'_>,
    key: MessageKey,
    event: Event,
    change: &Change<'_>,
    now: UnixMicros,
) -> Result<bool> {
    let mut sources = [NO_STATUS; SOURCES_MAX];
    for (slot, status) in sources.iter_mut().zip(Status::sources(event)) {
        *slot = status.code();
    }
    let cause: Value<'_> = v(change.cause.map(|c| i64::from(c.error_code())));
    let changed = tx.execute(
        "UPDATE messages SET status = $3, cause = $4, status_at = $5, due_at = COALESCE($6, due_at), sent_at = COALESCE($7, sent_at),
                carrier = COALESCE($8, carrier), receipt_seq = COALESCE($9, receipt_seq)
         WHERE account_id = $1 AND seq = $2 AND status IN ($10, $11, $12, $13, $14)",
        &[
            v(key.account.0),
            v(key.seq),
            v(event.target().code()),
            cause,
            v(now.0),
            v(change.due_at.map(|t| t.0)),
            v(change.sent_at.map(|t| t.0)),
            v(change.carrier),
            v(change.receipt_seq),
            v(sources[0]),
            v(sources[1]),
            v(sources[2]),
            v(sources[3]),
            v(sources[4]),
        ],
    )?;
    if changed == 0 {
        return Ok(false);
    }
    statistics::moved(tx, key, event.target())?;
    Ok(true)
}
