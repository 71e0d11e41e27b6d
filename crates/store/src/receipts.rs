//! Delivery receipts: what carriers report about messages, numbered per account in the order in which it became durable.

use std::collections::{HashMap, HashSet};

use postern_domain::account::AccountId;
use postern_domain::channel::Channel;
use postern_domain::message::{Event, Status};
use postern_domain::message_id::MessageId;
use postern_domain::receipt::Cause;
use postern_domain::time::UnixMicros;
use postern_domain::voice::Heard;

use crate::dialect::{Bulk, Each, Kind};
use crate::messages::{Change, MessageKey, Step, advance, keep_heard, message_id, numbering};
use crate::settings::TENANT;
use crate::{Error, Result, Tx, Value, v};

mod fabricate;
mod read;
mod wishes;

pub use fabricate::{TestReceipt, record_test};
pub use read::{
    ReceiptPage, ReceiptSearch, mark_read, newest_of, of_message, page, read_mark, search,
};
pub(crate) use read::{after, by_number, last_number};
use wishes::{Told, Wishes};

/// A report about one message of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrival {
    pub seq: i64,
    pub event: Event,
    pub cause: Option<Cause>,
    /// When it happened, by the carrier's account.
    pub at: UnixMicros,
    /// Of calls.
    pub heard: Heard,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    pub message_id: MessageId,
    pub at: UnixMicros,
    pub sent_at: UnixMicros,
    pub status: Status,
    pub cause: Option<Cause>,
    pub custom_string: String,
    pub digits: Option<String>,
}

static RECEIPTS: Bulk = Bulk {
    table: "receipts",
    columns: &[
        ("tenant_id", Kind::Int),
        ("account_id", Kind::Int),
        ("receipt_seq", Kind::Int),
        ("message_id", Kind::Blob),
        ("at", Kind::Int),
        ("sent_at", Kind::Int),
        ("status", Kind::Int),
        ("cause", Kind::Int),
        ("custom_string", Kind::Text),
        ("digits", Kind::Text),
        ("previous_seq", Kind::Int),
    ],
};

/// The message a report is about, as it stands.
struct Subject<'a> {
    arrival: &'a Arrival,
    status: Status,
    message_id: MessageId,
    custom_string: String,
    due_at: i64,
    sent_at: Option<i64>,
    receipt_seq: Option<i64>,
}

impl Arrival {
    pub fn new(seq: i64, event: Event, cause: Option<Cause>, at: UnixMicros) -> Arrival {
        Arrival {
            seq,
            event,
            cause,
            at,
            heard: Heard::default(),
        }
    }
}

/// Applies reports about messages of one account: the message moves on, a receipt is kept, a final message leaves the queue. Reports that
/// say nothing new are dropped. Answers how many were kept.
pub fn record(
    tx: &mut Tx<'_>,
    account: AccountId,
    arrivals: &[Arrival],
    now: UnixMicros,
) -> Result<usize> {
    let (mut rest, mut kept) = (arrivals, 0);
    while !rest.is_empty() {
        // Two reports about one message in one unit: the second has to see what the first did.
        let mut seen = HashSet::new();
        let distinct = rest.iter().take_while(|arrival| seen.insert(arrival.seq));
        let (these, others) = rest.split_at(distinct.count());
        let subjects = subjects(tx, account, these)?;
        kept += keep(tx, account, &subjects, now)?;
        rest = others;
    }
    Ok(kept)
}

static SUBJECTS: Each = Each {
    one: "SELECT seq, status, message_id, custom_string, due_at, sent_at, receipt_seq FROM messages WHERE account_id = $1 AND seq = $2",
    // Locked, so that nobody moves them before their numbers are given out and used.
    many:
        "SELECT m.seq, m.status, m.message_id, m.custom_string, m.due_at, m.sent_at, m.receipt_seq
           FROM UNNEST($1::bigint[], $2::bigint[]) AS u(account_id, seq)
           JOIN messages m ON m.account_id = u.account_id AND m.seq = u.seq FOR UPDATE OF m",
    columns: &[("account_id", Kind::Int), ("seq", Kind::Int)],
};

