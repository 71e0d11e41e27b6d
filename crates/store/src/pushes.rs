//! Pushes: calls to addresses of an account's own, kept until they arrive or are given up. Claimed under a lease like messages, settled
//! once, and every try is on record.

mod list;
mod record;
mod told;
mod webhooks;

use postern_domain::account::AccountId;
use postern_domain::automation::Encoding;
use postern_domain::time::UnixMicros;

use crate::inbound::{self, Inbound};
use crate::queue::Lease;
use crate::receipts::{self, Receipt};
use crate::settings::{TENANT, next_number};
use crate::{Error, Result, Row, Tx, v};

pub use list::{Filter, list};
pub use record::{Push, PushPage, State, TRIES_MAX, Try, get, page, replay, tries};
pub use told::told;
pub use webhooks::{Health, On, Rule, Webhook, webhook, webhooks};

/// An address that never answers must not fill the disk: beyond so many nothing more is queued for the account.
pub const WAITING_MAX: i64 = 100_000;
/// Ended pushes and their tries are looked at by people; so long they are kept.
const KEPT_DAYS: i64 = 30;
/// Old ones that one settlement clears away.
const CLEARED_MAX: i64 = 10;

/// What a push tells.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum About {
    /// `inbound_seq` of a text that came in.
    Inbound(i64),
    /// `receipt_seq`.
    Receipt(i64),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPush {
    /// `None`: a test that no rule asked for.
    pub rule_id: Option<i64>,
    pub about: About,
    pub url: String,
    pub encoding: Encoding,
}

/// What is told, read when it is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Story {
    Inbound(Inbound),
    Receipt(postern_domain::channel::Channel, Receipt),
    /// It was erased meanwhile.
    Gone,
}

/// A claimed push with everything that is needed to make the call.
#[derive(Clone, Debug)]
pub struct ClaimedPush {
    pub push_id: i64,
    pub lease: Lease,
    pub account: AccountId,
    /// Nothing of a sandbox leaves the house.
    pub sandbox: bool,
    pub url: String,
    pub encoding: Encoding,
    /// Tries before this one.
    pub tries: u32,
    /// The sealed secret to sign with; `None`: the account has none.
    pub secret: Option<Vec<u8>>,
    pub story: Story,
}

/// What a try came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    pub at: UnixMicros,
    pub took_micros: i64,
    pub status: Option<i64>,
    pub problem: Option<String>,
    /// How the answer began.
    pub answer: Option<String>,
    pub next: Next,
}

#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Next {
    Arrived,
    Again(UnixMicros),
    GivenUp,
}

impl About {
    const fn parts(self) -> (i64, i64) {
        match self {
            About::Inbound(seq) => (1, seq),
            About::Receipt(seq) => (2, seq),
        }
    }
}

/// Queues a push that is due at once. `false`: the account has too many waiting, and it is left out.
pub fn queue(tx: &mut Tx<'_>, account: AccountId, push: &NewPush, now: UnixMicros) -> Result<bool> {
    let room = tx.execute(
        "UPDATE accounts SET pushes_waiting = pushes_waiting + 1 WHERE account_id = $1 AND pushes_waiting < $2",
        &[v(account.0), v(WAITING_MAX)],
    )?;
    if room == 0 {
        return Ok(false);
    }
    let push_id = next_number(tx, "push")?;
    let (about, seq) = push.about.parts();
    tx.execute(
        "INSERT INTO pushes (tenant_id, push_id, account_id, rule_id, about, seq, url, encoding, state, tries, due_at, claim, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1, 0, $9, 0, $9)",
        &[
            v(TENANT),
            v(push_id),
            v(account.0),
            v(push.rule_id),
            v(about),
            v(seq),
            v(&push.url),
            v(push.encoding.as_str()),
            v(now.0),
        ],
    )?;
    Ok(true)
}

/// Claims up to `limit` due pushes, the longest due first, and reads what they tell.
pub fn claim(
    tx: &mut Tx<'_>,
    now: UnixMicros,
    limit: i64,
    lease: Lease,
) -> Result<Vec<ClaimedPush>> {
    let claimed = tx.execute(
        "UPDATE pushes SET due_at = $3, claim = $4 WHERE state = 1 AND push_id IN
            (SELECT push_id FROM pushes WHERE state = 1 AND due_at <= $1 ORDER BY due_at, push_id LIMIT $2)",
        &[v(now.0), v(limit), v(lease.until.0), v(lease.claim)],
    )?;
    if claimed == 0 {
        return Ok(Vec::new());
    }
    let mut claimed = tx.all(
        "SELECT p.push_id, p.account_id, a.sandbox, p.url, p.encoding, p.tries, s.sealed, p.about, p.seq
         FROM pushes p JOIN accounts a ON a.account_id = p.account_id LEFT JOIN webhook_secrets s ON s.account_id = p.account_id
         WHERE p.state = 1 AND p.due_at = $1 AND p.claim = $2 ORDER BY p.push_id",
        &[v(lease.until.0), v(lease.claim)],
        |row| read(row, lease),
    )?;
    for (push, about) in &mut claimed {
        push.story = story(tx, push.account, *about)?;
    }
    Ok(claimed.into_iter().map(|(push, _)| push).collect())
}

