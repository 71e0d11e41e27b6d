//! Delivery receipts: what carriers report about messages, numbered per account in the order in which it became durable.

use postern_domain::account::AccountId;
use postern_domain::channel::Channel;
use postern_domain::message::{Event, Status};
use postern_domain::message_id::MessageId;
use postern_domain::receipt::Cause;
use postern_domain::time::UnixMicros;
use postern_domain::voice::Heard;

use crate::dialect::{Bulk, Kind};
use crate::messages::{Change, MessageKey, advance, keep_heard, message_id, numbering};
use crate::settings::TENANT;
use crate::{Error, Result, Tx, v};

mod fabricate;
mod read;
mod wishes;

pub use fabricate::{TestReceipt, record_test};
pub(crate) use read::by_number;
pub use read::{ReceiptPage, ReceiptSearch, mark_read, newest_of, page, read_mark, search};
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
    ],
};

/// The message a report is about, as it stands.
struct Subject {
    key: MessageKey,
    arrival: Arrival,
    message_id: MessageId,
    custom_string: String,
    due_at: i64,
    sent_at: Option<i64>,
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
    let mut subjects = Vec::with_capacity(arrivals.len());
    let mut kept = 0;
    for arrival in arrivals {
        let key = MessageKey {
            account,
            seq: arrival.seq,
        };
        // Two reports about one message in one unit: the second has to see what the first did.
        if subjects.iter().any(|s: &Subject| s.key == key) {
            kept += keep(tx, account, &mut subjects, now)?;
        }
        subjects.extend(subject(tx, key, arrival)?);
    }
    kept += keep(tx, account, &mut subjects, now)?;
    Ok(kept)
}

/// `None`: unknown message, or one to which the report says nothing new.
fn subject(tx: &mut Tx<'_>, key: MessageKey, arrival: &Arrival) -> Result<Option<Subject>> {
    let found = tx.opt(
        "SELECT status, message_id, custom_string, due_at, sent_at FROM messages WHERE account_id = $1 AND seq = $2",
        &[v(key.account.0), v(key.seq)],
        |row| {
            let inconsistent = || inconsistent("messages", key.account, key.seq);
            let status = Status::from_code(row.int(0)?).ok_or_else(inconsistent)?;
            let subject = Subject {
                key,
                arrival: arrival.clone(),
                message_id: message_id(&row.blob(1)?).ok_or_else(inconsistent)?,
                custom_string: row.text(2)?,
                due_at: row.int(3)?,
                sent_at: row.opt_int(4)?,
            };
            Ok((status, subject))
        },
    )?;
    Ok(found
        .filter(|(status, _)| status.after(arrival.event).is_some())
        .map(|(_, subject)| subject))
}

/// One number per receipt, handed out together; then messages, queue and receipts change.
fn keep(
    tx: &mut Tx<'_>,
    account: AccountId,
    subjects: &mut Vec<Subject>,
    now: UnixMicros,
) -> Result<usize> {
    if subjects.is_empty() {
        return Ok(0);
    }
    let channels = subjects
        .iter()
        .map(|subject| {
            numbering::channel(subject.key.seq)
                .ok_or_else(|| inconsistent("messages", account, subject.key.seq))
        })
        .collect::<Result<Vec<_>>>()?;
    let wishes = Wishes::of(tx, account, &channels)?;
    let polled: Vec<bool> = channels
        .iter()
        .zip(subjects.iter())
        .map(|(channel, subject)| wishes.is_polled(*channel, subject.arrival.event.target()))
        .collect();
    let numbers = numbers(tx, account, &channels, &polled)?;
    let told: Vec<Told> = numbers
        .iter()
        .zip(&channels)
        .zip(subjects.iter())
        .map(|((receipt_seq, channel), subject)| Told {
            receipt_seq: *receipt_seq,
            channel: *channel,
            message_id: subject.message_id,
            status: subject.arrival.event.target(),
            cause: subject.arrival.cause,
        })
        .collect();
    let mut rows = Vec::with_capacity(subjects.len());
    for (receipt_seq, subject) in numbers.into_iter().zip(subjects.iter()) {
        let arrival = &subject.arrival;
        let change = Change {
            cause: arrival.cause,
            receipt_seq: Some(receipt_seq),
            ..Change::default()
        };
        if !advance(tx, subject.key, arrival.event, &change, now)? {
            // Only another worker can have been faster (PostgreSQL); the numbers handed out above must not stay empty.
            return Err(Error::Unavailable(
                "a message moved on while its receipt was being recorded".into(),
            ));
        }
        if arrival.event.target().is_final() {
            tx.execute(
                "DELETE FROM queue WHERE due_at = $1 AND account_id = $2 AND seq = $3",
                &[v(subject.due_at), v(account.0), v(subject.key.seq)],
            )?;
        }
        rows.push(vec![
            v(TENANT),
            v(account.0),
            v(receipt_seq),
            v(&subject.message_id.0),
            v(arrival.at.0),
            v(subject.sent_at.unwrap_or(arrival.at.0)),
            v(arrival.event.target().code()),
            v(arrival.cause.map(|c| i64::from(c.error_code()))),
            v(&subject.custom_string),
            v(&arrival.heard.digits),
        ]);
        if !arrival.heard.is_nothing() {
            keep_heard(tx, subject.key, &arrival.heard)?;
        }
    }
    tx.insert_all(&RECEIPTS, &rows)?;
    let kept = rows.len();
    drop(rows);
    for told in &told {
        wishes.carry_out(tx, account, told, now)?;
    }
    subjects.clear();
    Ok(kept)
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
