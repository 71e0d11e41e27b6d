//! Texts that another service sent: kept with what became of them, neither paid for nor sent.

use postern_domain::account::AccountId;
use postern_domain::channel::Channel;
use postern_domain::message::Status;
use postern_domain::message_id::MessageId;
use postern_domain::money::Micros;
use postern_domain::time::UnixMicros;

use super::accept::MESSAGES;
use super::blocks::{self, Changes};
use super::numbering;
use crate::accounts;
use crate::settings::TENANT;
use crate::statistics::{self, Part, Tally};
use crate::transfers::Taken;
use crate::{Result, Tx, v};

/// Stands as carrier of a text that we did not carry.
const CARRIER: &str = "imported";

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Past {
    pub message_id: MessageId,
    pub accepted_at: UnixMicros,
    pub recipient: String,
    pub country: String,
    pub sender: String,
    pub body: String,
    pub custom_string: String,
    pub from_email: Option<String>,
    pub segments: u32,
    pub price: Micros,
    /// A final one: nothing is left to do.
    pub status: Status,
}

/// Keeps texts in the order of their times; those that are here already are left alone. `None`: the account has a newer text than the first
/// of them (its history would run backwards), or it is closed; nothing was kept.
pub fn keep_past(tx: &mut Tx<'_>, account: AccountId, texts: &[Past]) -> Result<Option<Taken>> {
    let mut new = Vec::with_capacity(texts.len());
    for text in texts.iter().filter(|text| text.status.is_final()) {
        let known = tx.opt(
            "SELECT seq FROM messages WHERE message_id = $1",
            &[v(&text.message_id.0)],
            |row| row.int(0),
        )?;
        if known.is_none() {
            new.push(text);
        }
    }
    let taken = Taken {
        added: new.len() as i64,
        known: (texts.len() - new.len()) as i64,
        skipped: 0,
    };
    let (Some(first), Some(last)) = (new.first(), new.last()) else {
        return Ok(Some(taken));
    };
    if newest(tx, account)?.is_some_and(|newest| newest > first.accepted_at) {
        return Ok(None);
    }
    let count = new.len() as i64;
    let debited = accounts::debit(
        tx,
        account,
        Channel::Sms,
        Micros::ZERO,
        count,
        last.accepted_at,
    )?;
    let Some(debited) = debited else {
        return Ok(None);
    };
    let first_seq = debited.last_seq - count + 1;
    let mut rows = Vec::with_capacity(new.len());
    let mut changes = Changes::default();
    let mut at = first.accepted_at;
    for (seq, text) in (first_seq..).zip(&new) {
        // Within a page times of one second may stand in any order; numbers must not run ahead of them.
        at = UnixMicros(at.0.max(text.accepted_at.0));
        rows.push(vec![
            v(TENANT),
            v(account.0),
            v(seq),
            v(&text.message_id.0),
            v(at.0),
            v(at.0),
            v(None::<i64>),
            v(&text.recipient),
            v(&text.country),
            v(&text.sender),
            v(false),
            v(&text.body),
            v(&text.custom_string),
            v(&text.from_email),
            v(CARRIER),
            v(i64::from(text.segments)),
            v(text.price.0),
            v(true),
            v(text.status.code()),
            v(at.0),
            v(CARRIER),
            v(None::<i64>),
            v(None::<i64>),
            v(None::<&str>),
            v(None::<&str>),
        ]);
        changes.moved(seq, None, text.status);
        if text.status != Status::Cancelled {
            let tally = tally(text);
            let part = Part {
                country: text.country.clone(),
                key_id: String::new(),
                messages: 1,
                price: tally.price,
                bounced: tally.bounced,
            };
            statistics::add_part(tx, account, at, &part)?;
            statistics::add(tx, account, Channel::Sms, at, &tally)?;
        }
    }
    tx.insert_all(&MESSAGES, &rows)?;
    changes.write(tx, account)?;
    blocks::fill(tx, account, first_seq, debited.last_seq)?;
    Ok(Some(taken))
}

fn newest(tx: &mut Tx<'_>, account: AccountId) -> Result<Option<UnixMicros>> {
    let seq = numbering::newest(tx, account, Channel::Sms)?;
    tx.opt(
        "SELECT accepted_at FROM messages WHERE account_id = $1 AND seq = $2",
        &[v(account.0), v(seq)],
        |row| row.int(0).map(UnixMicros),
    )
}

fn tally(text: &Past) -> Tally {
    let failed = text.status == Status::Failed;
    Tally {
        messages: 1,
        parts: i64::from(text.segments),
        price: text.price,
        bounced: i64::from(failed),
        bounced_price: if failed { text.price } else { Micros::ZERO },
        inbound: 0,
    }
}
