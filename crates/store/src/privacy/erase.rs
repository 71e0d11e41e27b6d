//! Erasing: texts and numbers go for good, counts and money stay as they are.

use std::sync::Arc;

use postern_domain::account::AccountId;
use postern_domain::message::Status;
use postern_domain::message_id::MessageId;
use postern_domain::time::UnixMicros;

use super::places::{How, PLACES, REDACTED};
use super::{Cursor, Found, Person, STEP_ROWS_MAX, look};
use crate::messages::{self, Parties, message_id, numbering};
use crate::{Error, Result, Tx, contacts, kept_opt_outs, lists, v};

/// The keyed hash of [`kept_opt_outs::hashed_text`].
pub type HashOptOut = Arc<dyn Fn(&str) -> [u8; 32] + Send + Sync>;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Erased {
    /// What was erased, by kind.
    pub erased: Vec<&'static str>,
    /// Messages that a carrier is being asked about: they could not be withdrawn and are left as they are.
    pub left: i64,
    pub looked: i64,
    pub next: Option<Cursor>,
}

/// Erases what is kept about the person among the next rows.
pub fn erase(
    tx: &mut Tx<'_>,
    person: &Person,
    cursor: Cursor,
    hash: &HashOptOut,
    now: UnixMicros,
) -> Result<Erased> {
    let Some(place) = PLACES.get(cursor.place) else {
        return Ok(Erased::default());
    };
    let (found, looked, last) = look(tx, place, person, cursor)?;
    let mut step = Erased {
        looked,
        next: cursor.after(last, looked == STEP_ROWS_MAX),
        ..Erased::default()
    };
    for found in found {
        let gone = match place.how {
            How::Statement(sql) => tx.execute(sql, &[v(found.key.0), v(found.key.1)])? == 1,
            How::Contact => contact(tx, &found, hash, now)?,
            How::Message => message(tx, person, &found, now)?,
        };
        match gone {
            true => step.erased.push(place.kind),
            false => step.left += 1,
        }
    }
    Ok(step)
}

/// Whoever is in an Opt-Out List stays opted out by hash.
fn contact(tx: &mut Tx<'_>, found: &Found, hash: &HashOptOut, now: UnixMicros) -> Result<bool> {
    let (account, (list_id, contact_id)) = (found.account, found.key);
    let opted_out = lists::opt_out(tx, account)?.is_some_and(|list| list.list_id == list_id);
    let ways = found
        .fields
        .iter()
        .filter(|(name, _)| matches!(*name, "phone_number" | "email"));
    for (_, way) in ways.filter(|_| opted_out) {
        let hash = hash(&kept_opt_outs::hashed_text(account, way));
        kept_opt_outs::keep(tx, account, &hash, now)?;
    }
    contacts::remove(tx, account, list_id, contact_id, now)
}

/// `false`: it waits and cannot be withdrawn, because a carrier is being asked to take it.
fn message(tx: &mut Tx<'_>, person: &Person, found: &Found, now: UnixMicros) -> Result<bool> {
    let (account, seq) = (found.account, found.key.1);
    let (status, id) = stand(tx, account, seq)?;
    if matches!(status, Status::Scheduled | Status::Queued) {
        let channel = numbering::channel(seq).ok_or_else(|| inconsistent(account, seq))?;
        if !messages::cancel(tx, account, channel, id, now)? {
            return Ok(false);
        }
    }
    let (sender, recipient) = forget_talk(tx, account, seq)?;
    let old = Parties {
        recipient: &recipient,
        sender: &sender,
    };
    let is_theirs = person.phone.as_ref() == Some(&sender);
    let new = Parties {
        recipient: REDACTED,
        sender: if is_theirs { REDACTED } else { &sender },
    };
    messages::rename(tx, account, seq, old, new)?;
    let rows = tx.execute(
        "UPDATE messages SET recipient = $3, sender = CASE WHEN sender = $4 THEN $3 ELSE sender END, body = '', custom_string = '',
            from_email = NULL, list_id = NULL, contact_id = NULL
         WHERE account_id = $1 AND seq = $2",
        &[
            v(account.0),
            v(seq),
            v(REDACTED),
            v(person.phone.as_deref().unwrap_or(REDACTED)),
        ],
    )?;
    Ok(rows == 1)
}

/// What is kept beside messages to tell which one an answer answers, and how often somebody was answered by a rule. Answers the message's
/// sender and recipient.
fn forget_talk(tx: &mut Tx<'_>, account: AccountId, seq: i64) -> Result<(String, String)> {
    let (sender, recipient) = tx.one(
        "SELECT sender, recipient FROM messages WHERE account_id = $1 AND seq = $2",
        &[v(account.0), v(seq)],
        |row| Ok((row.text(0)?, row.text(1)?)),
    )?;
    tx.execute(
        "DELETE FROM conversations WHERE sender = $1 AND recipient = $2",
        &[v(&sender), v(&recipient)],
    )?;
    tx.execute(
        "DELETE FROM auto_replies WHERE account_id = $1 AND recipient = $2",
        &[v(account.0), v(&recipient)],
    )?;
    Ok((sender, recipient))
}

fn stand(tx: &mut Tx<'_>, account: AccountId, seq: i64) -> Result<(Status, MessageId)> {
    let (status, id) = tx.one(
        "SELECT status, message_id FROM messages WHERE account_id = $1 AND seq = $2",
        &[v(account.0), v(seq)],
        |row| Ok((Status::from_code(row.int(0)?), message_id(&row.blob(1)?))),
    )?;
    match (status, id) {
        (Some(status), Some(id)) => Ok((status, id)),
        _ => Err(inconsistent(account, seq)),
    }
}

fn inconsistent(account: AccountId, seq: i64) -> Error {
    Error::Inconsistent {
        table: "messages",
        id: format!("{}/{seq}", account.0),
    }
}
