//! Accepting: money, numbers, messages and their places in the queue, all in one unit of work.

use postern_domain::account::AccountId;
use postern_domain::channel::{Channel, Content};
use postern_domain::contact::Origin;
use postern_domain::message::Status;
use postern_domain::message_id::MessageId;
use postern_domain::money::Micros;
use postern_domain::time::UnixMicros;

use super::blocks::{self, Changes};
use super::{MessageKey, content};
use crate::accounts::{self, Debited};
use crate::dialect::{Bulk, Kind};
use crate::settings::TENANT;
use crate::statistics::{self, Tally};
use crate::{Error, Result, Through, Tx, v};

/// How often the balance may change between looking and paying (another worker's credit, PostgreSQL only).
const PAYMENT_TRIES_MAX: u32 = 16;

/// Calls with so few messages are somebody waiting for a code or an answer; more at once are a mailing.
const FEW_MAX: usize = 10;
/// Few messages are queued as if they had been accepted so much earlier: they overtake whatever mailing was accepted since, and a mailing
/// that has waited longer is not overtaken for ever.
const HEAD_START_SECONDS: i64 = 600;

/// A message that passed every check but money.
#[derive(Clone, Debug)]
pub struct NewMessage {
    pub message_id: MessageId,
    /// As the caller wrote it; `None`: at once.
    pub schedule: Option<i64>,
    /// `None`: as soon as possible.
    pub due: Option<UnixMicros>,
    pub recipient: String,
    pub country: String,
    pub sender: String,
    pub shared_sender: bool,
    pub body: String,
    pub custom_string: String,
    pub from_email: Option<String>,
    pub source: String,
    pub segments: u32,
    pub price: Micros,
    /// To a test number: kept, never sent.
    pub test_number: bool,
    /// The contact of a list that it was addressed to.
    pub origin: Option<Origin>,
    pub content: Content,
}

/// What became of the messages of one call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    pub accepted_at: UnixMicros,
    /// Number of the first message that was paid; the others follow without gaps.
    pub first_seq: i64,
    /// Positions (from 0) of messages that the balance did not cover.
    pub unpaid: Vec<usize>,
}

pub(super) static MESSAGES: Bulk = Bulk {
    table: "messages",
    columns: &[
        ("tenant_id", Kind::Int),
        ("account_id", Kind::Int),
        ("seq", Kind::Int),
        ("message_id", Kind::Blob),
        ("accepted_at", Kind::Int),
        ("due_at", Kind::Int),
        ("schedule", Kind::Int),
        ("recipient", Kind::Text),
        ("country", Kind::Text),
        ("sender", Kind::Text),
        ("shared_sender", Kind::Int),
        ("body", Kind::Text),
        ("custom_string", Kind::Text),
        ("from_email", Kind::Text),
        ("source", Kind::Text),
        ("segments", Kind::Int),
        ("price_micros", Kind::Int),
        ("simulated", Kind::Int),
        ("status", Kind::Int),
        ("status_at", Kind::Int),
        ("carrier", Kind::Text),
        ("list_id", Kind::Int),
        ("contact_id", Kind::Int),
        ("key_id", Kind::Text),
        ("connection_id", Kind::Text),
    ],
};

static QUEUE: Bulk = Bulk {
    table: "queue",
    columns: &[
        ("tenant_id", Kind::Int),
        ("due_at", Kind::Int),
        ("account_id", Kind::Int),
        ("seq", Kind::Int),
        ("phase", Kind::Int),
        ("claim", Kind::Int),
        ("claims", Kind::Int),
        ("deferrals", Kind::Int),
    ],
};

/// Pays for, numbers and queues `messages` in their order. Whatever the balance does not cover is left out, message by message: a dear
/// message does not keep a cheap one behind it from being sent. `simulated` pins all of them to the simulator; `through` is how they came.
///
/// `None`: the account is closed or gone.
///
/// # Errors
/// [`Error::Driver`] when the messages are not all of one channel.
pub fn accept(
    tx: &mut Tx<'_>,
    account: AccountId,
    messages: &[NewMessage],
    simulated: bool,
    through: &Through,
    now: UnixMicros,
) -> Result<Option<Accepted>> {
    let channel = channel(messages)?;
    let Some((debited, unpaid)) = pay(tx, account, channel, messages, now)? else {
        return Ok(None);
    };
    let mut paid = Vec::with_capacity(messages.len());
    let mut unpaid_left = unpaid.iter().peekable();
    for (position, message) in messages.iter().enumerate() {
        match unpaid_left.next_if(|p| **p == position) {
            Some(_) => {}
            None => paid.push(message),
        }
    }
    let first_seq = debited.last_seq - paid.len() as i64 + 1;
    insert(
        tx,
        account,
        &paid,
        first_seq,
        simulated,
        through,
        debited.accepted_at,
    )?;
    if !paid.is_empty() {
        let more = Tally {
            messages: paid.len() as i64,
            parts: paid.iter().map(|m| i64::from(m.segments)).sum(),
            price: paid.iter().map(|m| m.price).sum(),
            ..Tally::default()
        };
        let sent = paid.iter().map(|m| (m.country.as_str(), m.price));
        for part in statistics::by_country(through.key_id.as_deref(), sent) {
            statistics::add_part(tx, account, debited.accepted_at, &part)?;
        }
        statistics::add(tx, account, channel, debited.accepted_at, &more)?;
    }
    Ok(Some(Accepted {
        accepted_at: debited.accepted_at,
        first_seq,
        unpaid,
    }))
}

