//! Campaigns: one text or picture to everybody in a list, sent step by step from its time on.

mod find;
mod judged;
mod send;

use postern_domain::account::AccountId;
use postern_domain::campaign::Status;
use postern_domain::channel::{Channel, Picture};
use postern_domain::money::Micros;
use postern_domain::time::UnixMicros;

use crate::messages::{media_values, read_media};
use crate::settings::{TENANT, next_number};
use crate::{Error, Result, Row, Through, Tx, lists, v};

pub use find::{Found, Order, Search, outcomes, search};
pub use judged::{JudgedContact, pin, pinned};
pub use send::{Step, Stepped, begin, due, fail, next_due, step};

/// What a campaign is to do, as its owner wrote it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    pub channel: Channel,
    pub name: String,
    pub list_id: i64,
    pub sender: String,
    pub body: String,
    pub source: String,
    pub custom_string: String,
    /// A sender for each country, in whatever form the platform writes it.
    pub senders: String,
    /// `""`: none.
    pub url_to_shorten: String,
    /// As the caller wrote it; `None`: at once.
    pub schedule: Option<i64>,
    /// `None`: at once.
    pub due: Option<UnixMicros>,
    /// Empty for texts.
    pub picture: Picture,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Campaign {
    pub campaign_id: i64,
    pub account: AccountId,
    pub status: Status,
    pub plan: Plan,
    pub through: Through,
    pub list_name: String,
    pub due_at: UnixMicros,
    pub long_url_id: Option<i64>,
    pub unsubscribe_url_id: Option<i64>,
    /// Contacts of the list when the campaign was made or changed.
    pub total: i64,
    /// The last contact that was looked at.
    pub position: i64,
    pub accepted: i64,
    pub refused: i64,
    pub unpaid: i64,
    pub price: Micros,
    pub failure: Option<String>,
    pub created_at: UnixMicros,
    /// Tells whether a plan is the one that was read.
    pub updated_at: UnixMicros,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Changed {
    Unknown,
    NoList,
    /// It is being sent, was sent, or was withdrawn.
    TooLate(Status),
    Done(Box<Campaign>),
}

macro_rules! select {
    ($($rest:expr),+) => {
        concat!(
            "SELECT campaign_id, account_id, channel, status, name, list_id, list_name, sender, body, source, custom_string, senders,
                url_to_shorten, schedule, due_at, subject, media_url, media_id, media_type, media_bytes, media_digest, long_url_id,
                unsubscribe_url_id, total, position, accepted, refused, unpaid, price_micros, failure, created_at,
                updated_at, key_id, connection_id
             FROM campaigns ",
            $($rest),+
        )
    };
}
pub(crate) use select;

/// `None`: no such list.
pub fn create(
    tx: &mut Tx<'_>,
    account: AccountId,
    plan: &Plan,
    through: &Through,
    now: UnixMicros,
) -> Result<Option<Campaign>> {
    if lists::get(tx, account, plan.list_id)?.is_none() {
        return Ok(None);
    }
    let campaign_id = next_number(tx, "campaign")?;
    tx.execute(
        "INSERT INTO campaigns (tenant_id, campaign_id, account_id, channel, status, name, list_id, list_name, sender, body, source,
            custom_string, senders, url_to_shorten, due_at, subject, media_url, total, position, accepted, refused, unpaid, price_micros,
            created_at, updated_at, key_id, connection_id)
         VALUES ($1, $2, $3, $4, 2, '', 0, '', '', '', '', '', '', '', $5, '', '', 0, 0, 0, 0, 0, 0, $5, $5, $6, $7)",
        &[
            v(TENANT),
            v(campaign_id),
            v(account.0),
            v(plan.channel.code()),
            v(now.0),
            v(&through.key_id),
            v(&through.connection_id),
        ],
    )?;
    write(tx, campaign_id, plan, now)?;
    get(tx, account, plan.channel, campaign_id)
}

/// Replaces the plan of a campaign that has not begun.
pub fn update(
    tx: &mut Tx<'_>,
    account: AccountId,
    campaign_id: i64,
    plan: &Plan,
    now: UnixMicros,
) -> Result<Changed> {
    let Some(campaign) = get(tx, account, plan.channel, campaign_id)? else {
        return Ok(Changed::Unknown);
    };
    if lists::get(tx, account, plan.list_id)?.is_none() {
        return Ok(Changed::NoList);
    }
    if write(tx, campaign_id, plan, now)? == 0 {
        return Ok(Changed::TooLate(campaign.status));
    }
    judged::unpin(tx, campaign_id)?;
    let changed = get(tx, account, plan.channel, campaign_id)?;
    Ok(changed.map_or(Changed::Unknown, |campaign| {
        Changed::Done(Box::new(campaign))
    }))
}