/// The messages of these reports in the reports' order, without unknown ones and those to which the report says nothing new.
fn subjects<'a>(
    tx: &mut Tx<'_>,
    account: AccountId,
    arrivals: &'a [Arrival],
) -> Result<Vec<Subject<'a>>> {
    let by_seq: HashMap<i64, usize> = arrivals
        .iter()
        .enumerate()
        .map(|(place, arrival)| (arrival.seq, place))
        .collect();
    let rows: Vec<_> = arrivals
        .iter()
        .map(|arrival| vec![v(account.0), v(arrival.seq)])
        .collect();
    let mut found = tx.each(&SUBJECTS, &rows, |row| {
        let seq = row.int(0)?;
        let wrong = || inconsistent("messages", account, seq);
        let place = *by_seq.get(&seq).ok_or_else(wrong)?;
        let subject = Subject {
            arrival: &arrivals[place],
            status: Status::from_code(row.int(1)?).ok_or_else(wrong)?,
            message_id: message_id(&row.blob(2)?).ok_or_else(wrong)?,
            custom_string: row.text(3)?,
            due_at: row.int(4)?,
            sent_at: row.opt_int(5)?,
            receipt_seq: row.opt_int(6)?,
        };
        Ok((place, subject))
    })?;
    found.retain(|(_, subject)| subject.status.after(subject.arrival.event).is_some());
    found.sort_unstable_by_key(|(place, _)| *place);
    Ok(found.into_iter().map(|(_, subject)| subject).collect())
}

/// One number per receipt, handed out together; then messages, queue and receipts change.
fn keep(
    tx: &mut Tx<'_>,
    account: AccountId,
    subjects: &[Subject<'_>],
    now: UnixMicros,
) -> Result<usize> {
    if subjects.is_empty() {
        return Ok(0);
    }
    let channels = subjects
        .iter()
        .map(|subject| {
            let seq = subject.arrival.seq;
            numbering::channel(seq).ok_or_else(|| inconsistent("messages", account, seq))
        })
        .collect::<Result<Vec<_>>>()?;
    let wishes = Wishes::of(tx, account, &channels)?;
    let polled: Vec<bool> = channels
        .iter()
        .zip(subjects)
        .map(|(channel, subject)| wishes.is_polled(*channel, subject.arrival.event.target()))
        .collect();
    let numbers = numbers(tx, account, &channels, &polled)?;
    let steps: Vec<Step<'_>> = subjects
        .iter()
        .zip(&numbers)
        .map(|(subject, number)| Step {
            seq: subject.arrival.seq,
            from: subject.status,
            event: subject.arrival.event,
            change: Change {
                cause: subject.arrival.cause,
                receipt_seq: Some(*number),
                ..Change::default()
            },
        })
        .collect();
    if advance(tx, account, &steps, now)?.len() != steps.len() {
        // Only another worker can have been faster (PostgreSQL); the numbers handed out above must not stay empty.
        return Err(Error::Unavailable(
            "a message moved on while its receipt was being recorded".into(),
        ));
    }
    leave_queue(tx, account, subjects)?;
    let rows: Vec<_> = subjects
        .iter()
        .zip(&numbers)
        .map(|(subject, number)| row(account, subject, *number))
        .collect();
    tx.insert_all(&RECEIPTS, &rows)?;
    for subject in subjects {
        let (seq, heard) = (subject.arrival.seq, &subject.arrival.heard);
        if !heard.is_nothing() {
            keep_heard(tx, MessageKey { account, seq }, heard)?;
        }
    }
    for ((subject, number), channel) in subjects.iter().zip(&numbers).zip(&channels) {
        let told = Told {
            receipt_seq: *number,
            channel: *channel,
            message_id: subject.message_id,
            status: subject.arrival.event.target(),
            cause: subject.arrival.cause,
        };
        wishes.carry_out(tx, account, &told, now)?;
    }
    Ok(subjects.len())
}

static LEAVE: Each = Each {
    one: "DELETE FROM queue WHERE due_at = $1 AND account_id = $2 AND seq = $3 RETURNING seq",
    many: "DELETE FROM queue q USING UNNEST($1::bigint[], $2::bigint[], $3::bigint[]) AS u(due_at, account_id, seq)
           WHERE q.due_at = u.due_at AND q.account_id = u.account_id AND q.seq = u.seq RETURNING q.seq",
    columns: &[
        ("due_at", Kind::Int),
        ("account_id", Kind::Int),
        ("seq", Kind::Int),
    ],
};

/// Nothing can happen any more to those that are final.
fn leave_queue(tx: &mut Tx<'_>, account: AccountId, subjects: &[Subject<'_>]) -> Result<()> {
    let rows: Vec<_> = subjects
        .iter()
        .filter(|subject| subject.arrival.event.target().is_final())
        .map(|subject| vec![v(subject.due_at), v(account.0), v(subject.arrival.seq)])
        .collect();
    tx.each(&LEAVE, &rows, |_| Ok(()))?;
    Ok(())
}

