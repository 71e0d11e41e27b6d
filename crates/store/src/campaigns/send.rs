//! Sending a campaign: a step makes the messages of the next contacts, pays for them and moves the position, all in one unit, so that
//! nobody is left out and nobody gets anything twice, whenever the process stops.

use postern_domain::account::AccountId;
use postern_domain::campaign::Status;
use postern_domain::short_link::Code;
use postern_domain::time::UnixMicros;

use super::{Campaign, read, select};
use crate::links::{self, NewLink};
use crate::messages::{self, NewMessage};
use crate::settings::TENANT;
use crate::{Result, Tx, v};

/// The next contacts of a campaign, judged.
#[derive(Clone, Debug)]
pub struct Step {
    pub campaign_id: i64,
    pub account: AccountId,
    /// Where the campaign must stand for this step to count.
    pub from: i64,
    pub to: i64,
    pub messages: Vec<NewMessage>,
    /// For each message the code of its short link and of its way out, where it has them.
    pub codes: Vec<(Option<Code>, Option<Code>)>,
    /// Contacts that cannot be sent to.
    pub refused: i64,
    /// Nobody is left.
    pub finished: bool,
    /// Pinned to the simulator.
    pub simulated: bool,
}

#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Stepped {
    Yes,
    /// The campaign is elsewhere, or was withdrawn. Nothing was done.
    Stale,
    /// The account was closed; the campaign has failed.
    AccountClosed,
}

/// Campaigns whose time has come, the longest due first.
pub fn due(tx: &mut Tx<'_>, now: UnixMicros, limit: i64) -> Result<Vec<Campaign>> {
    tx.all(
        select!("WHERE status <= 3 AND due_at <= $1 ORDER BY due_at, campaign_id LIMIT $2"),
        &[v(now.0), v(limit)],
        read,
    )
}

/// When the next campaign is due; `None`: nothing waits.
pub fn next_due(tx: &mut Tx<'_>) -> Result<Option<UnixMicros>> {
    tx.opt(
        "SELECT due_at FROM campaigns WHERE status <= 3 ORDER BY due_at, campaign_id LIMIT 1",
        &[],
        |row| row.int(0).map(UnixMicros),
    )
}

/// Begins a campaign that is due: from here on it cannot be changed. `None`: it was changed or withdrawn meanwhile. `unsubscribe`: its
/// messages will have links that opt out.
pub fn begin(
    tx: &mut Tx<'_>,
    campaign: &Campaign,
    unsubscribe: bool,
    now: UnixMicros,
) -> Result<Option<Campaign>> {
    let (id, account, plan) = (campaign.campaign_id, campaign.account, &campaign.plan);
    let begun = tx.execute(
        "UPDATE campaigns SET status = $3, updated_at = $2 WHERE campaign_id = $1 AND status <= 2 AND due_at <= $2 AND updated_at = $4",
        &[
            v(id),
            v(now.0),
            v(Status::Sending.code()),
            v(campaign.updated_at.0),
        ],
    )?;
    if begun == 0 {
        return Ok(None);
    }
    let long_url = match plan.url_to_shorten.as_str() {
        url if !url.is_empty() => Some(links::add_url(tx, account, url, Some(id), now)?),
        _ => None,
    };
    let way_out = match unsubscribe {
        true => Some(links::add_url(tx, account, "", Some(id), now)?),
        false => None,
    };
    tx.execute(
        "UPDATE campaigns SET long_url_id = $2, unsubscribe_url_id = $3 WHERE campaign_id = $1",
        &[v(id), v(long_url), v(way_out)],
    )?;
    super::get(tx, account, plan.channel, id)
}

