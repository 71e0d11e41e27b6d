//! Where the simulator leaves mail instead of sending it, for whoever would have received it.

use postern_domain::account::AccountId;
use postern_domain::time::UnixMicros;

use crate::settings::{TENANT, next_number};
use crate::{Result, Tx, v};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    pub recipient: String,
    pub subject: String,
    pub body: String,
}

/// Leaves a mail of the account.
pub fn deliver(tx: &mut Tx<'_>, account: AccountId, mail: &Mail, now: UnixMicros) -> Result<()> {
    let mail_id = next_number(tx, "mail")?;
    tx.execute(
        "INSERT INTO mailbox (tenant_id, account_id, mail_id, at, recipient, subject, body) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        &[
            v(TENANT),
            v(account.0),
            v(mail_id),
            v(now.0),
            v(&mail.recipient),
            v(&mail.subject),
            v(&mail.body),
        ],
    )?;
    Ok(())
}

/// The account's newest mails first.
pub fn newest(tx: &mut Tx<'_>, account: AccountId, limit: i64) -> Result<Vec<Mail>> {
    tx.all(
        "SELECT recipient, subject, body FROM mailbox WHERE account_id = $1 ORDER BY mail_id DESC LIMIT $2",
        &[v(account.0), v(limit)],
        |row| {
            Ok(Mail {
                recipient: row.text(0)?,
                subject: row.text(1)?,
                body: row.text(2)?,
            })
        },
    )
}
