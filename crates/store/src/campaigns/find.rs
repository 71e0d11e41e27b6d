//! Campaigns of an account by page and by search, and what became of a campaign's messages.

use postern_domain::account::AccountId;
use postern_domain::campaign::Status;
use postern_domain::channel::Channel;
use postern_domain::message;
use postern_domain::time::UnixMicros;

use super::{Campaign, read, select};
use crate::{Error, Result, Tx, v};

#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub enum Order {
    #[default]
    Id,
    Name,
    Schedule,
}

/// Which campaigns, in which order, which stretch of them.
#[derive(Clone, Debug, Default)]
pub struct Search {
    pub channel: Channel,
    pub campaign_id: Option<i64>,
    pub list_id: Option<i64>,
    /// The whole name, in any case.
    pub name: Option<String>,
    pub status: Option<Status>,
    /// Made in this window, both ends included.
    pub from: Option<UnixMicros>,
    pub to: Option<UnixMicros>,
    pub order: Order,
    pub descending: bool,
    pub skip: i64,
    pub limit: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    pub total: i64,
    pub rows: Vec<Campaign>,
}

macro_rules! matching {
    () => {
        "WHERE account_id = $1 AND channel = $2 AND (CAST($3 AS BIGINT) IS NULL OR campaign_id = $3)
            AND (CAST($4 AS BIGINT) IS NULL OR list_id = $4) AND (CAST($5 AS TEXT) IS NULL OR lower(name) = lower($5))
            AND (CAST($6 AS BIGINT) IS NULL OR status = $6) AND (CAST($7 AS BIGINT) IS NULL OR created_at >= $7)
            AND (CAST($8 AS BIGINT) IS NULL OR created_at <= $8)"
    };
}

macro_rules! ordered {
    ($order:literal) => {
        select!(matching!(), " ORDER BY ", $order, " LIMIT $9 OFFSET $10")
    };
}

pub fn search(tx: &mut Tx<'_>, account: AccountId, search: &Search) -> Result<Found> {
    let mut params = vec![
        v(account.0),
        v(search.channel.code()),
        v(search.campaign_id),
        v(search.list_id),
        v(&search.name),
        v(search.status.map(Status::code)),
        v(search.from.map(|at| at.0)),
        v(search.to.map(|at| at.0)),
    ];
    let total = tx.one(
        concat!("SELECT count(*) FROM campaigns ", matching!()),
        &params,
        |row| row.int(0),
    )?;
    if search.skip >= total {
        return Ok(Found {
            total,
            rows: Vec::new(),
        });
    }
    params.extend([v(search.limit), v(search.skip)]);
    let sql = match (search.order, search.descending) {
        (Order::Id, false) => ordered!("campaign_id"),
        (Order::Id, true) => ordered!("campaign_id DESC"),
        (Order::Name, false) => ordered!("lower(name), campaign_id"),
        (Order::Name, true) => ordered!("lower(name) DESC, campaign_id DESC"),
        (Order::Schedule, false) => ordered!("due_at, campaign_id"),
        (Order::Schedule, true) => ordered!("due_at DESC, campaign_id DESC"),
    };
    let rows = tx.all(sql, &params, read)?;
    Ok(Found { total, rows })
}

/// How many of a campaign's messages are in which state; reads them all.
pub fn outcomes(
    tx: &mut Tx<'_>,
    account: AccountId,
    campaign_id: i64,
) -> Result<Vec<(message::Status, i64)>> {
    tx.all(
        "SELECT m.status, count(*) FROM campaign_stretches s
            JOIN messages m ON m.account_id = $1 AND m.seq >= s.first_seq AND m.seq < s.first_seq + s.messages
         WHERE s.campaign_id = $2 GROUP BY m.status ORDER BY m.status",
        &[v(account.0), v(campaign_id)],
        |row| {
            let status = row.int(0)?;
            let status =
                message::Status::from_code(status).ok_or_else(|| Error::Inconsistent {
                    table: "messages",
                    id: format!("campaign {campaign_id}"),
                })?;
            Ok((status, row.int(1)?))
        },
    )
}