fn story(tx: &mut Tx<'_>, account: AccountId, about: About) -> Result<Story> {
    let found = match about {
        About::Inbound(seq) => inbound::by_number(tx, account, seq)?.map(Story::Inbound),
        About::Receipt(seq) => receipts::by_number(tx, account, seq)?
            .map(|(channel, receipt)| Story::Receipt(channel, receipt)),
    };
    Ok(found.unwrap_or(Story::Gone))
}

/// When the next push is due, claimed ones included (their lease ends then); `None`: nothing waits.
pub fn next_due(tx: &mut Tx<'_>) -> Result<Option<UnixMicros>> {
    tx.opt(
        "SELECT due_at FROM pushes WHERE state = 1 ORDER BY due_at, push_id LIMIT 1",
        &[],
        |row| row.int(0).map(UnixMicros),
    )
}

/// Puts a try on record and says what follows. Whoever lost its lease meanwhile still has its try on record, and decides nothing.
pub fn settle(tx: &mut Tx<'_>, push_id: i64, lease: Lease, outcome: &Outcome) -> Result<()> {
    let (state, due_at, ended_at) = match outcome.next {
        Next::Again(due_at) => (1, Some(due_at), None),
        Next::Arrived => (2, None, Some(outcome.at)),
        Next::GivenUp => (3, None, Some(outcome.at)),
    };
    let tries = tx.opt(
        "UPDATE pushes SET tries = tries + 1 WHERE push_id = $1 RETURNING tries",
        &[v(push_id)],
        |row| row.int(0),
    )?;
    let Some(tries) = tries else {
        return Ok(());
    };
    tx.execute(
        "INSERT INTO push_tries (tenant_id, push_id, try_number, at, took_micros, status, problem, answer) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        &[
            v(TENANT),
            v(push_id),
            v(tries),
            v(outcome.at.0),
            v(outcome.took_micros),
            v(outcome.status),
            v(&outcome.problem),
            v(&outcome.answer),
        ],
    )?;
    let account = tx.opt(
        "UPDATE pushes SET state = $4, due_at = COALESCE($5, due_at), ended_at = $6, claim = 0
         WHERE push_id = $1 AND state = 1 AND due_at = $2 AND claim = $3 RETURNING account_id",
        &[
            v(push_id),
            v(lease.until.0),
            v(lease.claim),
            v(state),
            v(due_at.map(|t| t.0)),
            v(ended_at.map(|t| t.0)),
        ],
        |row| row.int(0),
    )?;
    if let (Some(account), Some(ended_at)) = (account, ended_at) {
        tx.execute(
            "UPDATE accounts SET pushes_waiting = pushes_waiting - 1 WHERE account_id = $1",
            &[v(account)],
        )?;
        clear(tx, ended_at.plus_secs(-KEPT_DAYS * 86_400))?;
    }
    Ok(())
}

/// Each ending clears away a few that ended long ago, so they never pile up.
fn clear(tx: &mut Tx<'_>, before: UnixMicros) -> Result<()> {
    let old = tx.all(
        "SELECT push_id FROM pushes WHERE state > 1 AND ended_at < $1 ORDER BY ended_at, push_id LIMIT $2",
        &[v(before.0), v(CLEARED_MAX)],
        |row| row.int(0),
    )?;
    for push_id in old {
        tx.execute("DELETE FROM push_tries WHERE push_id = $1", &[v(push_id)])?;
        tx.execute("DELETE FROM pushes WHERE push_id = $1", &[v(push_id)])?;
    }
    Ok(())
}

fn read(row: &Row<'_>, lease: Lease) -> Result<(ClaimedPush, About)> {
    let push_id = row.int(0)?;
    let inconsistent = || Error::Inconsistent {
        table: "pushes",
        id: push_id.to_string(),
    };
    let seq = row.int(8)?;
    let about = match row.int(7)? {
        1 => About::Inbound(seq),
        2 => About::Receipt(seq),
        _ => return Err(inconsistent()),
    };
    let push = ClaimedPush {
        push_id,
        lease,
        account: AccountId(row.int(1)?),
        sandbox: row.flag(2)?,
        url: row.text(3)?,
        encoding: row.text(4)?.parse().map_err(|_| inconsistent())?,
        tries: u32::try_from(row.int(5)?).map_err(|_| inconsistent())?,
        secret: row.opt_blob(6)?,
        story: Story::Gone,
    };
    Ok((push, about))
}
