//! Withdrawing messages that no carrier has seen. Whoever removes the row from the queue has won: a claimed row is not there any more.

use postern_domain::account::AccountId;
use postern_domain::channel::Channel;
use postern_domain::message::{Event, Status};
use postern_domain::message_id::MessageId;
use postern_domain::money::Micros;
use postern_domain::time::UnixMicros;

use super::{Change, MessageKey, Step, advance, numbering};
use crate::{Error, Result, Row, Tx, accounts, v};

/// One bounded step of cancelling all.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct CancelledSome {
    pub count: i64,
    /// Where the next step begins; `None`: that was all.
    pub next: Option<i64>,
}

struct Waiting {
    key: MessageKey,
    due_at: i64,
    price: Micros,
    status: Status,
}

impl Waiting {
    /// From `seq, due_at, price_micros, status`.
    fn read(account: AccountId, row: &Row<'_>) -> Result<Waiting> {
        let seq = row.int(0)?;
        let status = Status::from_code(row.int(3)?).ok_or_else(|| Error::Inconsistent {
            table: "messages",
            id: format!("{}/{seq}", account.0),
        })?;
        Ok(Waiting {
            key: MessageKey { account, seq },
            due_at: row.int(1)?,
            price: Micros(row.int(2)?),
            status,
        })
    }
}

/// Cancels one scheduled or queued message of the channel and gives its price back. `false`: no such message of this account, or too late.
pub fn cancel(
    tx: &mut Tx<'_>,
    account: AccountId,
    channel: Channel,
    id: MessageId,
    now: UnixMicros,
) -> Result<bool> {
    let found = tx.opt(
        "SELECT seq, due_at, price_micros, status FROM messages WHERE message_id = $1 AND account_id = $2",
        &[v(&id.0), v(account.0)],
        |row| Waiting::read(account, row),
    )?;
    let Some(waiting) = found.filter(|w| numbering::is_of(channel, w.key.seq)) else {
        return Ok(false);
    };
    let refund = withdraw(tx, &waiting, now)?;
    if let Some(refund) = refund {
        accounts::credit(tx, account, refund, now)?;
    }
    Ok(refund.is_some())
}

/// Cancels up to `limit` scheduled messages of the channel numbered above `after` (0: from the first), all of them or those sent with
/// exactly this `custom_string`.
pub fn cancel_scheduled(
    tx: &mut Tx<'_>,
    account: AccountId,
    channel: Channel,
    custom_string: Option<&str>,
    after: i64,
    limit: i64,
    now: UnixMicros,
) -> Result<CancelledSome> {
    // The literal is `Status::Scheduled`: only so do both engines see that the partial index answers this.
    const _: () = assert!(Status::Scheduled.code() == 1);
    let newest = numbering::newest(tx, account, channel)?;
    let scheduled = tx.all(
        "SELECT seq, due_at, price_micros, status FROM messages
         WHERE account_id = $1 AND status = 1 AND seq > $2 AND seq <= $5 AND (CAST($3 AS TEXT) IS NULL OR custom_string = $3)
         ORDER BY seq LIMIT $4",
        &[
            v(account.0),
            v(after.max(numbering::base(channel))),
            v(custom_string),
            v(limit),
            v(newest),
        ],
        |row| Waiting::read(account, row),
    )?;
    let mut some = CancelledSome {
        count: 0,
        next: None,
    };
    if scheduled.len() as i64 == limit {
        some.next = scheduled.last().map(|w| w.key.seq);
    }
    let mut refund = Micros::ZERO;
    for waiting in &scheduled {
        if let Some(price) = withdraw(tx, waiting, now)? {
            some.count += 1;
            refund = refund.plus(price);
        }
    }
    if refund > Micros::ZERO {
        accounts::credit(tx, account, refund, now)?;
    }
    Ok(some)
}

/// Answers what is to be paid back, `None` when a claim (or an earlier cancel) was faster.
fn withdraw(tx: &mut Tx<'_>, waiting: &Waiting, now: UnixMicros) -> Result<Option<Micros>> {
    let removed = tx.execute(
        "DELETE FROM queue WHERE due_at = $1 AND account_id = $2 AND seq = $3 AND phase = 0 AND claim = 0",
        &[
            v(waiting.due_at),
            v(waiting.key.account.0),
            v(waiting.key.seq),
        ],
    )?;
    if removed == 0 {
        return Ok(None);
    }
    let step = Step {
        seq: waiting.key.seq,
        from: waiting.status,
        event: Event::Cancelled,
        change: Change::default(),
    };
    let moved = advance(tx, waiting.key.account, &[step], now)?;
    Ok((!moved.is_empty()).then_some(waiting.price))
}
