//! What calls and pictures have beside the columns that every message has: rows of their own under the same key, so that texts, which are
//! most of what is sent, neither carry nor read them.

use postern_domain::channel::{Channel, Content, Media, Picture};
use postern_domain::voice::{Call, Heard};

use super::{Message, MessageKey, numbering};
use crate::dialect::{Bulk, Kind};
use crate::settings::TENANT;
use crate::{Error, Result, Row, Tx, Value, v};

macro_rules! call_columns {
    () => {
        "lang, voice, require_input, machine_detection, machine_detected, digits"
    };
}
macro_rules! picture_columns {
    () => {
        "subject, media_url, media_id, media_type, media_bytes, media_digest"
    };
}
pub(super) use {call_columns, picture_columns};

static CALLS: Bulk = Bulk {
    table: "voice_messages",
    columns: &[
        ("tenant_id", Kind::Int),
        ("account_id", Kind::Int),
        ("seq", Kind::Int),
        ("lang", Kind::Text),
        ("voice", Kind::Text),
        ("require_input", Kind::Int),
        ("machine_detection", Kind::Int),
    ],
};

static PICTURES: Bulk = Bulk {
    table: "mms_messages",
    columns: &[
        ("tenant_id", Kind::Int),
        ("account_id", Kind::Int),
        ("seq", Kind::Int),
        ("subject", Kind::Text),
        ("media_url", Kind::Text),
        ("media_id", Kind::Blob),
        ("media_type", Kind::Text),
        ("media_bytes", Kind::Int),
        ("media_digest", Kind::Blob),
    ],
};

/// Keeps what the messages have beside their common columns.
pub(super) fn insert<'a>(
    tx: &mut Tx<'_>,
    contents: impl Iterator<Item = (MessageKey, &'a Content)>,
) -> Result<()> {
    let (mut calls, mut pictures): (Vec<Vec<Value<'a>>>, Vec<_>) = (Vec::new(), Vec::new());
    for (key, content) in contents {
        let mut row = vec![v(TENANT), v(key.account.0), v(key.seq)];
        match content {
            Content::Sms => {}
            Content::Voice(call) => {
                row.extend([
                    v(&call.lang),
                    v(call.voice.as_str()),
                    v(call.require_input),
                    v(call.machine_detection),
                ]);
                calls.push(row);
            }
            Content::Mms(picture) => {
                row.extend([v(&picture.subject), v(&picture.media_url)]);
                row.extend(media_values(picture.media.as_ref()));
                pictures.push(row);
            }
        }
    }
    tx.insert_all(&CALLS, &calls)?;
    tx.insert_all(&PICTURES, &pictures)?;
    Ok(())
}

/// Adds what its channel has to a message that was read without it.
pub(super) fn complete(tx: &mut Tx<'_>, mut message: Message) -> Result<Message> {
    let key = message.key;
    let channel = numbering::channel(key.seq);
    let sql = match channel {
        Some(Channel::Voice) => concat!(
            "SELECT ",
            call_columns!(),
            " FROM voice_messages WHERE account_id = $1 AND seq = $2"
        ),
        Some(Channel::Mms) => concat!(
            "SELECT ",
            picture_columns!(),
            " FROM mms_messages WHERE account_id = $1 AND seq = $2"
        ),
        _ => return Ok(message),
    };
    let found = tx.opt(sql, &[v(key.account.0), v(key.seq)], |row| {
        Ok((read(row, channel, 0)?, heard(row, channel, 0)?))
    })?;
    let Some((Some(content), heard)) = found else {
        return Err(Error::Inconsistent {
            table: "messages",
            id: format!("{}/{}", key.account.0, key.seq),
        });
    };
    message.content = content;
    message.heard = heard;
    Ok(message)
}

/// What carriers need to know of the claimed messages of one channel, in the order of their keys.
pub(crate) fn of_claimed(
    tx: &mut Tx<'_>,
    channel: Channel,
    until: i64,
    claim: i64,
) -> Result<Vec<Content>> {
    let sql = match channel {
        Channel::Sms => return Ok(Vec::new()),
        Channel::Voice => concat!(
            "SELECT ",
            call_columns!(),
            " FROM queue JOIN voice_messages USING (account_id, seq) WHERE due_at = $1 AND claim = $2 ORDER BY account_id, seq"
        ),
        Channel::Mms => concat!(
            "SELECT ",
            picture_columns!(),
            " FROM queue JOIN mms_messages USING (account_id, seq) WHERE due_at = $1 AND claim = $2 ORDER BY account_id, seq"
        ),
    };
    tx.all(sql, &[v(until), v(claim)], |row| {
        read(row, Some(channel), 0)?.ok_or_else(|| Error::Inconsistent {
            table: "voice_messages",
            id: format!("claim {claim}"),
        })
    })
}

/// `None`: a word that no version of ours wrote.
pub(super) fn read(row: &Row<'_>, channel: Option<Channel>, at: usize) -> Result<Option<Content>> {
    match channel {
        None | Some(Channel::Sms) => Ok(Some(Content::Sms)),
        Some(Channel::Voice) => {
            let Ok(voice) = row.text(at + 1)?.parse() else {
                return Ok(None);
            };
            Ok(Some(Content::Voice(Call {
                lang: row.text(at)?,
                voice,
                require_input: row.flag(at + 2)?,
                machine_detection: row.flag(at + 3)?,
            })))
        }
        Some(Channel::Mms) => Ok(Some(Content::Mms(Picture {
            subject: row.text(at)?,
            media_url: row.text(at + 1)?,
            media: read_media(row, at + 2)?,
        }))),
    }
}

/// Of the four columns that say which picture it is.
pub(crate) fn media_values(media: Option<&Media>) -> [Value<'_>; 4] {
    [
        v(media.map(|media| &media.file_id)),
        v(media.map(|media| &media.content_type)),
        v(media.map(|media| media.bytes)),
        v(media.map(|media| &media.digest)),
    ]
}

/// The same four, from column `at` on.
pub(crate) fn read_media(row: &Row<'_>, at: usize) -> Result<Option<Media>> {
    let Some(file_id) = row.opt_blob(at)? else {
        return Ok(None);
    };
    let inconsistent = || Error::Inconsistent {
        table: "mms_messages",
        id: format!("picture {file_id:02x?}"),
    };
    let digest = row.opt_blob(at + 3)?.unwrap_or_default();
    Ok(Some(Media {
        file_id: file_id.as_slice().try_into().map_err(|_| inconsistent())?,
        content_type: row.opt_text(at + 1)?.unwrap_or_default(),
        bytes: row.opt_int(at + 2)?.unwrap_or_default(),
        digest: digest.try_into().map_err(|_| inconsistent())?,
    }))
}

pub(super) fn heard(row: &Row<'_>, channel: Option<Channel>, at: usize) -> Result<Heard> {
    match channel {
        Some(Channel::Voice) => Ok(Heard {
            machine: row.opt_int(at + 4)?.map(|machine| machine != 0),
            digits: row.opt_text(at + 5)?,
        }),
        _ => Ok(Heard::default()),
    }
}

/// Keeps what was heard on a line; what is `None` stays as it is.
pub(crate) fn keep_heard(tx: &mut Tx<'_>, key: MessageKey, heard: &Heard) -> Result<()> {
    tx.execute(
        "UPDATE voice_messages SET machine_detected = COALESCE($3, machine_detected), digits = COALESCE($4, digits)
         WHERE account_id = $1 AND seq = $2",
        &[
            v(key.account.0),
            v(key.seq),
            v(heard.machine),
            v(&heard.digits),
        ],
    )?;
    Ok(())
}
