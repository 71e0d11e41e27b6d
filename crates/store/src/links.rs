//! Short links: made with the messages that hold them, opened by whoever got those, counted.

mod open;
mod read;

use postern_domain::account::AccountId;
use postern_domain::contact::Origin;
use postern_domain::message_id::MessageId;
use postern_domain::short_link::Code;
use postern_domain::time::UnixMicros;

use crate::dialect::{Bulk, Kind};
use crate::settings::{TENANT, next_number};
use crate::{Result, Tx, v};

pub use open::{Opened, Target, find, opened};
pub use read::{
    Click, Counted, Link, LongUrl, Share, by_campaign, by_message, clicks, counts, get, links,
    links_before,
};

/// A link in a message.
#[derive(Clone, Debug)]
pub struct NewLink {
    pub code: Code,
    pub message_id: MessageId,
    pub recipient: String,
    pub origin: Option<Origin>,
}

static LINKS: Bulk = Bulk {
    table: "short_links",
    columns: &[
        ("tenant_id", Kind::Int),
        ("long_url_id", Kind::Int),
        ("link_no", Kind::Int),
        ("account_id", Kind::Int),
        ("code", Kind::Text),
        ("message_id", Kind::Blob),
        ("recipient", Kind::Text),
        ("list_id", Kind::Int),
        ("contact_id", Kind::Int),
        ("opens", Kind::Int),
    ],
};

/// Keeps an address for links that follow. An empty one opts out whoever follows its links.
pub fn add_url(
    tx: &mut Tx<'_>,
    account: AccountId,
    url: &str,
    campaign: Option<i64>,
    now: UnixMicros,
) -> Result<i64> {
    let long_url_id = next_number(tx, "long_url")?;
    tx.execute(
        "INSERT INTO long_urls (tenant_id, long_url_id, account_id, url, campaign_id, created_at, links, opened, opens)
         VALUES ($1, $2, $3, $4, $5, $6, 0, 0, 0)",
        &[
            v(TENANT),
            v(long_url_id),
            v(account.0),
            v(url),
            v(campaign),
            v(now.0),
        ],
    )?;
    Ok(long_url_id)
}

/// Adds links to an address.
///
/// # Errors
/// [`crate::Error::Conflict`] when a code is taken; other random ones will do.
pub fn add(tx: &mut Tx<'_>, account: AccountId, long_url_id: i64, links: &[NewLink]) -> Result<()> {
    if links.is_empty() {
        return Ok(());
    }
    let last = tx.one(
        "UPDATE long_urls SET links = links + $2 WHERE long_url_id = $1 RETURNING links",
        &[v(long_url_id), v(links.len() as i64)],
        |row| row.int(0),
    )?;
    let first = last - links.len() as i64 + 1;
    let rows: Vec<_> = (first..)
        .zip(links)
        .map(|(number, link)| {
            vec![
                v(TENANT),
                v(long_url_id),
                v(number),
                v(account.0),
                v(link.code.as_str()),
                v(&link.message_id.0),
                v(&link.recipient),
                v(link.origin.map(|origin| origin.list_id)),
                v(link.origin.map(|origin| origin.contact_id)),
                v(0),
            ]
        })
        .collect();
    tx.insert_all(&LINKS, &rows)?;
    Ok(())
}
