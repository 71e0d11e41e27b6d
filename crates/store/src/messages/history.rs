//! History by page. Without a search a page is a range of numbers, whatever its distance from the first; a search by one state or sender
//! reads the blocks that its page lies in, one by recipient the messages to that number, and any other the account's messages within the
//! date window.

use postern_domain::account::AccountId;
use postern_domain::channel::Channel;
use postern_domain::message_id::MessageId;
use postern_domain::time::UnixMicros;

use super::blocks::{block, first_of};
use super::content::{call_columns, picture_columns};
use super::search::{Combine, Order, Search};
use super::{Message, columns, counted, numbering, read};
use crate::{Result, Tx, Value, v};

/// A page and how many rows there are in all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct History {
    pub total: i64,
    pub rows: Vec<Message>,
}

/// Numbers of messages, both ends included; empty when `low > high`.
#[derive(Copy, Clone, Debug)]
pub(super) struct Range {
    pub(super) low: i64,
    pub(super) high: i64,
}

pub fn history(tx: &mut Tx<'_>, account: AccountId, search: &Search) -> Result<History> {
    let range = range(tx, account, search)?;
    if search.is_dense() {
        return dense(tx, account, range, search);
    }
    if let Some(found) = counted::page(tx, account, range, search)? {
        return Ok(found);
    }
    matching(tx, account, range, search)
}

/// The numbers among which a search looks.
fn range(tx: &mut Tx<'_>, account: AccountId, search: &Search) -> Result<Range> {
    let mut range = Range {
        low: numbering::base(search.channel) + 1,
        high: numbering::newest(tx, account, search.channel)?,
    };
    if let Some(from) = search.from {
        range.low = first_accepted(tx, account, range, from)?;
    }
    if let Some(to) = search.to {
        range.high = first_accepted(tx, account, range, to.plus_micros(1))? - 1;
    }
    if let (Combine::And, Some(id)) = (search.combine, search.message_id) {
        range = narrowed_to(tx, account, range, id)?;
    }
    Ok(range)
}

/// Messages with what their channel has beside; the texts' statement touches one table only.
macro_rules! selected {
    ($channel:expr, $($where:expr),+) => {
        match $channel {
            Channel::Sms => concat!("SELECT ", columns!(), " FROM messages", $($where),+),
            Channel::Voice => concat!(
                "SELECT ", columns!(), ", ", call_columns!(),
                " FROM messages LEFT JOIN voice_messages USING (account_id, seq)", $($where),+
            ),
            Channel::Mms => concat!(
                "SELECT ", columns!(), ", ", picture_columns!(),
                " FROM messages LEFT JOIN mms_messages USING (account_id, seq)", $($where),+
            ),
        }
    };
}

pub(super) use selected;

/// Numbers have no gaps, so the page is known before anything is read.
fn dense(tx: &mut Tx<'_>, account: AccountId, range: Range, search: &Search) -> Result<History> {
    let total = (range.high - range.low + 1).max(0);
    let (low, high) = if search.descending {
        let high = range.high.saturating_sub(search.skip);
        (range.low.max(high.saturating_sub(search.limit - 1)), high)
    } else {
        let low = range.low.saturating_add(search.skip);
        (low, range.high.min(low.saturating_add(search.limit - 1)))
    };
    let sql = if search.descending {
        selected!(
            search.channel,
            " WHERE account_id = $1 AND seq >= $2 AND seq <= $3 ORDER BY seq DESC"
        )
    } else {
        selected!(
            search.channel,
            " WHERE account_id = $1 AND seq >= $2 AND seq <= $3 ORDER BY seq"
        )
    };
    let rows = tx.all(sql, &[v(account.0), v(low), v(high)], |row| {
        read(row, Some(search.channel))
    })?;
    Ok(History { total, rows })
}

/// The first number within `range` accepted at `at` or later, one past the range if there is none. Times never run backwards in the
/// numbers, so this halves the range some twenty times instead of keeping an index on time.
pub(super) fn first_accepted(
    tx: &mut Tx<'_>,
    account: AccountId,
    range: Range,
    at: UnixMicros,
) -> Result<i64> {
    let (mut low, mut high) = (range.low, range.high + 1);
    while low < high {
        let middle = low + (high - low) / 2;
        if accepted_at(tx, account, middle)?.is_some_and(|accepted| accepted >= at) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    Ok(low)
}

pub(super) fn accepted_at(
    tx: &mut Tx<'_>,
    account: AccountId,
    seq: i64,
) -> Result<Option<UnixMicros>> {
    tx.opt(
        "SELECT accepted_at FROM messages WHERE account_id = $1 AND seq = $2",
        &[v(account.0), v(seq)],
        |row| row.int(0).map(UnixMicros),
    )
}

/// An id names one message at most, and its index finds it.
fn narrowed_to(
    tx: &mut Tx<'_>,
    account: AccountId,
    range: Range,
    id: Option<MessageId>,
) -> Result<Range> {
    let seq = match id {
        None => None,
        Some(id) => tx.opt(
            "SELECT seq FROM messages WHERE message_id = $1 AND account_id = $2",
            &[v(&id.0), v(account.0)],
            |row| row.int(0),
        )?,
    };
    Ok(
        match seq.filter(|seq| (range.low..=range.high).contains(seq)) {
            Some(seq) => Range {
                low: seq,
                high: seq,
            },
            None => Range { low: 1, high: 0 },
        },
    )
}

macro_rules! matches {
    () => {
        " WHERE account_id = $1 AND seq >= $2 AND seq <= $3 AND (
            ($4 = 0 AND (CAST($5 AS TEXT) IS NULL OR recipient = $5) AND (CAST($6 AS TEXT) IS NULL OR lower(sender) = lower($6))
                AND (CAST($7 AS TEXT) IS NULL OR lower(custom_string) = lower($7))
                AND (CAST($8 AS BIGINT) IS NULL OR status IN ($8, $9, $10)) AND (CAST($11 AS BIGINT) IS NULL OR $11 = 1))
            OR ($4 = 1 AND (recipient = $5 OR lower(sender) = lower($6) OR lower(custom_string) = lower($7)
                OR status IN ($8, $9, $10) OR $11 = 1 OR message_id = $12)))"
    };
}

