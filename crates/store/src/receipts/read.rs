//! Receipts by page and by message. What has been read is always a beginning of a channel's receipts, so the unread ones are a range.

use postern_domain::account::AccountId;
use postern_domain::channel::Channel;
use postern_domain::message::Status;
use postern_domain::message_id::MessageId;
use postern_domain::time::UnixMicros;

use super::{Receipt, inconsistent};
use crate::messages::{cause, message_id, numbering};
use crate::{Result, Row, Tx, v};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceiptPage {
    pub total: i64,
    pub rows: Vec<Receipt>,
}

/// How many receipts of a channel there are, and how many of them are marked as read.
#[derive(Copy, Clone, Debug)]
struct Counts {
    all: i64,
    read: i64,
}

macro_rules! select {
    ($where:literal) => {
        concat!(
            "SELECT receipt_seq, message_id, at, sent_at, status, cause, custom_string, digits FROM receipts ",
            $where
        )
    };
}

/// The unread receipts numbered `skip + 1` to `skip + limit`, oldest first. Numbers have no gaps, so any page costs the same.
pub fn page(
    tx: &mut Tx<'_>,
    account: AccountId,
    channel: Channel,
    skip: i64,
    limit: i64,
) -> Result<ReceiptPage> {
    let counts = counts(tx, account, channel)?;
    let before = (numbering::base(channel) + counts.read).saturating_add(skip);
    let rows = tx.all(
        select!(
            "WHERE account_id = $1 AND receipt_seq > $2 AND receipt_seq <= $3 ORDER BY receipt_seq LIMIT $4"
        ),
        &[
            v(account.0),
            v(before),
            v(numbering::base(channel) + counts.all),
            v(limit),
        ],
        |row| read(row, account),
    )?;
    Ok(ReceiptPage {
        total: counts.all - counts.read,
        rows,
    })
}

/// What unread receipts are searched by; all that are given must fit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReceiptSearch {
    pub message_id: Option<MessageId>,
    pub statuses: Option<Vec<Status>>,
    pub custom_string: Option<String>,
    /// Of the message.
    pub recipient: Option<String>,
    pub sender: Option<String>,
}

macro_rules! matching {
    ($what:literal, $rest:literal) => {
        concat!(
            "SELECT ", $what, " FROM receipts r LEFT JOIN messages m ON m.message_id = r.message_id
             WHERE r.account_id = $1 AND r.receipt_seq > $2 AND r.receipt_seq <= $3
                AND (CAST($4 AS TEXT) IS NULL OR lower(r.custom_string) = lower($4))
                AND (CAST($5 AS TEXT) IS NULL OR m.recipient = $5) AND (CAST($6 AS TEXT) IS NULL OR lower(m.sender) = lower($6))
                AND ($7 = 0 OR r.status IN ($8, $9, $10)) AND ($11 = 0 OR r.message_id = $12) ",
            $rest
        )
    };
}

/// The unread receipts that fit, numbered `skip + 1` to `skip + limit`, oldest first. Reads every unread one.
pub fn search(
    tx: &mut Tx<'_>,
    account: AccountId,
    channel: Channel,
    search: &ReceiptSearch,
    skip: i64,
    limit: i64,
) -> Result<ReceiptPage> {
    let counts = counts(tx, account, channel)?;
    let base = numbering::base(channel);
    let codes: Vec<i64> = search
        .statuses
        .iter()
        .flatten()
        .map(|status| status.code())
        .collect();
    // No status has the number 0.
    let code = |n: usize| codes.get(n).copied().unwrap_or(0);
    let id = search.message_id.map_or([0; 16], |id| id.0);
    let params = [
        v(account.0),
        v(base + counts.read),
        v(base + counts.all),
        v(&search.custom_string),
        v(&search.recipient),
        v(&search.sender),
        v(search.statuses.is_some()),
        v(code(0)),
        v(code(1)),
        v(code(2)),
        v(search.message_id.is_some()),
        v(&id),
    ];
    let total = tx.one(matching!("count(*)", ""), &params, |row| row.int(0))?;
    let mut page = params.to_vec();
    page.extend([v(limit), v(skip)]);
    let rows = tx.all(
        matching!(
            "r.receipt_seq, r.message_id, r.at, r.sent_at, r.status, r.cause, r.custom_string, r.digits",
            "ORDER BY r.receipt_seq LIMIT $13 OFFSET $14"
        ),
        &page,
        |row| read(row, account),
    )?;
    Ok(ReceiptPage { total, rows })
}

