//! Messages of the platform: accepted once, then moved by events; read by page, by id, by search.

mod accept;
mod advance;
mod blocks;
mod cancel;
mod content;
mod counted;
mod feed;
mod history;
pub(crate) mod numbering;
mod past;
mod search;

use postern_domain::account::AccountId;
use postern_domain::channel::{Channel, Content};
use postern_domain::contact::Origin;
use postern_domain::message::Status;
use postern_domain::message_id::MessageId;
use postern_domain::money::Micros;
use postern_domain::receipt::Cause;
use postern_domain::time::UnixMicros;
use postern_domain::voice::Heard;

use crate::{Error, Result, Row, Through, Tx, v};

pub use accept::{Accepted, NewMessage, accept};
pub(crate) use advance::{Change, Step, advance};
pub(crate) use blocks::{Parties, rename};
pub use cancel::{CancelledSome, cancel, cancel_scheduled};
pub(crate) use content::{keep_heard, media_values, of_claimed, read_media};
pub use feed::{Feed, LOOKED_MAX, Wanted, feed};
pub use history::{History, history, walk};
pub use past::{Past, keep_past};
pub use search::{Combine, Order, Search};

/// Where a message is stored.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MessageKey {
    pub account: AccountId,
    /// Place in the channel's order of acceptance: texts from 1, the other channels each from a number of their own, none with gaps.
    pub seq: i64,
}

/// A message as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    pub key: MessageKey,
    pub message_id: MessageId,
    pub accepted_at: UnixMicros,
    /// As the caller wrote it; `None`: at once.
    pub schedule: Option<i64>,
    pub recipient: String,
    pub country: String,
    pub sender: String,
    pub shared_sender: bool,
    pub body: String,
    pub custom_string: String,
    pub from_email: Option<String>,
    pub segments: u32,
    pub price: Micros,
    pub simulated: bool,
    pub status: Status,
    pub cause: Option<Cause>,
    pub carrier: String,
    pub sent_at: Option<UnixMicros>,
    pub receipt_seq: Option<i64>,
    /// The contact of a list that it was addressed to.
    pub origin: Option<Origin>,
    pub content: Content,
    /// Of calls.
    pub heard: Heard,
}

/// The columns that [`read`] reads, in its order.
macro_rules! columns {
    () => {
        "account_id, seq, message_id, accepted_at, schedule, recipient, country, sender, shared_sender, body, custom_string, from_email,
         segments, price_micros, simulated, status, cause, carrier, sent_at, receipt_seq, list_id, contact_id"
    };
}
pub(crate) use columns;
/// How many they are.
const COLUMNS: usize = 22;

/// How a message came.
pub fn through(tx: &mut Tx<'_>, key: MessageKey) -> Result<Through> {
    let found = tx.opt(
        "SELECT key_id, connection_id FROM messages WHERE account_id = $1 AND seq = $2",
        &[v(key.account.0), v(key.seq)],
        |row| {
            Ok(Through {
                key_id: row.opt_text(0)?,
                connection_id: row.opt_text(1)?,
            })
        },
    )?;
    Ok(found.unwrap_or_default())
}

/// Of this account only: somebody else's id is as unknown as one that was never given.
pub fn by_id(tx: &mut Tx<'_>, account: AccountId, id: MessageId) -> Result<Option<Message>> {
    let found = tx.opt(
        concat!(
            "SELECT ",
            columns!(),
            " FROM messages WHERE message_id = $1 AND account_id = $2"
        ),
        &[v(&id.0), v(account.0)],
        |row| read(row, None),
    )?;
    match found {
        Some(message) => content::complete(tx, message).map(Some),
        None => Ok(None),
    }
}

/// `joined`: the channel whose own columns follow in the row.
pub(crate) fn read(row: &Row<'_>, joined: Option<Channel>) -> Result<Message> {
    let key = MessageKey {
        account: AccountId(row.int(0)?),
        seq: row.int(1)?,
    };
    let inconsistent = || Error::Inconsistent {
        table: "messages",
        id: format!("{}/{}", key.account.0, key.seq),
    };
    Ok(Message {
        key,
        message_id: message_id(&row.blob(2)?).ok_or_else(inconsistent)?,
        accepted_at: UnixMicros(row.int(3)?),
        schedule: row.opt_int(4)?,
        recipient: row.text(5)?,
        country: row.text(6)?,
        sender: row.text(7)?,
        shared_sender: row.flag(8)?,
        body: row.text(9)?,
        custom_string: row.text(10)?,
        from_email: row.opt_text(11)?,
        segments: u32::try_from(row.int(12)?).map_err(|_| inconsistent())?,
        price: Micros(row.int(13)?),
        simulated: row.flag(14)?,
        status: Status::from_code(row.int(15)?).ok_or_else(inconsistent)?,
        cause: cause(row.opt_int(16)?).ok_or_else(inconsistent)?,
        carrier: row.text(17)?,
        sent_at: row.opt_int(18)?.map(UnixMicros),
        receipt_seq: row.opt_int(19)?,
        origin: match (row.opt_int(20)?, row.opt_int(21)?) {
            (Some(list_id), Some(contact_id)) => Some(Origin {
                list_id,
                contact_id,
            }),
            _ => None,
        },
        content: content::read(row, joined, COLUMNS)?.ok_or_else(inconsistent)?,
        heard: content::heard(row, joined, COLUMNS)?,
    })
}

pub(crate) fn message_id(bytes: &[u8]) -> Option<MessageId> {
    bytes.try_into().ok().map(MessageId)
}

/// The outer `None` is a number that no version of ours wrote.
#[expect(
    clippy::option_option,
    reason = "an absent cause and an unreadable one are different things"
)]
pub(crate) fn cause(code: Option<i64>) -> Option<Option<Cause>> {
    match code {
        None => Some(None),
        Some(code) => u8::try_from(code)
            .ok()
            .and_then(Cause::from_error_code)
            .map(Some),
    }
}
