//! Messages that rules ask for, waiting to be priced and accepted like those of a caller. Accepting one removes it in the same unit.

use postern_domain::account::AccountId;
use postern_domain::time::UnixMicros;

use crate::settings::{TENANT, next_number};
use crate::{Error, Result, Tx, v};

/// Automatic answers that one number gets within an hour.
const REPLIES_PER_HOUR_MAX: i64 = 10;
const HOUR_SECONDS: i64 = 3600;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reaction {
    pub reaction_id: i64,
    pub account: AccountId,
    pub to: To,
    /// Empty: the account's usual sender.
    pub sender: String,
    pub body: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum To {
    Number(String),
    List(i64),
}

pub(crate) fn add(
    tx: &mut Tx<'_>,
    account: AccountId,
    to: &To,
    sender: &str,
    body: &str,
    now: UnixMicros,
) -> Result<()> {
    let (number, list) = match to {
        To::Number(number) => (Some(number.as_str()), None),
        To::List(list) => (None, Some(*list)),
    };
    let reaction_id = next_number(tx, "reaction")?;
    tx.execute(
        "INSERT INTO reactions (tenant_id, reaction_id, account_id, recipient, list_id, sender, body, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        &[
            v(TENANT),
            v(reaction_id),
            v(account.0),
            v(number),
            v(list),
            v(sender),
            v(body),
            v(now.0),
        ],
    )?;
    Ok(())
}

/// Up to `limit` reactions numbered above `after` (0 to begin), oldest first.
pub fn after(tx: &mut Tx<'_>, after: i64, limit: i64) -> Result<Vec<Reaction>> {
    tx.all(
        "SELECT reaction_id, account_id, recipient, list_id, sender, body FROM reactions WHERE reaction_id > $1
         ORDER BY reaction_id LIMIT $2",
        &[v(after), v(limit)],
        |row| {
            let reaction_id = row.int(0)?;
            let to = match (row.opt_text(2)?, row.opt_int(3)?) {
                (Some(number), _) => To::Number(number),
                (None, Some(list)) => To::List(list),
                (None, None) => {
                    return Err(Error::Inconsistent {
                        table: "reactions",
                        id: reaction_id.to_string(),
                    });
                }
            };
            Ok(Reaction {
                reaction_id,
                account: AccountId(row.int(1)?),
                to,
                sender: row.text(4)?,
                body: row.text(5)?,
            })
        },
    )
}

/// `false`: somebody has done it already.
pub fn done(tx: &mut Tx<'_>, reaction_id: i64) -> Result<bool> {
    let removed = tx.execute(
        "DELETE FROM reactions WHERE reaction_id = $1",
        &[v(reaction_id)],
    )?;
    Ok(removed == 1)
}

/// Counts an automatic answer to somebody. `false`: enough for this hour.
pub(crate) fn may_reply(
    tx: &mut Tx<'_>,
    account: AccountId,
    recipient: &str,
    now: UnixMicros,
) -> Result<bool> {
    let replies = tx.one(
        "INSERT INTO auto_replies (tenant_id, account_id, recipient, since, replies) VALUES ($1, $2, $3, $4, 1)
         ON CONFLICT (account_id, recipient) DO UPDATE SET
            replies = CASE WHEN auto_replies.since <= $5 THEN 1 ELSE auto_replies.replies + 1 END,
            since = CASE WHEN auto_replies.since <= $5 THEN excluded.since ELSE auto_replies.since END
         RETURNING replies",
        &[
            v(TENANT),
            v(account.0),
            v(recipient),
            v(now.0),
            v(now.plus_secs(-HOUR_SECONDS).0),
        ],
        |row| row.int(0),
    )?;
    Ok(replies <= REPLIES_PER_HOUR_MAX)
}
