//! Links to downloads: what is to be written is kept, and written when somebody fetches it.

use postern_domain::account::AccountId;
use postern_domain::channel::Channel;
use postern_domain::time::UnixMicros;

use crate::settings::TENANT;
use crate::{Error, Result, Tx, v};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Export {
    pub account: AccountId,
    pub channel: Channel,
    /// The query of the history that is exported, as the platform wrote it.
    pub query: String,
}

/// Keeps a link until `expires_at`; the account's expired ones go.
pub fn create(
    tx: &mut Tx<'_>,
    id: &[u8; 16],
    export: &Export,
    now: UnixMicros,
    expires_at: UnixMicros,
) -> Result<()> {
    tx.execute(
        "DELETE FROM exports WHERE account_id = $1 AND expires_at <= $2",
        &[v(export.account.0), v(now.0)],
    )?;
    tx.execute(
        "INSERT INTO exports (tenant_id, export_id, account_id, channel, query, expires_at) VALUES ($1, $2, $3, $4, $5, $6)",
        &[
            v(TENANT),
            v(id),
            v(export.account.0),
            v(export.channel.code()),
            v(&export.query),
            v(expires_at.0),
        ],
    )?;
    Ok(())
}

/// `None`: unknown or expired.
pub fn get(tx: &mut Tx<'_>, id: &[u8; 16], now: UnixMicros) -> Result<Option<Export>> {
    tx.opt(
        "SELECT account_id, channel, query FROM exports WHERE export_id = $1 AND expires_at > $2",
        &[v(id), v(now.0)],
        |row| {
            let channel = Channel::from_code(row.int(1)?).ok_or_else(|| Error::Inconsistent {
                table: "exports",
                id: format!("{id:02x?}"),
            })?;
            Ok(Export {
                account: AccountId(row.int(0)?),
                channel,
                query: row.text(2)?,
            })
        },
    )
}