/// # Errors
/// [`crate::Error::Conflict`] when a code of a link is taken: the same step with other codes will do.
pub fn step(tx: &mut Tx<'_>, step: &Step, now: UnixMicros) -> Result<Stepped> {
    let campaign = tx.opt(
        select!("WHERE campaign_id = $1 AND account_id = $2 AND status = 3 AND position = $3"),
        &[v(step.campaign_id), v(step.account.0), v(step.from)],
        read,
    )?;
    let Some(campaign) = campaign else {
        return Ok(Stepped::Stale);
    };
    // What the position says is decided here, whoever else tries at this moment.
    let moved = tx.execute(
        "UPDATE campaigns SET position = $3, updated_at = $4 WHERE campaign_id = $1 AND position = $2 AND status = 3",
        &[v(step.campaign_id), v(step.from), v(step.to), v(now.0)],
    )?;
    if moved == 0 {
        return Ok(Stepped::Stale);
    }
    let mut unpaid = Vec::new();
    if !step.messages.is_empty() {
        let accepted = messages::accept(
            tx,
            step.account,
            &step.messages,
            step.simulated,
            &campaign.through,
            now,
        )?;
        let Some(accepted) = accepted else {
            fail(tx, step.campaign_id, "The account is closed.", now)?;
            return Ok(Stepped::AccountClosed);
        };
        let paid = step.messages.len() - accepted.unpaid.len();
        note_stretch(tx, step.campaign_id, accepted.first_seq, paid as i64)?;
        unpaid = accepted.unpaid;
    }
    let short = with_links(step, &unpaid, |codes| codes.0);
    let out = with_links(step, &unpaid, |codes| codes.1);
    for (long_url, new) in [
        (campaign.long_url_id, short),
        (campaign.unsubscribe_url_id, out),
    ] {
        if let Some(long_url) = long_url {
            links::add(tx, step.account, long_url, &new)?;
        }
    }
    count(tx, &campaign, step, &unpaid, now)?;
    Ok(Stepped::Yes)
}

fn note_stretch(tx: &mut Tx<'_>, campaign_id: i64, first_seq: i64, messages: i64) -> Result<()> {
    if messages > 0 {
        tx.execute(
            "INSERT INTO campaign_stretches (tenant_id, campaign_id, first_seq, messages) VALUES ($1, $2, $3, $4)",
            &[v(TENANT), v(campaign_id), v(first_seq), v(messages)],
        )?;
    }
    Ok(())
}

/// The links of the messages that were paid.
fn with_links(
    step: &Step,
    unpaid: &[usize],
    choose: impl Fn(&(Option<Code>, Option<Code>)) -> Option<Code>,
) -> Vec<NewLink> {
    let messages = step.messages.iter().zip(&step.codes).enumerate();
    messages
        .filter(|(position, _)| unpaid.binary_search(position).is_err())
        .filter_map(|(_, (message, codes))| {
            choose(codes).map(|code| NewLink {
                code,
                message_id: message.message_id,
                recipient: message.recipient.clone(),
                origin: message.origin,
            })
        })
        .collect()
}

fn count(
    tx: &mut Tx<'_>,
    campaign: &Campaign,
    step: &Step,
    unpaid: &[usize],
    now: UnixMicros,
) -> Result<()> {
    let unpaid_now = unpaid.len() as i64;
    let accepted_now = step.messages.len() as i64 - unpaid_now;
    let paid = step.messages.iter().enumerate();
    let price: postern_domain::money::Micros = paid
        .filter(|(position, _)| unpaid.binary_search(position).is_err())
        .map(|(_, message)| message.price)
        .sum();
    let nobody = campaign.accepted + accepted_now == 0;
    let (refused, without_credit) = (
        campaign.refused + step.refused,
        campaign.unpaid + unpaid_now,
    );
    let (status, failure) = match step.finished {
        false => (Status::Sending, None),
        true if nobody && without_credit > 0 => {
            (Status::Failed, Some("The balance covered no message."))
        }
        true if nobody && refused > 0 => (
            Status::Failed,
            Some("No contact of the list can be sent to."),
        ),
        true => (Status::Sent, None),
    };
    tx.execute(
        "UPDATE campaigns SET status = $2, failure = $3, accepted = accepted + $4, refused = refused + $5, unpaid = unpaid + $6,
            price_micros = price_micros + $7, updated_at = $8 WHERE campaign_id = $1",
        &[
            v(campaign.campaign_id),
            v(status.code()),
            v(failure),
            v(accepted_now),
            v(step.refused),
            v(unpaid_now),
            v(price.0),
            v(now.0),
        ],
    )?;
    Ok(())
}

/// Ends a campaign that cannot go on; messages that exist stay.
pub fn fail(tx: &mut Tx<'_>, campaign_id: i64, why: &str, now: UnixMicros) -> Result<()> {
    tx.execute(
        "UPDATE campaigns SET status = $2, failure = $3, updated_at = $4 WHERE campaign_id = $1 AND status <= 3",
        &[
            v(campaign_id),
            v(Status::Failed.code()),
            v(why),
            v(now.0),
        ],
    )?;
    Ok(())
}