/// How many receipts would be marked as read by "everything before `before`" (`None`: everything): all that came before the first one
/// that is not. A receipt at `before` or later is never among them. Reads as many rows as are unread.
pub fn read_mark(
    tx: &mut Tx<'_>,
    account: AccountId,
    channel: Channel,
    before: Option<UnixMicros>,
) -> Result<i64> {
    let counts = counts(tx, account, channel)?;
    let Some(before) = before else {
        return Ok(counts.all);
    };
    let base = numbering::base(channel);
    let first_left = tx.opt(
        "SELECT receipt_seq FROM receipts WHERE account_id = $1 AND receipt_seq > $2 AND receipt_seq <= $3 AND at >= $4
         ORDER BY receipt_seq LIMIT 1",
        &[
            v(account.0),
            v(base + counts.read),
            v(base + counts.all),
            v(before.0),
        ],
        |row| row.int(0),
    )?;
    Ok(first_left.map_or(counts.all, |seq| seq - base - 1))
}

/// Marks the first `mark` receipts of the channel as read. The mark only moves forward.
pub fn mark_read(tx: &mut Tx<'_>, account: AccountId, channel: Channel, mark: i64) -> Result<()> {
    let sql = match channel {
        Channel::Sms => {
            "UPDATE accounts SET sms_receipts_read = $2 WHERE account_id = $1 AND sms_receipts_read < $2 AND receipt_seq >= $2"
        }
        Channel::Voice => {
            "UPDATE accounts SET voice_receipts_read = $2 WHERE account_id = $1 AND voice_receipts_read < $2 AND voice_receipt_seq >= $2"
        }
        Channel::Mms => {
            "UPDATE accounts SET mms_receipts_read = $2 WHERE account_id = $1 AND mms_receipts_read < $2 AND mms_receipt_seq >= $2"
        }
    };
    tx.execute(sql, &[v(account.0), v(mark)])?;
    Ok(())
}

/// The newest receipt of a message of the channel, read or not.
pub fn newest_of(
    tx: &mut Tx<'_>,
    account: AccountId,
    channel: Channel,
    id: MessageId,
) -> Result<Option<Receipt>> {
    let number = tx.opt(
        "SELECT receipt_seq FROM messages WHERE message_id = $1 AND account_id = $2",
        &[v(&id.0), v(account.0)],
        |row| row.opt_int(0),
    )?;
    let number = match number {
        Some(number) => number,
        // The index of test receipts answers this: only so do both engines see it.
        None => tx.opt(
            "SELECT receipt_seq FROM receipts WHERE message_id = $1 AND test = 1 AND account_id = $2",
            &[v(&id.0), v(account.0)],
            |row| row.int(0),
        )?,
    };
    let Some(number) = number.filter(|number| numbering::is_of(channel, *number)) else {
        return Ok(None);
    };
    tx.opt(
        select!("WHERE account_id = $1 AND receipt_seq = $2"),
        &[v(account.0), v(number)],
        |row| read(row, account),
    )
}

/// Receipts of one message that are read at most: carriers that try again say so a few times.
const CHAIN_MAX: usize = 50;

