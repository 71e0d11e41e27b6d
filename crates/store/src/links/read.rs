//! What became of links: in all, link by link, opening by opening.

use postern_domain::account::AccountId;
use postern_domain::message_id::MessageId;
use postern_domain::time::UnixMicros;
use postern_domain::user_agent::{Browser, Device, System, UserAgent};

use super::open::{BROWSER, DEVICE, SYSTEM};
use crate::{Error, Result, Row, Tx, v};

/// Kinds of devices, systems and browsers together are fewer.
const SHARES_MAX: i64 = 100;
/// Addresses of one message or campaign; there is one, and the way out.
const URLS_MAX: i64 = 100;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LongUrl {
    pub long_url_id: i64,
    pub url: String,
    pub campaign: Option<i64>,
    pub created_at: UnixMicros,
    pub links: i64,
    pub opened: i64,
    pub opens: i64,
}

/// How many openings came from one kind of device, system or browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Share {
    pub label: &'static str,
    pub opens: i64,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    pub devices: Vec<Share>,
    pub systems: Vec<Share>,
    pub browsers: Vec<Share>,
}

/// One link and whom it was made for; names are empty where the contact is gone, or never was one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    pub link_no: i64,
    pub recipient: String,
    pub contact_id: Option<i64>,
    pub first_name: String,
    pub last_name: String,
    pub opens: i64,
    pub opened_at: Option<UnixMicros>,
    /// Of the first opening.
    pub by: Option<UserAgent>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Click {
    pub click_no: i64,
    pub at: UnixMicros,
    pub by: UserAgent,
    pub link: Link,
}

macro_rules! select_url {
    ($rest:literal) => {
        concat!(
            "SELECT long_url_id, url, campaign_id, created_at, links, opened, opens FROM long_urls ",
            $rest
        )
    };
}

/// Of this account only, and no way out.
pub fn get(tx: &mut Tx<'_>, account: AccountId, long_url_id: i64) -> Result<Option<LongUrl>> {
    tx.opt(
        select_url!("WHERE long_url_id = $1 AND account_id = $2 AND url <> ''"),
        &[v(long_url_id), v(account.0)],
        read_url,
    )
}

/// The addresses that were shortened for a campaign, ways out excepted.
pub fn by_campaign(tx: &mut Tx<'_>, account: AccountId, campaign: i64) -> Result<Vec<LongUrl>> {
    tx.all(
        select_url!(
            "WHERE campaign_id = $1 AND account_id = $2 AND url <> '' ORDER BY long_url_id LIMIT $3"
        ),
        &[v(campaign), v(account.0), v(URLS_MAX)],
        read_url,
    )
}

/// The addresses that were shortened in a message, ways out excepted.
pub fn by_message(tx: &mut Tx<'_>, account: AccountId, message: MessageId) -> Result<Vec<LongUrl>> {
    tx.all(
        select_url!(
            "WHERE long_url_id IN (SELECT long_url_id FROM short_links WHERE message_id = $1) AND account_id = $2 AND url <> ''
             ORDER BY long_url_id LIMIT $3"
        ),
        &[v(&message.0), v(account.0), v(URLS_MAX)],
        read_url,
    )
}

fn read_url(row: &Row<'_>) -> Result<LongUrl> {
    Ok(LongUrl {
        long_url_id: row.int(0)?,
        url: row.text(1)?,
        campaign: row.opt_int(2)?,
        created_at: UnixMicros(row.int(3)?),
        links: row.int(4)?,
        opened: row.int(5)?,
        opens: row.int(6)?,
    })
}

/// Openings by what they came from, the most frequent first.
pub fn counts(tx: &mut Tx<'_>, long_url_id: i64) -> Result<Counted> {
    let rows = tx.all(
        "SELECT kind, label, opens FROM click_counts WHERE long_url_id = $1 ORDER BY kind, opens DESC, label LIMIT $2",
        &[v(long_url_id), v(SHARES_MAX)],
        |row| Ok((row.int(0)?, row.int(1)?, row.int(2)?)),
    )?;
    let mut counted = Counted::default();
    for (kind, label, opens) in rows {
        let (label, shares) = match kind {
            DEVICE => (
                Device::from_code(label).map(Device::as_str),
                &mut counted.devices,
            ),
            SYSTEM => (
                System::from_code(label).map(System::as_str),
                &mut counted.systems,
            ),
            BROWSER => (
                Browser::from_code(label).map(Browser::as_str),
                &mut counted.browsers,
            ),
            _ => continue,
        };
        let label = label.ok_or_else(|| inconsistent("click_counts", long_url_id))?;
        shares.push(Share { label, opens });
    }
    Ok(counted)
}

