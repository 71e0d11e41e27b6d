//! Texts that came in, numbered per account. Each can be marked as read by itself, so the unread ones are found by an index of their own.

mod arrive;
mod react;

use postern_domain::account::AccountId;
use postern_domain::automation::Encoding;
use postern_domain::channel::Channel;
use postern_domain::message_id::MessageId;
use postern_domain::time::UnixMicros;

use crate::lists::contains;
use crate::messages::{self, message_id};
use crate::pushes::{self, About, NewPush};
use crate::settings::TENANT;
use crate::statistics::{self, Tally};
use crate::{Error, Result, Row, Tx, v};

pub use arrive::{Incoming, arrive};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inbound {
    pub message_id: MessageId,
    pub at: UnixMicros,
    pub sender: String,
    pub recipient: String,
    pub body: String,
    /// What was replied to, as far as it is known.
    pub original: Option<Original>,
}

/// The account's own text that somebody replied to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Original {
    pub message_id: MessageId,
    pub body: String,
    pub custom_string: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InboundPage {
    pub total: i64,
    pub rows: Vec<Inbound>,
}

/// Keeps an unread text.
pub fn record(tx: &mut Tx<'_>, account: AccountId, inbound: &Inbound) -> Result<()> {
    insert(tx, account, inbound, true).map(drop)
}

/// Keeps a made-up text and pushes it to an address, whatever rules say.
pub fn record_pushed(
    tx: &mut Tx<'_>,
    account: AccountId,
    inbound: &Inbound,
    url: &str,
    encoding: Encoding,
    now: UnixMicros,
) -> Result<()> {
    let inbound_seq = insert(tx, account, inbound, false)?;
    let push = NewPush {
        rule_id: None,
        about: About::Inbound(inbound_seq),
        url: url.to_owned(),
        encoding,
    };
    pushes::queue(tx, account, &push, now).map(drop)
}

/// Answers its number. One that is not unread is never listed for polling.
fn insert(tx: &mut Tx<'_>, account: AccountId, inbound: &Inbound, is_unread: bool) -> Result<i64> {
    let inbound_seq = tx.one(
        "UPDATE accounts SET inbound_seq = inbound_seq + 1 WHERE account_id = $1 RETURNING inbound_seq",
        &[v(account.0)],
        |row| row.int(0),
    )?;
    let original = inbound.original.as_ref();
    tx.execute(
        "INSERT INTO inbound (tenant_id, account_id, inbound_seq, message_id, at, sender, recipient, body, original_message_id,
            original_body, custom_string, read)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        &[
            v(TENANT),
            v(account.0),
            v(inbound_seq),
            v(&inbound.message_id.0),
            v(inbound.at.0),
            v(&inbound.sender),
            v(&inbound.recipient),
            v(&inbound.body),
            v(original.map(|o| &o.message_id.0)),
            v(original.map_or("", |o| &o.body)),
            v(original.map_or("", |o| &o.custom_string)),
            v(!is_unread),
        ],
    )?;
    let one = Tally {
        inbound: 1,
        ..Tally::default()
    };
    statistics::add(tx, account, Channel::Sms, inbound.at, &one)?;
    Ok(inbound_seq)
}

macro_rules! select {
    ($where:literal) => {
        concat!(
            "SELECT inbound_seq, message_id, at, sender, recipient, body, original_message_id, original_body, custom_string FROM inbound ",
            $where
        )
    };
}

/// The unread ones numbered `skip + 1` to `skip + limit`, oldest first.
pub fn page(tx: &mut Tx<'_>, account: AccountId, skip: i64, limit: i64) -> Result<InboundPage> {
    let total = tx.one(
        "SELECT count(*) FROM inbound WHERE account_id = $1 AND read = 0",
        &[v(account.0)],
        |row| row.int(0),
    )?;
    let rows = tx.all(
        // The index alone answers which; only those rows are then read.
        select!(
            "WHERE account_id = $1 AND inbound_seq IN
                (SELECT inbound_seq FROM inbound WHERE account_id = $1 AND read = 0 ORDER BY inbound_seq LIMIT $2 OFFSET $3)
             ORDER BY inbound_seq"
        ),
        &[v(account.0), v(limit), v(skip)],
        |row| read(row, account),
    )?;
    Ok(InboundPage { total, rows })
}

pub(crate) fn by_number(
    tx: &mut Tx<'_>,
    account: AccountId,
    inbound_seq: i64,
) -> Result<Option<Inbound>> {
    tx.opt(
        select!("WHERE account_id = $1 AND inbound_seq = $2"),
        &[v(account.0), v(inbound_seq)],
        |row| read(row, account),
    )
}

/// With their numbers, from behind `after`.
pub(crate) fn after(
    tx: &mut Tx<'_>,
    account: AccountId,
    after: i64,
    limit: i64,
) -> Result<Vec<(i64, Inbound)>> {
    tx.all(
        select!("WHERE account_id = $1 AND inbound_seq > $2 ORDER BY inbound_seq LIMIT $3"),
        &[v(account.0), v(after), v(limit)],
        |row| Ok((row.int(0)?, read(row, account)?)),
    )
}

pub(crate) fn last_number(tx: &mut Tx<'_>, account: AccountId) -> Result<i64> {
    let sql = "SELECT inbound_seq FROM accounts WHERE account_id = $1";
    let found = tx.opt(sql, &[v(account.0)], |row| row.int(0))?;
    Ok(found.unwrap_or(0))
}

