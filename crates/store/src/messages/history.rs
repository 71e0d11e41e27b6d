//! History by page. Without a search a page is a range of numbers, whatever its distance from the first; a search reads the account's
//! messages within the date window.

use postern_domain::account::AccountId;
use postern_domain::channel::Channel;
use postern_domain::message::Status;
use postern_domain::message_id::MessageId;
use postern_domain::time::UnixMicros;

use super::content::{call_columns, picture_columns};
use super::{Message, columns, numbering, read};
use crate::{Result, Tx, Value, v};

/// No status has this number: a word that no state is shown as finds nothing.
const NO_STATUS: i64 = 0;

/// How the parts of a search combine.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub enum Combine {
    #[default]
    And,
    Or,
}

#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub enum Order {
    #[default]
    Date,
    Sender,
    Recipient,
    Status,
    Body,
}

/// Which messages, in which order, which stretch of them.
#[derive(Clone, Debug, Default)]
pub struct Search {
    pub channel: Channel,
    pub combine: Combine,
    /// Up to three states; an empty list finds nothing.
    pub status: Option<Vec<Status>>,
    pub recipient: Option<String>,
    /// In any case.
    pub sender: Option<String>,
    pub custom_string: Option<String>,
    /// The inner `None` is something that is no id: it finds nothing.
    pub message_id: Option<Option<MessageId>>,
    /// Whether the search named this account as owner (`subaccount_id`), or another.
    pub owner: Option<bool>,
    /// Inclusive.
    pub from: Option<UnixMicros>,
    /// Inclusive.
    pub to: Option<UnixMicros>,
    pub order: Order,
    pub descending: bool,
    /// Rows to leave out before the page, and the length of the page.
    pub skip: i64,
    pub limit: i64,
}

/// A page and how many rows there are in all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct History {
    pub total: i64,
    pub rows: Vec<Message>,
}

/// Numbers of messages, both ends included; empty when `low > high`.
#[derive(Copy, Clone, Debug)]
struct Range {
    low: i64,
    high: i64,
}

pub fn history(tx: &mut Tx<'_>, account: AccountId, search: &Search) -> Result<History> {
    let range = range(tx, account, search)?;
    if search.is_dense() {
        return dense(tx, account, range, search);
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

impl Search {
    /// Whether answering reads every message of the account in the date window, instead of a page or a single one.
    pub fn is_scan(&self) -> bool {
        let by_id = self.combine == Combine::And && self.message_id.is_some();
        !self.is_dense() && !by_id
    }

    fn is_dense(&self) -> bool {
        self.order == Order::Date && self.has_no_filter()
    }

    fn has_no_filter(&self) -> bool {
        self.status.is_none()
            && self.recipient.is_none()
            && self.sender.is_none()
            && self.custom_string.is_none()
            && self.message_id.is_none()
            && self.owner.is_none()
    }
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
fn first_accepted(
    tx: &mut Tx<'_>,
    account: AccountId,
    range: Range,
    at: UnixMicros,
) -> Result<i64> {
    let (mut low, mut high) = (range.low, range.high + 1);
    while low < high {
        let middle = low + (high - low) / 2;
        let accepted = tx.opt(
            "SELECT accepted_at FROM messages WHERE account_id = $1 AND seq = $2",
            &[v(account.0), v(middle)],
            |row| row.int(0),
        )?;
        if accepted.is_some_and(|accepted| accepted >= at.0) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    Ok(low)
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
    let id = search.message_id.flatten();
    let mut params = vec![v(account.0), v(range.low), v(range.high)];
    params.extend(search.params());
    params.push(match &id {
        Some(id) => v(&id.0),
        None => Value::Null,
    });
    params.extend([v(limit), v(0)]);
    tx.all(ordered!(search.channel, "seq"), &params, |row| {
        read(row, Some(search.channel))
    })
}

fn matching(tx: &mut Tx<'_>, account: AccountId, range: Range, search: &Search) -> Result<History> {
    let id = search.message_id.flatten();
    let mut params = vec![v(account.0), v(range.low), v(range.high)];
    params.extend(search.params());
    params.push(match &id {
        Some(id) => v(&id.0),
        None => Value::Null,
    });
    let total = tx.one(
        concat!("SELECT count(*) FROM messages", matches!()),
        &params,
        |row| row.int(0),
    )?;
    if search.skip >= total {
        return Ok(History {
            total,
            rows: Vec::new(),
        });
    }
    params.extend([v(search.limit), v(search.skip)]);
    let sql = match (search.order, search.descending) {
        (Order::Date, false) => ordered!(search.channel, "seq"),
        (Order::Date, true) => ordered!(search.channel, "seq DESC"),
        (Order::Sender, false) => ordered!(search.channel, "sender, seq"),
        (Order::Sender, true) => ordered!(search.channel, "sender DESC, seq DESC"),
        (Order::Recipient, false) => ordered!(search.channel, "recipient, seq"),
        (Order::Recipient, true) => ordered!(search.channel, "recipient DESC, seq DESC"),
        (Order::Status, false) => ordered!(search.channel, "status, seq"),
        (Order::Status, true) => ordered!(search.channel, "status DESC, seq DESC"),
        (Order::Body, false) => ordered!(search.channel, "body, seq"),
        (Order::Body, true) => ordered!(search.channel, "body DESC, seq DESC"),
    };
    let rows = tx.all(sql, &params, |row| read(row, Some(search.channel)))?;
    Ok(History { total, rows })
}

impl Search {
    /// `$4` to `$11` of the statements above.
    fn params(&self) -> [Value<'_>; 8] {
        let states = self.status.as_deref();
        let state = |n: usize| match states {
            None => Value::Null,
            Some(states) => v(states.get(n).map_or(NO_STATUS, |s| s.code())),
        };
        [
            // Joining nothing with OR would find nothing.
            v(i64::from(
                self.combine == Combine::Or && !self.has_no_filter(),
            )),
            v(&self.recipient),
            v(&self.sender),
            v(&self.custom_string),
            state(0),
            state(1),
            state(2),
            v(self.owner.map(i64::from)),
        ]
    }
}
