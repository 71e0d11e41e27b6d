//! What has arrived at the simulator's handsets and in its mailbox, the newest first: for whoever tests a program that sends. Emptying it
//! hides what is there; history keeps everything.

use postern_domain::account::AccountId;
use postern_domain::channel::Channel;
use postern_domain::message::Status;
use postern_domain::time::UnixMicros;

use crate::messages::{self, Message, message_id, numbering};
use crate::{Error, Result, Tx, v};

/// Arrivals of each channel that are looked through, from the newest back. An inbox is for tests: what is further back is in history.
pub const DEPTH: i64 = 1_000;

/// The carrier that `messages.carrier` calls so has handsets that can be looked at.
const SIMULATOR: &str = "simulator";

/// Which arrivals.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// A number in E.164 or an e-mail address; `None`: everybody's.
    pub recipient: Option<String>,
    /// Only what arrived later.
    pub after: UnixMicros,
    pub limit: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrival {
    pub at: UnixMicros,
    pub message: Message,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    pub mail_id: i64,
    pub at: UnixMicros,
    pub recipient: String,
    pub subject: String,
    pub body: String,
}

/// Messages on handsets.
pub fn arrivals(tx: &mut Tx<'_>, account: AccountId, wanted: &Wanted) -> Result<Vec<Arrival>> {
    let after = after(tx, account, wanted)?;
    let mut found = Vec::new();
    for channel in Channel::ALL {
        let (base, middle, end) = (
            numbering::base(*channel),
            numbering::unpolled(*channel, 0),
            numbering::end(*channel),
        );
        for (low, high) in [(base, middle), (middle, end)] {
            found.extend(tx.all(
                "SELECT m.message_id, r.at FROM
                    (SELECT message_id, at, status FROM receipts WHERE account_id = $1 AND receipt_seq > $2 AND receipt_seq <= $3
                     ORDER BY receipt_seq DESC LIMIT $4) r
                 JOIN messages m ON m.message_id = r.message_id
                 WHERE m.account_id = $1 AND r.at > $5 AND r.status = $6 AND m.carrier = $7
                    AND (CAST($8 AS TEXT) IS NULL OR m.recipient = $8)
                 ORDER BY r.at DESC LIMIT $9",
                &[
                    v(account.0),
                    v(low),
                    v(high),
                    v(DEPTH),
                    v(after.0),
                    v(Status::Delivered.code()),
                    v(SIMULATOR),
                    v(&wanted.recipient),
                    v(wanted.limit),
                ],
                |row| Ok((row.int(1)?, row.blob(0)?)),
            )?);
        }
    }
    found.sort_by(|a, b| b.cmp(a));
    found.truncate(usize::try_from(wanted.limit).unwrap_or(0));
    let mut arrivals = Vec::with_capacity(found.len());
    for (at, id) in found {
        let gone = || Error::Inconsistent {
            table: "receipts",
            id: format!("of account {}", account.0),
        };
        let id = message_id(&id).ok_or_else(gone)?;
        arrivals.push(Arrival {
            at: UnixMicros(at),
            message: messages::by_id(tx, account, id)?.ok_or_else(gone)?,
        });
    }
    Ok(arrivals)
}

/// Mails in the mailbox.
pub fn mails(tx: &mut Tx<'_>, account: AccountId, wanted: &Wanted) -> Result<Vec<Mail>> {
    let after = after(tx, account, wanted)?;
    tx.all(
        "SELECT mail_id, at, recipient, subject, body FROM
            (SELECT mail_id, at, recipient, subject, body FROM mailbox WHERE account_id = $1 ORDER BY mail_id DESC LIMIT $2) newest
         WHERE at > $3 AND (CAST($4 AS TEXT) IS NULL OR lower(recipient) = lower($4)) ORDER BY mail_id DESC LIMIT $5",
        &[
            v(account.0),
            v(DEPTH),
            v(after.0),
            v(&wanted.recipient),
            v(wanted.limit),
        ],
        |row| {
            Ok(Mail {
                mail_id: row.int(0)?,
                at: UnixMicros(row.int(1)?),
                recipient: row.text(2)?,
                subject: row.text(3)?,
                body: row.text(4)?,
            })
        },
    )
}

/// Hides what is there.
pub fn empty(tx: &mut Tx<'_>, account: AccountId, now: UnixMicros) -> Result<()> {
    tx.execute(
        "UPDATE accounts SET inbox_emptied_at = $2 WHERE account_id = $1 AND inbox_emptied_at < $2",
        &[v(account.0), v(now.0)],
    )?;
    Ok(())
}

fn after(tx: &mut Tx<'_>, account: AccountId, wanted: &Wanted) -> Result<UnixMicros> {
    let emptied = tx.opt(
        "SELECT inbox_emptied_at FROM accounts WHERE account_id = $1",
        &[v(account.0)],
        |row| row.int(0),
    )?;
    Ok(wanted.after.max(UnixMicros(emptied.unwrap_or(0))))
}