/// Numbers are handed out by the stretch, so a call has one channel.
fn channel(messages: &[NewMessage]) -> Result<Channel> {
    let mut channels = messages.iter().map(|m| m.content.channel());
    let first = channels.next().unwrap_or_default();
    match channels.all(|channel| channel == first) {
        true => Ok(first),
        false => Err(Error::Driver(
            "messages of several channels in one call".into(),
        )),
    }
}

/// One conditional debit for everything; only when that fails the balance is looked at, to choose what to leave out, and the debit for the
/// rest is again conditional.
fn pay(
    tx: &mut Tx<'_>,
    account: AccountId,
    channel: Channel,
    messages: &[NewMessage],
    now: UnixMicros,
) -> Result<Option<(Debited, Vec<usize>)>> {
    let total = messages.iter().map(|m| m.price).sum();
    let count = messages.len() as i64;
    if let Some(debited) = accounts::debit(tx, account, channel, total, count, now)? {
        return Ok(Some((debited, Vec::new())));
    }
    for _ in 0..PAYMENT_TRIES_MAX {
        let Some(balance) = accounts::spendable(tx, account)? else {
            return Ok(None);
        };
        let (total, unpaid) = choose(messages, balance);
        let count = (messages.len() - unpaid.len()) as i64;
        if let Some(debited) = accounts::debit(tx, account, channel, total, count, now)? {
            return Ok(Some((debited, unpaid)));
        }
    }
    Err(Error::Unavailable(
        "the balance changed too often while a call was being paid".into(),
    ))
}

fn choose(messages: &[NewMessage], balance: Micros) -> (Micros, Vec<usize>) {
    let mut total = Micros::ZERO;
    let mut unpaid = Vec::new();
    for (position, message) in messages.iter().enumerate() {
        let with_it = total.plus(message.price);
        if with_it <= balance {
            total = with_it;
        } else {
            unpaid.push(position);
        }
    }
    (total, unpaid)
}

fn insert(
    tx: &mut Tx<'_>,
    account: AccountId,
    paid: &[&NewMessage],
    first_seq: i64,
    simulated: bool,
    through: &Through,
    accepted_at: UnixMicros,
) -> Result<()> {
    let mut messages = Vec::with_capacity(paid.len());
    let mut queue = Vec::with_capacity(paid.len());
    let mut changes = Changes::default();
    let at_once = match paid.len() <= FEW_MAX {
        true => accepted_at.plus_secs(-HEAD_START_SECONDS),
        false => accepted_at,
    };
    for (seq, message) in (first_seq..).zip(paid) {
        let due_at = message.due.unwrap_or(at_once);
        let status = match message {
            m if m.test_number => Status::Completed,
            m if m.due.is_some() => Status::Scheduled,
            _ => Status::Queued,
        };
        changes.moved(seq, None, status);
        let mut row = vec![
            v(TENANT),
            v(account.0),
            v(seq),
            v(&message.message_id.0),
            v(accepted_at.0),
            v(due_at.0),
            v(message.schedule),
            v(&message.recipient),
            v(&message.country),
            v(&message.sender),
            v(message.shared_sender),
            v(&message.body),
            v(&message.custom_string),
            v(&message.from_email),
            v(&message.source),
            v(i64::from(message.segments)),
            v(message.price.0),
            v(simulated),
            v(status.code()),
            v(accepted_at.0),
            v(""),
            v(message.origin.map(|origin| origin.list_id)),
            v(message.origin.map(|origin| origin.contact_id)),
        ];
        row.extend(through.values());
        messages.push(row);
        if !message.test_number {
            queue.push(vec![
                v(TENANT),
                v(due_at.0),
                v(account.0),
                v(seq),
                v(0),
                v(0),
                v(0),
                v(0),
            ]);
        }
    }
    tx.insert_all(&MESSAGES, &messages)?;
    tx.insert_all(&QUEUE, &queue)?;
    let contents = (first_seq..)
        .zip(paid)
        .map(|(seq, message)| (MessageKey { account, seq }, &message.content));
    content::insert(tx, contents)?;
    changes.write(tx, account)?;
    blocks::fill(tx, account, first_seq, first_seq + paid.len() as i64 - 1)
}