macro_rules! ordered {
    ($channel:expr, $order:literal) => {
        selected!(
            $channel,
            matches!(),
            " ORDER BY ",
            $order,
            " LIMIT $13 OFFSET $14"
        )
    };
}

/// Messages to one number: in full blocks by the blocks' sorted recipients, behind the last one by looking at each. `$13` to `$15`: the
/// first block, the last one, and the number behind that.
macro_rules! to_one_number {
    () => {
        " AND seq IN (
            WITH RECURSIVE blocks(block) AS (SELECT CAST($13 AS BIGINT) UNION ALL SELECT block + 1 FROM blocks WHERE block < $14)
            SELECT r.seq FROM blocks CROSS JOIN message_recipients r
                WHERE r.account_id = $1 AND r.block = blocks.block AND r.recipient = $5 AND r.seq >= $2 AND r.seq <= $3 AND r.seq < $15
            UNION ALL SELECT t.seq FROM messages t
                WHERE t.account_id = $1 AND t.seq >= $15 AND t.seq >= $2 AND t.seq <= $3 AND t.recipient = $5)"
    };
}

macro_rules! to_one_number_ordered {
    ($channel:expr, $order:literal) => {
        selected!(
            $channel,
            matches!(),
            to_one_number!(),
            " ORDER BY ",
            $order,
            " LIMIT $16 OFFSET $17"
        )
    };
}

/// The statement for the order of a search.
macro_rules! in_order {
    ($ordered:ident, $search:expr) => {
        match ($search.order, $search.descending) {
            (Order::Date, false) => $ordered!($search.channel, "seq"),
            (Order::Date, true) => $ordered!($search.channel, "seq DESC"),
            (Order::Sender, false) => $ordered!($search.channel, "sender, seq"),
            (Order::Sender, true) => $ordered!($search.channel, "sender DESC, seq DESC"),
            (Order::Recipient, false) => $ordered!($search.channel, "recipient, seq"),
            (Order::Recipient, true) => $ordered!($search.channel, "recipient DESC, seq DESC"),
            (Order::Status, false) => $ordered!($search.channel, "status, seq"),
            (Order::Status, true) => $ordered!($search.channel, "status DESC, seq DESC"),
            (Order::Body, false) => $ordered!($search.channel, "body, seq"),
            (Order::Body, true) => $ordered!($search.channel, "body DESC, seq DESC"),
        }
    };
}

/// The next `limit` messages above number `after` (0: from the first) that a search finds, oldest first: for walking through all of them,
/// which a count and an offset a page would make quadratic. Order and page of the search are not looked at.
pub fn walk(
    tx: &mut Tx<'_>,
    account: AccountId,
    search: &Search,
    after: i64,
    limit: i64,
) -> Result<Vec<Message>> {
    let mut range = range(tx, account, search)?;
    range.low = range.low.max(after.saturating_add(1));
    let part = Search {
        skip: 0,
        limit,
        order: Order::Date,
        descending: false,
        ..search.clone()
    };
    rows(tx, account, range, &part)
}

fn matching(tx: &mut Tx<'_>, account: AccountId, range: Range, search: &Search) -> Result<History> {
    let total = count(tx, account, range, search)?;
    let rows = match search.skip < total {
        true => rows(tx, account, range, search)?,
        false => Vec::new(),
    };
    Ok(History { total, rows })
}

/// How many messages of the range a search finds.
pub(super) fn count(
    tx: &mut Tx<'_>,
    account: AccountId,
    range: Range,
    search: &Search,
) -> Result<i64> {
    let id = search.message_id.flatten();
    let mut params = search.params(account, range, id.as_ref());
    let sql = if search.is_by_recipient() {
        params.extend(blocks_of(tx, account, range, search.channel)?);
        concat!(
            "SELECT count(*) FROM messages",
            matches!(),
            to_one_number!()
        )
    } else {
        concat!("SELECT count(*) FROM messages", matches!())
    };
    tx.one(sql, &params, |row| row.int(0))
}

/// The search's page of what it finds in the range.
pub(super) fn rows(
    tx: &mut Tx<'_>,
    account: AccountId,
    range: Range,
    search: &Search,
) -> Result<Vec<Message>> {
    let id = search.message_id.flatten();
    let mut params = search.params(account, range, id.as_ref());
    let sql = if search.is_by_recipient() {
        params.extend(blocks_of(tx, account, range, search.channel)?);
        in_order!(to_one_number_ordered, search)
    } else {
        in_order!(ordered, search)
    };
    params.extend([v(search.limit), v(search.skip)]);
    tx.all(sql, &params, |row| read(row, Some(search.channel)))
}

/// The full blocks that a range touches, the first and the last one, and the number behind them.
fn blocks_of(
    tx: &mut Tx<'_>,
    account: AccountId,
    range: Range,
    channel: Channel,
) -> Result<[Value<'static>; 3]> {
    let newest = numbering::newest(tx, account, channel)?;
    let end = block(newest + 1).min(block(range.high) + 1);
    Ok([v(block(range.low)), v(end - 1), v(first_of(end))])
}