macro_rules! select_links {
    ($rest:literal) => {
        concat!(
            "SELECT s.link_no, s.recipient, s.contact_id, COALESCE(c.first_name, ''), COALESCE(c.last_name, ''), s.opens, s.opened_at, s.device,
                s.system, s.browser
             FROM short_links s LEFT JOIN contacts c ON c.list_id = s.list_id AND c.contact_id = s.contact_id AND c.account_id = s.account_id ",
            $rest
        )
    };
}

/// Up to `limit` links numbered above `after` (0 to begin).
pub fn links(tx: &mut Tx<'_>, long_url_id: i64, after: i64, limit: i64) -> Result<Vec<Link>> {
    tx.all(
        select_links!("WHERE s.long_url_id = $1 AND s.link_no > $2 ORDER BY s.link_no LIMIT $3"),
        &[v(long_url_id), v(after), v(limit)],
        read_link,
    )
}

/// The last `limit` links numbered below `before`, in their order.
pub fn links_before(
    tx: &mut Tx<'_>,
    long_url_id: i64,
    before: i64,
    limit: i64,
) -> Result<Vec<Link>> {
    links(
        tx,
        long_url_id,
        (before - 1 - limit).max(0),
        limit.min(before - 1),
    )
}

fn read_link(row: &Row<'_>) -> Result<Link> {
    let by = match (row.opt_int(7)?, row.opt_int(8)?, row.opt_int(9)?) {
        (Some(device), Some(system), Some(browser)) => Some(
            user_agent(device, system, browser)
                .ok_or_else(|| inconsistent("short_links", row.int(0).unwrap_or(0)))?,
        ),
        _ => None,
    };
    Ok(Link {
        link_no: row.int(0)?,
        recipient: row.text(1)?,
        contact_id: row.opt_int(2)?,
        first_name: row.text(3)?,
        last_name: row.text(4)?,
        opens: row.int(5)?,
        opened_at: row.opt_int(6)?.map(UnixMicros),
        by,
    })
}

/// Up to `limit` kept openings numbered above `after` (0 to begin).
pub fn clicks(tx: &mut Tx<'_>, long_url_id: i64, after: i64, limit: i64) -> Result<Vec<Click>> {
    tx.all(
        "SELECT s.link_no, s.recipient, s.contact_id, COALESCE(c.first_name, ''), COALESCE(c.last_name, ''), s.opens, s.opened_at, s.device,
            s.system, s.browser, k.click_no, k.at, k.device, k.system, k.browser
         FROM clicks k JOIN short_links s ON s.long_url_id = k.long_url_id AND s.link_no = k.link_no
            LEFT JOIN contacts c ON c.list_id = s.list_id AND c.contact_id = s.contact_id AND c.account_id = s.account_id
         WHERE k.long_url_id = $1 AND k.click_no > $2 ORDER BY k.click_no LIMIT $3",
        &[v(long_url_id), v(after), v(limit)],
        |row| {
            Ok(Click {
                click_no: row.int(10)?,
                at: UnixMicros(row.int(11)?),
                by: user_agent(row.int(12)?, row.int(13)?, row.int(14)?)
                    .ok_or_else(|| inconsistent("clicks", long_url_id))?,
                link: read_link(row)?,
            })
        },
    )
}

fn user_agent(device: i64, system: i64, browser: i64) -> Option<UserAgent> {
    Some(UserAgent {
        device: Device::from_code(device)?,
        system: System::from_code(system)?,
        browser: Browser::from_code(browser)?,
    })
}

fn inconsistent(table: &'static str, id: i64) -> Error {
    Error::Inconsistent {
        table,
        id: id.to_string(),
    }
}
