//! Which message was the newest from a number of ours to a handset: an answer to that number answers this message. Noted when a carrier
//! has taken it, since nobody answers what never arrived; so accepting stays as cheap as it is.

use postern_domain::account::AccountId;
use postern_domain::channel::Channel;
use postern_domain::contact::Origin;
use postern_domain::message_id::MessageId;

use crate::dialect::{Each, Kind};
use crate::messages::{message_id, numbering};
use crate::{Error, Result, Tx, v};

/// What somebody answers to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    pub account: AccountId,
    pub message_id: MessageId,
    pub body: String,
    pub custom_string: String,
    /// The contact of a list that it was addressed to.
    pub origin: Option<Origin>,
}

static NOTE: Each = Each {
    one: "INSERT INTO conversations (tenant_id, sender, recipient, account_id, seq)
          SELECT tenant_id, sender, recipient, account_id, seq FROM messages WHERE account_id = $1 AND seq = $2 AND sender LIKE '+%'
          ON CONFLICT (sender, recipient) DO UPDATE SET account_id = excluded.account_id, seq = excluded.seq RETURNING seq",
    // The newest of several to one handset; one statement may not change a row twice.
    many: "INSERT INTO conversations (tenant_id, sender, recipient, account_id, seq)
           SELECT DISTINCT ON (m.sender, m.recipient) m.tenant_id, m.sender, m.recipient, m.account_id, m.seq
           FROM UNNEST($1::bigint[], $2::bigint[]) AS u(account_id, seq)
           JOIN messages m ON m.account_id = u.account_id AND m.seq = u.seq
           WHERE m.sender LIKE '+%' ORDER BY m.sender, m.recipient, m.seq DESC
           ON CONFLICT (sender, recipient) DO UPDATE SET account_id = excluded.account_id, seq = excluded.seq RETURNING seq",
    columns: &[("account_id", Kind::Int), ("seq", Kind::Int)],
};

/// Messages of one account in the order of their numbers. Words and short codes cannot be answered, and a call is not answered by text.
pub(crate) fn note(
    tx: &mut Tx<'_>,
    account: AccountId,
    seqs: impl Iterator<Item = i64>,
) -> Result<()> {
    let rows: Vec<_> = seqs
        .filter(|seq| !numbering::is_of(Channel::Voice, *seq))
        .map(|seq| vec![v(account.0), v(seq)])
        .collect();
    tx.each(&NOTE, &rows, |_| Ok(()))?;
    Ok(())
}

/// The newest message from `ours` to `handset`.
pub fn asked(tx: &mut Tx<'_>, ours: &str, handset: &str) -> Result<Option<Asked>> {
    tx.opt(
        "SELECT m.account_id, m.message_id, m.body, m.custom_string, m.list_id, m.contact_id, m.seq
         FROM conversations c JOIN messages m ON m.account_id = c.account_id AND m.seq = c.seq
         WHERE c.sender = $1 AND c.recipient = $2",
        &[v(ours), v(handset)],
        |row| {
            let (account, seq) = (AccountId(row.int(0)?), row.int(6)?);
            Ok(Asked {
                account,
                message_id: message_id(&row.blob(1)?).ok_or_else(|| Error::Inconsistent {
                    table: "messages",
                    id: format!("{}/{seq}", account.0),
                })?,
                body: row.text(2)?,
                custom_string: row.text(3)?,
                origin: match (row.opt_int(4)?, row.opt_int(5)?) {
                    (Some(list_id), Some(contact_id)) => Some(Origin {
                        list_id,
                        contact_id,
                    }),
                    _ => None,
                },
            })
        },
    )
}

/// Whose number this is: whoever bought it; of a number that many share, whoever wrote to this handset last.
pub fn owner(tx: &mut Tx<'_>, ours: &str, handset: &str) -> Result<Option<AccountId>> {
    if let Some(account) = crate::numbers::owner(tx, ours)? {
        return Ok(Some(account));
    }
    tx.opt(
        "SELECT account_id FROM conversations WHERE sender = $1 AND recipient = $2",
        &[v(ours), v(handset)],
        |row| row.int(0).map(AccountId),
    )
}