/// A stretch of what came in, the newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InboundFeed {
    pub rows: Vec<Inbound>,
    /// Where the next page begins, which may have nothing on it; `None`: this is the last one.
    pub next: Option<i64>,
}

/// Read or not, behind `before` ([`InboundFeed::next`] of the page before). `words`: a part of the text or of a number, in any case; a page
/// looks through [`messages::LOOKED_MAX`] texts for it.
pub fn feed(
    tx: &mut Tx<'_>,
    account: AccountId,
    words: Option<&str>,
    before: Option<i64>,
    limit: i64,
) -> Result<InboundFeed> {
    let high = match before {
        Some(before) => before - 1,
        None => last_number(tx, account)?,
    };
    let low = match words {
        Some(_) => (high - messages::LOOKED_MAX + 1).max(1),
        None => 1,
    };
    let words = words.map(contains);
    let mut found = tx.all(
        select!(
            "WHERE account_id = $1 AND inbound_seq >= $2 AND inbound_seq <= $3
                AND (CAST($4 AS TEXT) IS NULL OR lower(body) LIKE lower($4) ESCAPE '\\' OR sender LIKE $4 ESCAPE '\\'
                    OR recipient LIKE $4 ESCAPE '\\')
             ORDER BY inbound_seq DESC LIMIT $5"
        ),
        &[v(account.0), v(low), v(high), v(&words), v(limit + 1)],
        |row| Ok((row.int(0)?, read(row, account)?)),
    )?;
    let more = found.len() as i64 > limit;
    found.truncate(usize::try_from(limit).unwrap_or(0));
    let next = match found.last() {
        Some((last, _)) if more => Some(*last),
        _ => Some(low).filter(|low| *low > 1),
    };
    Ok(InboundFeed {
        rows: found.into_iter().map(|(_, inbound)| inbound).collect(),
        next,
    })
}

/// With its number. Of this account only.
pub fn by_id(tx: &mut Tx<'_>, account: AccountId, id: MessageId) -> Result<Option<(i64, Inbound)>> {
    tx.opt(
        select!("WHERE message_id = $1 AND account_id = $2"),
        &[v(&id.0), v(account.0)],
        |row| Ok((row.int(0)?, read(row, account)?)),
    )
}

/// The newest of the last `depth` texts that `sender` wrote, the newest first.
pub fn newest_from(
    tx: &mut Tx<'_>,
    account: AccountId,
    sender: &str,
    depth: i64,
    limit: i64,
) -> Result<Vec<Inbound>> {
    tx.all(
        select!(
            "WHERE account_id = $1 AND sender = $2 AND inbound_seq > (SELECT inbound_seq FROM accounts WHERE account_id = $1) - $3
             ORDER BY inbound_seq DESC LIMIT $4"
        ),
        &[v(account.0), v(sender), v(depth), v(limit)],
        |row| read(row, account),
    )
}

/// The first reply to a text, read or not.
pub fn first_reply(
    tx: &mut Tx<'_>,
    account: AccountId,
    original: MessageId,
) -> Result<Option<Inbound>> {
    tx.opt(
        select!("WHERE original_message_id = $1 AND account_id = $2 ORDER BY inbound_seq LIMIT 1"),
        &[v(&original.0), v(account.0)],
        |row| read(row, account),
    )
}

/// Marks up to `limit` unread texts that came before `before` (`None`: all) as read. Answers how many they were; fewer than `limit`
/// means that none is left.
pub fn mark_read(
    tx: &mut Tx<'_>,
    account: AccountId,
    before: Option<UnixMicros>,
    limit: i64,
) -> Result<u64> {
    tx.execute(
        "UPDATE inbound SET read = 1 WHERE account_id = $1 AND read = 0 AND inbound_seq IN
            (SELECT inbound_seq FROM inbound WHERE account_id = $1 AND read = 0 AND (CAST($2 AS BIGINT) IS NULL OR at < $2)
             ORDER BY inbound_seq LIMIT $3)",
        &[v(account.0), v(before.map(|t| t.0)), v(limit)],
    )
}

/// Answers whether it was unread; `None`: no such text of this account.
pub fn mark_one_read(tx: &mut Tx<'_>, account: AccountId, id: MessageId) -> Result<Option<bool>> {
    let changed = tx.execute(
        "UPDATE inbound SET read = 1 WHERE message_id = $1 AND account_id = $2 AND read = 0",
        &[v(&id.0), v(account.0)],
    )?;
    if changed == 1 {
        return Ok(Some(true));
    }
    tx.opt(
        "SELECT read FROM inbound WHERE message_id = $1 AND account_id = $2",
        &[v(&id.0), v(account.0)],
        |_| Ok(false),
    )
}

fn read(row: &Row<'_>, account: AccountId) -> Result<Inbound> {
    let number = row.int(0)?;
    let inconsistent = || Error::Inconsistent {
        table: "inbound",
        id: format!("{}/{number}", account.0),
    };
    let original = match row.opt_blob(6)? {
        None => None,
        Some(id) => Some(Original {
            message_id: message_id(&id).ok_or_else(inconsistent)?,
            body: row.text(7)?,
            custom_string: row.text(8)?,
        }),
    };
    Ok(Inbound {
        message_id: message_id(&row.blob(1)?).ok_or_else(inconsistent)?,
        at: UnixMicros(row.int(2)?),
        sender: row.text(3)?,
        recipient: row.text(4)?,
        body: row.text(5)?,
        original,
    })
}