fn row<'a>(account: AccountId, subject: &'a Subject<'_>, number: i64) -> Vec<Value<'a>> {
    let arrival = subject.arrival;
    vec![
        v(TENANT),
        v(account.0),
        v(number),
        v(&subject.message_id.0),
        v(arrival.at.0),
        v(subject.sent_at.unwrap_or(arrival.at.0)),
        v(arrival.event.target().code()),
        v(arrival.cause.map(|c| i64::from(c.error_code()))),
        v(&subject.custom_string),
        v(&arrival.heard.digits),
        v(subject.receipt_seq),
    ]
}

/// A number for each, in their order: one statement a channel, and one for all that nobody polls.
fn numbers(
    tx: &mut Tx<'_>,
    account: AccountId,
    channels: &[Channel],
    polled: &[bool],
) -> Result<Vec<i64>> {
    let mut next = Vec::new();
    for channel in Channel::ALL {
        let of_channel = channels
            .iter()
            .zip(polled)
            .filter(|(c, p)| *c == channel && **p);
        let count = of_channel.count() as i64;
        if count > 0 {
            let last = add_receipts(tx, account, *channel, count)?;
            next.push((*channel, last - count + 1));
        }
    }
    let unpolled = polled.iter().filter(|polled| !**polled).count() as i64;
    let mut apart = match unpolled {
        0 => 0,
        count => add_unpolled(tx, account, count)? - count + 1,
    };
    Ok(channels
        .iter()
        .zip(polled)
        .filter_map(|(channel, polled)| {
            if !polled {
                apart += 1;
                return Some(numbering::unpolled(*channel, apart - 1));
            }
            let (_, number) = next.iter_mut().find(|(c, _)| c == channel)?;
            *number += 1;
            Some(*number - 1)
        })
        .collect())
}

/// Answers the last number of the `count` that were handed out.
fn add_unpolled(tx: &mut Tx<'_>, account: AccountId, count: i64) -> Result<i64> {
    tx.one(
        "UPDATE accounts SET unpolled_receipt_seq = unpolled_receipt_seq + $2 WHERE account_id = $1 RETURNING unpolled_receipt_seq",
        &[v(account.0), v(count)],
        |row| row.int(0),
    )
}

/// Answers the last number of the `count` that were handed out.
fn add_receipts(tx: &mut Tx<'_>, account: AccountId, channel: Channel, count: i64) -> Result<i64> {
    let sql = match channel {
        Channel::Sms => {
            "UPDATE accounts SET receipt_seq = receipt_seq + $2 WHERE account_id = $1 RETURNING receipt_seq"
        }
        Channel::Voice => {
            "UPDATE accounts SET voice_receipt_seq = voice_receipt_seq + $2 WHERE account_id = $1 RETURNING voice_receipt_seq"
        }
        Channel::Mms => {
            "UPDATE accounts SET mms_receipt_seq = mms_receipt_seq + $2 WHERE account_id = $1 RETURNING mms_receipt_seq"
        }
    };
    let last = tx.one(sql, &[v(account.0), v(count)], |row| row.int(0))?;
    Ok(numbering::base(channel) + last)
}

fn inconsistent(table: &'static str, account: AccountId, number: i64) -> Error {
    Error::Inconsistent {
        table,
        id: format!("{}/{number}", account.0),
    }
}
