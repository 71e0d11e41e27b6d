//! A campaign of somebody limited: everybody on its list is judged when it is accepted, as the messages of a send are, and nobody else is reached.

use postern_domain::short_link::Code;
use postern_domain::time::UnixMicros;
use postern_guard::{Ground, ScopeKind};
use postern_guard::{Judgement, Outcome, Preview, Sending, Stands, Ticket, Verdict};
use postern_store::accounts::Account;
use postern_store::campaigns::{JudgedContact, Plan};
use postern_store::{Tx, contacts};

use super::judge::judge;
use super::plan::senders;
use crate::erased::Erased;
use crate::error::ApiError;
use crate::escort::sending;
use crate::policy::Policy;
use crate::short_links;
use crate::sms::judge::Terms;
use crate::state::PlatformState;

/// Contacts of one campaign: as many as a send has messages. Larger ones are an owner's to make.
const JUDGED_CONTACTS_MAX: i64 = 1_000;

/// What the guard is asked about a campaign.
#[derive(Clone)]
pub(super) struct Asked {
    ticket: Ticket,
    sending: Sending,
    pub(super) contacts: Vec<JudgedContact>,
}

/// Judges the messages of a campaign as they would be now.
///
/// # Errors
/// The list is too long.
pub(super) async fn ask(
    state: &PlatformState,
    account: &Account,
    plan: &Plan,
    ticket: Ticket,
) -> Result<Asked, ApiError> {
    let (id, list_id) = (account.id, plan.list_id);
    let erased = Erased::of(state, id).await?;
    let read = move |tx: &mut Tx<'_>| {
        let found = contacts::not_opted_out(tx, id, list_id, 0, JUDGED_CONTACTS_MAX + 1)?;
        let too_many = found.len() as i64 > JUDGED_CONTACTS_MAX;
        Ok((erased.left_out(tx, id, found)?, too_many))
    };
    let (found, too_many) = state.store.read(read).await?;
    if too_many {
        return Err(ApiError::Guarded(Box::new(Outcome::Refused(vec![
            too_long(),
        ]))));
    }
    let choices = senders(plan).unwrap_or_default();
    let policy = Policy::of_campaign(state, account, &plan.sender, &choices).await?;
    let base = short_links::base(&state.config);
    let terms = Terms::of(state, account, plan.channel, policy).shortening(&base, || Code::SAMPLE);
    let mut judged: Vec<_> = found
        .iter()
        .map(|contact| judge(plan, &choices, contact, &terms).judged)
        .collect();
    for message in &mut judged {
        message.due = plan.due;
    }
    let contacts = found
        .iter()
        .zip(&judged)
        .filter(|(_, message)| message.is_success())
        .map(|(contact, message)| {
            JudgedContact::new(
                contact.contact_id,
                &message.to,
                message.segments,
                message.price,
            )
        })
        .collect();
    Ok(Asked {
        ticket,
        sending: sending(&judged, account, state.now()),
        contacts,
    })
}

fn too_long() -> Verdict {
    Verdict {
        rule: "inspection_limit",
        code: "inspection_limit",
        scope: ScopeKind::Key,
        passed: false,
        passes_at: None,
        ground: Ground::Said(
            "A campaign within limits goes to a list of at most 1,000 contacts; this list is longer.",
        ),
    }
}

impl Asked {
    /// Inside the unit that makes the campaign.
    pub(super) fn judge(
        &self,
        tx: &mut Tx<'_>,
        now: UnixMicros,
    ) -> postern_store::Result<Result<Stands, Outcome>> {
        let judgement: Judgement = self.ticket.judge(tx, &self.sending, now)?;
        Ok(if self.ticket.is_dry_run() {
            let preview = Preview::of(judgement.verdicts, &self.sending);
            Err(Outcome::Previewed(Box::new(preview)))
        } else if judgement.passed() {
            Ok(Stands(self.ticket.standing(&judgement)))
        } else {
            Err(Outcome::Refused(judgement.refusals().cloned().collect()))
        })
    }
}
