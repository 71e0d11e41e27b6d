//! Opening a link: where it leads, and that somebody went there.

use postern_domain::account::AccountId;
use postern_domain::contact::Origin;
use postern_domain::short_link::Code;
use postern_domain::time::UnixMicros;
use postern_domain::user_agent::UserAgent;

use crate::settings::TENANT;
use crate::{Result, Tx, v};

/// Openings of one link that are kept one by one; more are only counted.
const CLICKS_KEPT_MAX: i64 = 100;

/// Of `click_counts.kind`.
pub(super) const DEVICE: i64 = 1;
pub(super) const SYSTEM: i64 = 2;
pub(super) const BROWSER: i64 = 3;

/// What is behind a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    pub account: AccountId,
    pub long_url_id: i64,
    pub link_no: i64,
    pub target: Target,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    Address(String),
    /// The way out of the sender's lists, for this number.
    OptOut {
        recipient: String,
        origin: Option<Origin>,
    },
}

/// `None`: no such link, or the way out of somebody who was erased.
pub fn find(tx: &mut Tx<'_>, code: Code) -> Result<Option<Opened>> {
    tx.opt(
        "SELECT s.account_id, s.long_url_id, s.link_no, u.url, s.recipient, s.list_id, s.contact_id
         FROM short_links s JOIN long_urls u ON u.long_url_id = s.long_url_id
         WHERE s.code = $1 AND (u.url <> '' OR s.recipient <> 'redacted')",
        &[v(code.as_str())],
        |row| {
            let url = row.text(3)?;
            let origin = match (row.opt_int(5)?, row.opt_int(6)?) {
                (Some(list_id), Some(contact_id)) => Some(Origin {
                    list_id,
                    contact_id,
                }),
                _ => None,
            };
            Ok(Opened {
                account: AccountId(row.int(0)?),
                long_url_id: row.int(1)?,
                link_no: row.int(2)?,
                target: match url.is_empty() {
                    true => Target::OptOut {
                        recipient: row.text(4)?,
                        origin,
                    },
                    false => Target::Address(url),
                },
            })
        },
    )
}

/// Counts an opening.
pub fn opened(
    tx: &mut Tx<'_>,
    long_url_id: i64,
    link_no: i64,
    by: UserAgent,
    now: UnixMicros,
) -> Result<()> {
    let (device, system, browser) = (by.device.code(), by.system.code(), by.browser.code());
    let opens = tx.opt(
        "UPDATE short_links SET opens = opens + 1, opened_at = COALESCE(opened_at, $3), device = COALESCE(device, $4),
            system = COALESCE(system, $5), browser = COALESCE(browser, $6)
         WHERE long_url_id = $1 AND link_no = $2 RETURNING opens",
        &[
            v(long_url_id),
            v(link_no),
            v(now.0),
            v(device),
            v(system),
            v(browser),
        ],
        |row| row.int(0),
    )?;
    let Some(opens) = opens else {
        return Ok(());
    };
    let click_no = tx.one(
        "UPDATE long_urls SET opens = opens + 1, opened = opened + $2 WHERE long_url_id = $1 RETURNING opens",
        &[v(long_url_id), v(i64::from(opens == 1))],
        |row| row.int(0),
    )?;
    for (kind, label) in [(DEVICE, device), (SYSTEM, system), (BROWSER, browser)] {
        tx.execute(
            "INSERT INTO click_counts (tenant_id, long_url_id, kind, label, opens) VALUES ($1, $2, $3, $4, 1)
             ON CONFLICT (long_url_id, kind, label) DO UPDATE SET opens = click_counts.opens + 1",
            &[v(TENANT), v(long_url_id), v(kind), v(label)],
        )?;
    }
    if opens <= CLICKS_KEPT_MAX {
        tx.execute(
            "INSERT INTO clicks (tenant_id, long_url_id, click_no, link_no, at, device, system, browser)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            &[
                v(TENANT),
                v(long_url_id),
                v(click_no),
                v(link_no),
                v(now.0),
                v(device),
                v(system),
                v(browser),
            ],
        )?;
    }
    Ok(())
}
