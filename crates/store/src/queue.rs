//! What still has to happen to messages: claimed under a lease, settled once. A lease is a due time in the future, so a claim that never
//! comes back (a crash, a lost network) is simply due again.

mod settle;

use postern_domain::account::AccountId;
use postern_domain::channel::{Channel, Content};
use postern_domain::message::Status;
use postern_domain::message_id::MessageId;
use postern_domain::time::UnixMicros;

use crate::dialect::Pair;
use crate::freezes::{self, Brakes};
use crate::messages::{self, MessageKey, message_id, numbering};
use crate::{Error, Result, Row, Through, Tx, v};

pub use settle::{Deferrals, Settlement, deferrals, settle};

/// Proof of a claim: only its holder settles the row.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    pub until: UnixMicros,
    /// Any number but 0 that no other claim of these minutes has; random.
    pub claim: i64,
}

#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Phase {
    /// No carrier has been asked, or it said that it did not take the message.
    Submit,
    /// A carrier has the message or may have it; a receipt is missing.
    Await,
}

/// A claimed row with what a carrier needs to know.
#[derive(Clone, Debug)]
pub struct Claimed {
    pub key: MessageKey,
    pub lease: Lease,
    pub phase: Phase,
    /// Claims since the row was last settled, this one included. More than one: an earlier holder vanished, and nobody knows how far it
    /// got.
    pub claims: i64,
    pub deferrals: i64,
    pub message_id: MessageId,
    pub recipient: String,
    pub sender: String,
    pub body: String,
    /// Pinned to the simulator.
    pub simulated: bool,
    pub status: Status,
    pub accepted_at: UnixMicros,
    pub sent_at: Option<UnixMicros>,
    pub carrier: String,
    pub content: Content,
    pub through: Through,
}

/// What a claim brings.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    pub messages: Vec<Claimed>,
    /// Nothing was due. A batch may be empty without that: all that it found is held back.
    pub is_end: bool,
}

const CLAIM: Pair = Pair {
    sqlite: "UPDATE queue SET due_at = $3, claim = $4, claims = claims + 1
             WHERE (due_at, account_id, seq) IN
                (SELECT due_at, account_id, seq FROM queue WHERE due_at <= $1 ORDER BY due_at, account_id, seq LIMIT $2)",
    // By physical place: a join of the chosen rows with the table was planned as a scan of the whole queue, since the planner cannot
    // see how small the limit is.
    postgres: "UPDATE queue SET due_at = $3, claim = $4, claims = claims + 1
               WHERE ctid = ANY (ARRAY
                (SELECT ctid FROM queue WHERE due_at <= $1 ORDER BY due_at, account_id, seq LIMIT $2 FOR UPDATE SKIP LOCKED))",
};

/// Claims up to `limit` due rows, the longest due first, and reads them in the order of their keys. What somebody has frozen is put aside, and
/// what was released meanwhile comes back.
pub fn claim(tx: &mut Tx<'_>, now: UnixMicros, limit: i64, lease: Lease) -> Result<Batch> {
    let brakes = Brakes::now(tx)?;
    if let Some(freeze) = brakes.released().next() {
        freezes::release(tx, freeze, now, limit)?;
    }
    let sql = tx.pick(&CLAIM);
    let claimed = tx.execute(sql, &[v(now.0), v(limit), v(lease.until.0), v(lease.claim)])?;
    if claimed == 0 {
        return Ok(Batch {
            messages: Vec::new(),
            is_end: true,
        });
    }
    let mut claimed = tx.all(
        "SELECT q.account_id, q.seq, q.phase, q.claims, q.deferrals, m.message_id, m.recipient, m.sender, m.body, m.simulated, m.status,
                m.accepted_at, m.sent_at, m.carrier, m.key_id, m.connection_id
         FROM queue q JOIN messages m ON m.account_id = q.account_id AND m.seq = q.seq
         WHERE q.due_at = $1 AND q.claim = $2 ORDER BY q.account_id, q.seq",
        &[v(lease.until.0), v(lease.claim)],
        |row| read(row, lease),
    )?;
    for channel in [Channel::Voice, Channel::Mms] {
        complete(tx, &mut claimed, channel, lease)?;
    }
    Ok(Batch {
        messages: leave_held(tx, &brakes, claimed)?,
        is_end: false,
    })
}

/// Puts aside what may not leave. What a carrier has already is only asked about, frozen or not.
fn leave_held(tx: &mut Tx<'_>, brakes: &Brakes, claimed: Vec<Claimed>) -> Result<Vec<Claimed>> {
    if brakes.is_empty() {
        return Ok(claimed);
    }
    let (mut free, mut held) = (Vec::new(), Vec::new());
    for message in claimed {
        let freeze = brakes.holding(&message.through);
        match freeze.filter(|_| message.phase == Phase::Submit) {
            Some(freeze) => held.push((message, freeze.place)),
            None => free.push(message),
        }
    }
    freezes::put_aside(tx, &held)?;
    Ok(free)
}

/// Adds what the messages of one channel have beside the columns that all have. Texts, which are most, cost nothing here.
fn complete(
    tx: &mut Tx<'_>,
    claimed: &mut [Claimed],
    channel: Channel,
    lease: Lease,
) -> Result<()> {
    let mut of_channel: Vec<_> = claimed
        .iter_mut()
        .filter(|c| numbering::is_of(channel, c.key.seq))
        .collect();
    if of_channel.is_empty() {
        return Ok(());
    }
    // Both are in the order of their keys.
    let contents = messages::of_claimed(tx, channel, lease.until.0, lease.claim)?;
    if contents.len() != of_channel.len() {
        return Err(Error::Inconsistent {
            table: "messages",
            id: format!("{channel} of claim {}", lease.claim),
        });
    }
    for (one, content) in of_channel.iter_mut().zip(contents) {
        one.content = content;
    }
    Ok(())
}

/// When the next row is due, claimed ones included (their lease ends then); `None`: nothing waits.
pub fn next_due(tx: &mut Tx<'_>) -> Result<Option<UnixMicros>> {
    tx.opt(
        "SELECT due_at FROM queue ORDER BY due_at, account_id, seq LIMIT 1",
        &[],
        |row| row.int(0).map(UnixMicros),
    )
}

fn read(row: &Row<'_>, lease: Lease) -> Result<Claimed> {
    let key = MessageKey {
        account: AccountId(row.int(0)?),
        seq: row.int(1)?,
    };
    let inconsistent = || Error::Inconsistent {
        table: "queue",
        id: format!("{}/{}", key.account.0, key.seq),
    };
    Ok(Claimed {
        key,
        lease,
        phase: match row.int(2)? {
            0 => Phase::Submit,
            1 => Phase::Await,
            _ => return Err(inconsistent()),
        },
        claims: row.int(3)?,
        deferrals: row.int(4)?,
        message_id: message_id(&row.blob(5)?).ok_or_else(inconsistent)?,
        recipient: row.text(6)?,
        sender: row.text(7)?,
        body: row.text(8)?,
        simulated: row.flag(9)?,
        status: Status::from_code(row.int(10)?).ok_or_else(inconsistent)?,
        accepted_at: UnixMicros(row.int(11)?),
        sent_at: row.opt_int(12)?.map(UnixMicros),
        carrier: row.text(13)?,
        content: Content::Sms,
        through: Through {
            key_id: row.opt_text(14)?,
            connection_id: row.opt_text(15)?,
        },
    })
}