/// A message's receipts with their numbers, the newest first, from `newest` back.
pub fn of_message(tx: &mut Tx<'_>, account: AccountId, newest: i64) -> Result<Vec<(i64, Receipt)>> {
    let (mut next, mut chain) = (Some(newest), Vec::new());
    while let Some(number) = next.filter(|_| chain.len() < CHAIN_MAX) {
        let found = tx.opt(
            concat!(
                "SELECT receipt_seq, message_id, at, sent_at, status, cause, custom_string, digits, previous_seq FROM receipts",
                " WHERE account_id = $1 AND receipt_seq = $2"
            ),
            &[v(account.0), v(number)],
            |row| Ok((read(row, account)?, row.opt_int(8)?)),
        )?;
        let Some((receipt, previous)) = found else {
            break;
        };
        chain.push((number, receipt));
        next = previous;
    }
    Ok(chain)
}

/// By its number, whether anybody polls it or not.
pub(crate) fn by_number(
    tx: &mut Tx<'_>,
    account: AccountId,
    receipt_seq: i64,
) -> Result<Option<(Channel, Receipt)>> {
    let Some(channel) = numbering::channel(receipt_seq) else {
        return Ok(None);
    };
    let found = tx.opt(
        select!("WHERE account_id = $1 AND receipt_seq = $2"),
        &[v(account.0), v(receipt_seq)],
        |row| read(row, account),
    )?;
    Ok(found.map(|receipt| (channel, receipt)))
}

/// With their numbers, from behind `after` to `until`.
pub(crate) fn after(
    tx: &mut Tx<'_>,
    account: AccountId,
    after: i64,
    until: i64,
    limit: i64,
) -> Result<Vec<(i64, Receipt)>> {
    tx.all(
        select!(
            "WHERE account_id = $1 AND receipt_seq > $2 AND receipt_seq <= $3 ORDER BY receipt_seq LIMIT $4"
        ),
        &[v(account.0), v(after), v(until), v(limit)],
        |row| Ok((row.int(0)?, read(row, account)?)),
    )
}

/// The last number in a stretch; `None`: it is empty.
pub(crate) fn last_number(
    tx: &mut Tx<'_>,
    account: AccountId,
    after: i64,
    until: i64,
) -> Result<Option<i64>> {
    tx.opt(
        "SELECT receipt_seq FROM receipts WHERE account_id = $1 AND receipt_seq > $2 AND receipt_seq <= $3
         ORDER BY receipt_seq DESC LIMIT 1",
        &[v(account.0), v(after), v(until)],
        |row| row.int(0),
    )
}

fn counts(tx: &mut Tx<'_>, account: AccountId, channel: Channel) -> Result<Counts> {
    let sql = match channel {
        Channel::Sms => "SELECT receipt_seq, sms_receipts_read FROM accounts WHERE account_id = $1",
        Channel::Voice => {
            "SELECT voice_receipt_seq, voice_receipts_read FROM accounts WHERE account_id = $1"
        }
        Channel::Mms => {
            "SELECT mms_receipt_seq, mms_receipts_read FROM accounts WHERE account_id = $1"
        }
    };
    let found = tx.opt(sql, &[v(account.0)], |row| {
        Ok(Counts {
            all: row.int(0)?,
            read: row.int(1)?,
        })
    })?;
    Ok(found.unwrap_or(Counts { all: 0, read: 0 }))
}

fn read(row: &Row<'_>, account: AccountId) -> Result<Receipt> {
    let number = row.int(0)?;
    let inconsistent = || inconsistent("receipts", account, number);
    Ok(Receipt {
        message_id: message_id(&row.blob(1)?).ok_or_else(inconsistent)?,
        at: UnixMicros(row.int(2)?),
        sent_at: UnixMicros(row.int(3)?),
        status: Status::from_code(row.int(4)?).ok_or_else(inconsistent)?,
        cause: cause(row.opt_int(5)?).ok_or_else(inconsistent)?,
        custom_string: row.text(6)?,
        digits: row.opt_text(7)?,
    })
}
