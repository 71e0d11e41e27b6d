//! Sends campaigns whose time has come, a step of each in turn, so that neither a long one keeps a short one waiting nor all of them the
//! sends of other callers. What a restart interrupts goes on where its last step ended.

use std::time::Duration;

use postern_domain::campaign::Status;
use postern_domain::channel::Channel;
use postern_domain::message_id::MessageId;
use postern_domain::short_link::unsubscribe_marker;
use postern_store::accounts::{self, Account};
use postern_store::campaigns::{self, Campaign, JudgedContact, Step};
use postern_store::contacts::{self, Contact};
use postern_store::{Error, Lane, Result, lists};
use tokio_util::sync::CancellationToken;

use super::judge::judge;
use super::plan::senders;
use crate::erased::Erased;
use crate::error::ApiError;
use crate::policy::Policy;
use crate::short_links::{self, CODE_TRIES_MAX};
use crate::sms::judge::{Judged, Terms};
use crate::sms::rows::new_message;
use crate::state::PlatformState;

/// Contacts of one step; each costs up to four rows: a message, its place in the queue and two links.
const STEP_CONTACTS: i64 = 250;
/// Campaigns that are sent at the same time; more wait for one to end.
const AT_ONCE_MAX: i64 = 16;
/// The longest sleep: a clock that was set forward is noticed at the latest then.
const SLEEP_MAX: Duration = Duration::from_secs(30);
/// After the store failed.
const STORE_PAUSE: Duration = Duration::from_secs(1);

/// Sends campaigns until `until`.
pub(crate) async fn keep(state: &PlatformState, until: &CancellationToken) {
    let working = async {
        loop {
            match round(state).await {
                Ok(true) => {}
                Ok(false) => idle(state).await,
                Err(error) => {
                    tracing::error!(%error, "campaigns wait for the store");
                    tokio::time::sleep(STORE_PAUSE).await;
                }
            }
        }
    };
    // Between two steps or within one: what has not been committed has not happened.
    until.run_until_cancelled(working).await;
}

impl PlatformState {
    /// Campaigns may have become due: somebody moved the clock of a sandbox.
    pub fn look_at_campaigns(&self) {
        self.campaigns.notify_one();
    }

    /// Sends every campaign that is due at this moment, to its end: for tests, which move the clock by hand.
    ///
    /// # Errors
    /// The store's.
    pub async fn run_campaigns(&self) -> Result<()> {
        while round(self).await? {}
        Ok(())
    }
}

async fn idle(state: &PlatformState) {
    let next = state.store.read(campaigns::next_due).await;
    let next = next.unwrap_or_else(|error| {
        tracing::error!(%error, "campaigns cannot look ahead; trying again");
        None
    });
    let until_next = next.map_or(SLEEP_MAX, |due| {
        let micros = u64::try_from(due.0 - state.now().0).unwrap_or(0);
        Duration::from_micros(micros).min(SLEEP_MAX)
    });
    tokio::select! {
        () = state.campaigns.notified() => {}
        () = tokio::time::sleep(until_next) => {}
    }
}

/// One step of each campaign that is due. `false`: there is none.
async fn round(state: &PlatformState) -> Result<bool> {
    let now = state.now();
    let due = state
        .store
        .read(move |tx| campaigns::due(tx, now, AT_ONCE_MAX))
        .await?;
    for campaign in &due {
        advance(state, campaign).await?;
    }
    Ok(!due.is_empty())
}

async fn advance(state: &PlatformState, campaign: &Campaign) -> Result<()> {
    if campaign.status == Status::Sending {
        return step(state, campaign).await;
    }
    let (begun, now) = (campaign.clone(), state.now());
    let out = unsubscribe_marker(&campaign.plan.body).is_some();
    state
        .store
        .write(Lane::of(campaign.account.0), move |tx| {
            campaigns::begin(tx, &begun, out, now)
        })
        .await?;
    Ok(())
}