/// Answers how many rows it changed: none once the campaign has begun.
fn write(tx: &mut Tx<'_>, campaign_id: i64, plan: &Plan, now: UnixMicros) -> Result<u64> {
    let status = match plan.due {
        Some(_) => Status::Scheduled,
        None => Status::Queued,
    };
    let mut params = vec![
        v(campaign_id),
        v(status.code()),
        v(&plan.name),
        v(plan.list_id),
        v(&plan.sender),
        v(&plan.body),
        v(&plan.source),
        v(&plan.custom_string),
        v(&plan.senders),
        v(&plan.url_to_shorten),
        v(plan.schedule),
        v(plan.due.unwrap_or(now).0),
        v(&plan.picture.subject),
        v(&plan.picture.media_url),
        v(now.0),
    ];
    params.extend(media_values(plan.picture.media.as_ref()));
    tx.execute(
        "UPDATE campaigns SET status = $2, name = $3, list_id = $4, sender = $5, body = $6, source = $7, custom_string = $8, senders = $9,
            url_to_shorten = $10, schedule = $11, due_at = $12, subject = $13, media_url = $14, updated_at = $15, media_id = $16,
            media_type = $17, media_bytes = $18, media_digest = $19,
            list_name = (SELECT l.list_name FROM lists l WHERE l.list_id = $4), total = (SELECT l.contacts FROM lists l WHERE l.list_id = $4)
         WHERE campaign_id = $1 AND status <= 2",
        &params,
    )
}

/// Of this account and channel only.
pub fn get(
    tx: &mut Tx<'_>,
    account: AccountId,
    channel: Channel,
    campaign_id: i64,
) -> Result<Option<Campaign>> {
    tx.opt(
        select!("WHERE campaign_id = $1 AND account_id = $2 AND channel = $3"),
        &[v(campaign_id), v(account.0), v(channel.code())],
        read,
    )
}

/// Withdraws what has not been sent.
pub fn cancel(
    tx: &mut Tx<'_>,
    account: AccountId,
    channel: Channel,
    campaign_id: i64,
    now: UnixMicros,
) -> Result<Changed> {
    let cancelled = tx.execute(
        "UPDATE campaigns SET status = $4, updated_at = $5 WHERE campaign_id = $1 AND account_id = $2 AND channel = $3 AND status <= 3",
        &[
            v(campaign_id),
            v(account.0),
            v(channel.code()),
            v(Status::Cancelled.code()),
            v(now.0),
        ],
    )?;
    Ok(match get(tx, account, channel, campaign_id)? {
        None => Changed::Unknown,
        Some(campaign) if cancelled == 0 => Changed::TooLate(campaign.status),
        Some(campaign) => Changed::Done(Box::new(campaign)),
    })
}

pub(crate) fn read(row: &Row<'_>) -> Result<Campaign> {
    let campaign_id = row.int(0)?;
    let inconsistent = || Error::Inconsistent {
        table: "campaigns",
        id: campaign_id.to_string(),
    };
    Ok(Campaign {
        campaign_id,
        account: AccountId(row.int(1)?),
        status: Status::from_code(row.int(3)?).ok_or_else(inconsistent)?,
        plan: Plan {
            channel: Channel::from_code(row.int(2)?).ok_or_else(inconsistent)?,
            name: row.text(4)?,
            list_id: row.int(5)?,
            sender: row.text(7)?,
            body: row.text(8)?,
            source: row.text(9)?,
            custom_string: row.text(10)?,
            senders: row.text(11)?,
            url_to_shorten: row.text(12)?,
            schedule: row.opt_int(13)?,
            due: row
                .opt_int(13)?
                .map(|_| row.int(14).map(UnixMicros))
                .transpose()?,
            picture: Picture {
                subject: row.text(15)?,
                media_url: row.text(16)?,
                media: read_media(row, 17)?,
            },
        },
        through: Through {
            key_id: row.opt_text(32)?,
            connection_id: row.opt_text(33)?,
        },
        list_name: row.text(6)?,
        due_at: UnixMicros(row.int(14)?),
        long_url_id: row.opt_int(21)?,
        unsubscribe_url_id: row.opt_int(22)?,
        total: row.int(23)?,
        position: row.int(24)?,
        accepted: row.int(25)?,
        refused: row.int(26)?,
        unpaid: row.int(27)?,
        price: Micros(row.int(28)?),
        failure: row.opt_text(29)?,
        created_at: UnixMicros(row.int(30)?),
        updated_at: UnixMicros(row.int(31)?),
    })
}
