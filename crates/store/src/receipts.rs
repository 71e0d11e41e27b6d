//! Delivery receipts: what carriers report about messages, numbered per account in the order in which it became durable.

use postern_domain::account::AccountId;
use postern_domain::message::{Event, Status};
use postern_domain::message_id::MessageId;
use postern_domain::receipt::Cause;
use postern_domain::time::UnixMicros;

use crate::dialect::{Bulk, Kind};
use crate::messages::{Change, MessageKey, advance, cause, message_id};
use crate::settings::TENANT;
use crate::{Error, Result, Row, Tx, v};

/// A report about one message of an account.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct Arrival {
    pub seq: i64,
    pub event: Event,
    pub cause: Option<Cause>,
    /// When it happened, by the carrier's account.
    pub at: UnixMicros,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    pub message_id: MessageId,
    pub at: UnixMicros,
    pub sent_at: UnixMicros,
    pub status: Status,
    pub cause: Option<Cause>,
    pub custom_string: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceiptPage {
    pub total: i64,
    pub rows: Vec<Receipt>,
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
        subjects.extend(subject(tx, key, *arrival)?);
    }
    kept += keep(tx, account, &mut subjects, now)?;
    Ok(kept)
}

/// `None`: unknown message, or one to which the report says nothing new.
fn subject(tx: &mut Tx<'_>, key: MessageKey, arrival: Arrival) -> Result<Option<Subject>> {
    let found = tx.opt(
        "SELECT status, message_id, custom_string, due_at, sent_at FROM messages WHERE account_id = $1 AND seq = $2",
        &[v(key.account.0), v(key.seq)],
        |row| {
            let inconsistent = || inconsistent("messages", key.account, key.seq);
            let status = Status::from_code(row.int(0)?).ok_or_else(inconsistent)?;
            let subject = Subject {
                key,
                arrival,
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
    let count = subjects.len() as i64;
    let last = tx.one(
        "UPDATE accounts SET receipt_seq = receipt_seq + $2 WHERE account_id = $1 RETURNING receipt_seq",
        &[v(account.0), v(count)],
        |row| row.int(0),
    )?;
    let mut rows = Vec::with_capacity(subjects.len());
    for (receipt_seq, subject) in (last - count + 1..).zip(subjects.iter()) {
        let arrival = subject.arrival;
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
        ]);
    }
    tx.insert_all(&RECEIPTS, &rows)?;
    drop(rows);
    subjects.clear();
    Ok(count as usize)
}

macro_rules! select {
    ($where:literal) => {
        concat!(
            "SELECT receipt_seq, message_id, at, sent_at, status, cause, custom_string FROM receipts ",
            $where
        )
    };
}

/// Rows `skip + 1` to `skip + limit`, oldest first. Numbers have no gaps, so any page costs the same.
pub fn page(tx: &mut Tx<'_>, account: AccountId, skip: i64, limit: i64) -> Result<ReceiptPage> {
    let total = tx
        .opt(
            "SELECT receipt_seq FROM accounts WHERE account_id = $1",
            &[v(account.0)],
            |row| row.int(0),
        )?
        .unwrap_or(0);
    let rows = tx.all(
        select!(
            "WHERE account_id = $1 AND receipt_seq > $2 AND receipt_seq <= $3 ORDER BY receipt_seq"
        ),
        &[v(account.0), v(skip), v(skip.saturating_add(limit))],
        |row| read(row, account),
    )?;
    Ok(ReceiptPage { total, rows })
}

/// The newest receipt of a message.
pub fn newest_of(tx: &mut Tx<'_>, account: AccountId, id: MessageId) -> Result<Option<Receipt>> {
    let number = tx.opt(
        "SELECT receipt_seq FROM messages WHERE message_id = $1 AND account_id = $2",
        &[v(&id.0), v(account.0)],
        |row| row.opt_int(0),
    )?;
    let Some(number) = number.flatten() else {
        return Ok(None);
    };
    tx.opt(
        select!("WHERE account_id = $1 AND receipt_seq = $2"),
        &[v(account.0), v(number)],
        |row| read(row, account),
    )
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
    })
}

fn inconsistent(table: &'static str, account: AccountId, number: i64) -> Error {
    Error::Inconsistent {
        table,
        id: format!("{}/{number}", account.0),
    }
}