async fn step(state: &PlatformState, campaign: &Campaign) -> Result<()> {
    let (id, list, after) = (campaign.account, campaign.plan.list_id, campaign.position);
    let erased = Erased::of(state, id).await.map_err(unreadable)?;
    let campaign_id = campaign.campaign_id;
    let found = state
        .store
        .read(move |tx| {
            let account = accounts::get(tx, id)?;
            let list_is_there = lists::get(tx, id, list)?.is_some();
            let contacts = contacts::not_opted_out(tx, id, list, after, STEP_CONTACTS)?;
            let next = Next {
                to: contacts.last().map_or(after, |contact| contact.contact_id),
                finished: (contacts.len() as i64) < STEP_CONTACTS,
                contacts: erased.left_out(tx, id, contacts)?,
                pinned: campaigns::pinned(tx, campaign_id, after)?,
            };
            Ok((
                account.filter(|account| account.active),
                list_is_there,
                next,
            ))
        })
        .await?;
    let (account, next) = match found {
        (None, _, _) => return fail(state, campaign, "The account is closed.").await,
        (_, false, _) => return fail(state, campaign, "The list was deleted.").await,
        (Some(account), true, next) => (account, next),
    };
    let choices = senders(&campaign.plan).unwrap_or_default();
    let policy = Policy::of_campaign(state, &account, &campaign.plan.sender, &choices)
        .await
        .map_err(unreadable)?;
    for _ in 0..CODE_TRIES_MAX {
        let (step, now) = (
            judged(state, campaign, &account, &policy, &next),
            state.now(),
        );
        let stepped = state
            .store
            .write(Lane::of(id.0), move |tx| campaigns::step(tx, &step, now))
            .await;
        match stepped {
            // A code of a link is taken.
            Err(Error::Conflict(_)) => {}
            Err(error) => return Err(error),
            Ok(_) => {
                state.wake.notify_one();
                return Ok(());
            }
        }
    }
    Err(Error::Conflict(format!(
        "no free codes for links of campaign {}",
        campaign.campaign_id
    )))
}

async fn fail(state: &PlatformState, campaign: &Campaign, why: &'static str) -> Result<()> {
    let (id, now) = (campaign.campaign_id, state.now());
    state
        .store
        .write(Lane::of(campaign.account.0), move |tx| {
            campaigns::fail(tx, id, why, now)
        })
        .await
}

/// The contacts of a step.
struct Next {
    /// The last one that was looked at.
    to: i64,
    finished: bool,
    /// Those who get something.
    contacts: Vec<Contact>,
    /// Of somebody limited: only these, and only as they were judged.
    pinned: Option<Vec<JudgedContact>>,
}

impl Next {
    fn allows(&self, contact: &Contact, message: &Judged) -> bool {
        let Some(pinned) = &self.pinned else {
            return true;
        };
        let found = pinned.binary_search_by_key(&contact.contact_id, |one| one.contact_id);
        found.is_ok_and(|at| pinned[at].covers(&message.to, message.segments, message.price))
    }
}

fn unreadable(error: ApiError) -> Error {
    match error {
        ApiError::Store(error) => error,
        other => Error::Driver(format!(
            "who was erased or may be named cannot be read: {other:?}"
        )),
    }
}

/// The next contacts as messages.
fn judged(
    state: &PlatformState,
    campaign: &Campaign,
    account: &Account,
    policy: &Policy,
    next: &Next,
) -> Step {
    let base = short_links::base(&state.config);
    let channel: Channel = campaign.plan.channel;
    let terms =
        Terms::of(state, account, channel, policy.clone()).shortening(&base, short_links::code);
    let choices = senders(&campaign.plan).unwrap_or_default();
    let mut step = Step {
        campaign_id: campaign.campaign_id,
        account: campaign.account,
        from: campaign.position,
        to: next.to,
        messages: Vec::with_capacity(next.contacts.len()),
        codes: Vec::with_capacity(next.contacts.len()),
        refused: 0,
        finished: next.finished,
        simulated: account.sandbox,
    };
    for contact in &next.contacts {
        let addressed = judge(&campaign.plan, &choices, contact, &terms);
        if addressed.judged.is_success() && next.allows(contact, &addressed.judged) {
            let id = MessageId::new(terms.now, postern_vault::random());
            step.messages.push(new_message(&addressed.judged, id));
            step.codes.push((addressed.short, addressed.out));
        } else {
            step.refused += 1;
        }
    }
    step
}
