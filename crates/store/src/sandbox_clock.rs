//! The clock of a sandbox: set, and then made true for what waits for its time, a bounded step at a time.

use postern_domain::account::AccountId;
use postern_domain::sandbox_clock::SandboxClock;
use postern_domain::schedule::Schedule;
use postern_domain::time::UnixMicros;

use crate::{Result, Tx, v};

/// Messages, then campaigns, of one step. A message is a row of its own and one of the queue.
const STEP_ROWS: i64 = 250;

/// Where moving what waits has come to.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The last message that was looked at.
    seq: i64,
    campaign_id: i64,
}

/// `false`: the account is no sandbox. What waits has to be moved after it with [`step`].
pub fn set(
    tx: &mut Tx<'_>,
    account: AccountId,
    clock: SandboxClock,
    now: UnixMicros,
) -> Result<bool> {
    let set = tx.execute(
        "UPDATE accounts SET clock_ahead = $2, clock_stands_at = $3, updated_at = $4 WHERE account_id = $1 AND sandbox = 1",
        &[
            v(account.0),
            v(clock.ahead_micros),
            v(clock.stands_at.map(|at| at.0)),
            v(now.0),
        ],
    )?;
    Ok(set == 1)
}

/// Makes the next scheduled messages and campaigns due by `clock`. Repeating it changes nothing. `None`: that was all.
pub fn step(
    tx: &mut Tx<'_>,
    account: AccountId,
    clock: SandboxClock,
    place: Place,
    now: UnixMicros,
) -> Result<Option<Place>> {
    let messages = messages(tx, account, clock, place.seq, now)?;
    let campaigns = campaigns(tx, account, clock, place.campaign_id, now)?;
    Ok(
        (messages.is_some() || campaigns.is_some()).then_some(Place {
            seq: messages.unwrap_or(i64::MAX),
            campaign_id: campaigns.unwrap_or(i64::MAX),
        }),
    )
}

/// Answers where it ended, unless it looked at the last.
fn messages(
    tx: &mut Tx<'_>,
    account: AccountId,
    clock: SandboxClock,
    after: i64,
    now: UnixMicros,
) -> Result<Option<i64>> {
    // The literal is `Status::Scheduled`: only so do both engines see that the partial index answers this.
    let waiting = tx.all(
        "SELECT seq, due_at, schedule FROM messages WHERE account_id = $1 AND status = 1 AND seq > $2 ORDER BY seq LIMIT $3",
        &[v(account.0), v(after), v(STEP_ROWS)],
        |row| Ok((row.int(0)?, row.int(1)?, row.opt_int(2)?)),
    )?;
    for (seq, due_at, schedule) in &waiting {
        let due = due(clock, *schedule, now).map_or(*due_at, |due| due.0);
        if due == *due_at {
            continue;
        }
        // A row that is claimed is on its way already.
        let moved = tx.execute(
            "UPDATE queue SET due_at = $4 WHERE due_at = $1 AND account_id = $2 AND seq = $3 AND claim = 0",
            &[v(*due_at), v(account.0), v(*seq), v(due)],
        )?;
        if moved == 1 {
            tx.execute(
                "UPDATE messages SET due_at = $3 WHERE account_id = $1 AND seq = $2",
                &[v(account.0), v(*seq), v(due)],
            )?;
        }
    }
    let last = waiting.last().map(|(seq, _, _)| *seq);
    Ok(last.filter(|_| waiting.len() as i64 == STEP_ROWS))
}

fn campaigns(
    tx: &mut Tx<'_>,
    account: AccountId,
    clock: SandboxClock,
    after: i64,
    now: UnixMicros,
) -> Result<Option<i64>> {
    let waiting = tx.all(
        "SELECT campaign_id, schedule FROM campaigns WHERE account_id = $1 AND status = 1 AND campaign_id > $2
         ORDER BY campaign_id LIMIT $3",
        &[v(account.0), v(after), v(STEP_ROWS)],
        |row| Ok((row.int(0)?, row.opt_int(1)?)),
    )?;
    for (campaign_id, schedule) in &waiting {
        if let Some(due) = due(clock, *schedule, now) {
            tx.execute(
                "UPDATE campaigns SET due_at = $2 WHERE campaign_id = $1 AND status = 1",
                &[v(*campaign_id), v(due.0)],
            )?;
        }
    }
    let last = waiting.last().map(|(campaign_id, _)| *campaign_id);
    Ok(last.filter(|_| waiting.len() as i64 == STEP_ROWS))
}

fn due(clock: SandboxClock, schedule: Option<i64>, now: UnixMicros) -> Option<UnixMicros> {
    match Schedule::parse(schedule, UnixMicros::EPOCH) {
        Ok(Schedule::At(at)) => Some(clock.due(at, now)),
        _ => None,
    }
}
