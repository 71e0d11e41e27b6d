//! A call on its way, with whoever limits it. The gateway writes the ticket; whoever sends asks it, inside the unit of work that sends.

use std::sync::Arc;

use postern_domain::money::{Currency, Micros};
use postern_domain::time::UnixMicros;
use postern_store::{Result, Tx};

use crate::approved::{APPROVAL_REQUIRED, Approved};
use crate::hold::Hold;
use crate::judge::{APPROVAL, judge, passes};
use crate::ledger::{Mode, count, give_back};
use crate::measure::{Measure, Span};
use crate::quiet::Zones;
use crate::scope::Scope;
use crate::sending::Sending;
use crate::subject::RecipientKey;
use crate::tally::Tallies;
use crate::verdict::Verdict;
use crate::watch::{self, Watch};
use crate::wishes::Wishes;

/// Travels in the extensions of a request, in process. A request without one is not limited.
#[derive(Clone, Debug)]
pub struct Ticket(Arc<Inner>);

#[derive(Clone, Debug)]
struct Inner {
    scopes: Vec<Scope>,
    key: RecipientKey,
    zones: Arc<Zones>,
    dry_run: bool,
    /// `None`: nobody knows who has opted out.
    wishes: Option<Wishes>,
    /// `None`: nobody is told of anything.
    watch: Option<Watch>,
    approved: Option<Approved>,
}

/// What judging a call came to.
#[derive(Clone, Debug)]
pub struct Judgement {
    pub verdicts: Vec<Verdict>,
    /// What was taken: nothing when the call was refused, or only looked at.
    pub holds: Vec<Hold>,
    tallies: Vec<Tallies>,
}

impl Ticket {
    pub fn new(scopes: Vec<Scope>, key: RecipientKey, zones: Arc<Zones>) -> Ticket {
        Ticket(Arc::new(Inner {
            scopes,
            key,
            zones,
            dry_run: false,
            wishes: None,
            watch: None,
            approved: None,
        }))
    }

    /// The same, asking `wishes` too.
    #[must_use]
    pub fn heeding(self, wishes: Wishes) -> Ticket {
        Ticket(Arc::new(Inner {
            wishes: Some(wishes),
            ..Arc::unwrap_or_clone(self.0)
        }))
    }

    /// The same, telling whoever looks after the installation what they should hear of.
    #[must_use]
    pub fn watched(self, watch: Watch) -> Ticket {
        Ticket(Arc::new(Inner {
            watch: Some(watch),
            ..Arc::unwrap_or_clone(self.0)
        }))
    }

    /// Whether anything is limited: without limits a call that nobody understands may leave.
    pub fn is_limited(&self) -> bool {
        !self.0.scopes.is_empty() || self.0.approved.is_some()
    }

    /// The same for a call of which only the judgement is wanted.
    #[must_use]
    pub fn for_dry_run(&self) -> Ticket {
        Ticket(Arc::new(Inner {
            dry_run: true,
            ..Inner::clone(&self.0)
        }))
    }

    /// The same for a call that a person has approved, as it was then: a dearer one, or one to anybody else, is another.
    #[must_use]
    pub fn with_approval(&self, approved: Approved) -> Ticket {
        Ticket(Arc::new(Inner {
            approved: Some(approved),
            ..Inner::clone(&self.0)
        }))
    }

    /// Whether a call could come to wait for a person.
    pub fn may_be_held(&self) -> bool {
        let held = |scope: &Scope| scope.limits.approval_above.iter().next().is_some();
        !self.0.dry_run && self.0.approved.is_none() && self.0.scopes.iter().any(held)
    }

    /// Nothing is to be sent, whatever the judgement.
    pub fn is_dry_run(&self) -> bool {
        self.0.dry_run
    }

    /// Whether a person has approved the call: it leaves as they saw it.
    pub fn is_approved(&self) -> bool {
        self.0.approved.is_some()
    }

    /// Whether a price is needed to judge.
    pub fn needs_price(&self) -> bool {
        self.0.approved.is_some()
            || self.may_be_held()
            || self.0.scopes.iter().any(|scope| scope.limits.needs_price())
    }

    /// What somebody who limits the call takes a segment to cost at most; the dearest holds.
    pub fn ceiling(&self) -> Option<(Micros, Currency)> {
        let scopes = self.0.scopes.iter();
        let ceilings =
            scopes.filter_map(|scope| Some((scope.limits.ceiling?, scope.limits.currency?)));
        ceilings.max_by_key(|(price, _)| *price)
    }

    /// Judges a call and, if it passes and is no dry run, takes what it needs.
    pub fn judge(&self, tx: &mut Tx<'_>, sending: &Sending, now: UnixMicros) -> Result<Judgement> {
        let Inner {
            scopes,
            key,
            zones,
            dry_run,
            wishes,
            watch,
            approved,
        } = &*self.0;
        let mode = match dry_run {
            true => Mode::Look,
            false => Mode::Take,
        };
        let (tallies, mut holds) = count(tx, mode, scopes, sending, key, now)?;
        let mut verdicts = judge(scopes, &tallies, sending, zones);
        if let Some(wishes) = wishes {
            // Before what asks for approval: nobody can approve of it.
            let place = verdicts.iter().position(|verdict| verdict.rule == APPROVAL);
            let verdict = wishes.judge(tx, sending)?;
            verdicts.insert(place.unwrap_or(verdicts.len()), verdict);
        }
        if let Some(approved) = approved {
            approved.hold_against(sending, &mut verdicts);
        }
        if let Some(watch) = watch.as_ref().filter(|_| mode == Mode::Take) {
            let passed = passes(&verdicts);
            watch::look(tx, watch, scopes, &tallies, sending, passed, now)?;
        }
        if !passes(&verdicts) {
            give_back(tx, &holds)?;
            holds.clear();
        }
        Ok(Judgement {
            verdicts,
            holds,
            tallies,
        })
    }

    /// What is left of counted limits after a judgement.
    pub fn standing(&self, judgement: &Judgement) -> Vec<Standing> {
        let passed = judgement.passed() && !self.0.dry_run;
        let scopes = self.0.scopes.iter().zip(&judgement.tallies);
        scopes
            .flat_map(|(scope, tallies)| standings(scope, tallies, passed))
            .collect()
    }
}

impl Judgement {
    pub fn passed(&self) -> bool {
        passes(&self.verdicts)
    }

    /// Whether a person's approval is all that is missing.
    pub fn needs_only_approval(&self) -> bool {
        let mut refusals = self.refusals().peekable();
        refusals.peek().is_some() && refusals.all(|verdict| verdict.code == APPROVAL_REQUIRED)
    }

    /// What did not pass.
    pub fn refusals(&self) -> impl Iterator<Item = &Verdict> {
        self.verdicts.iter().filter(|verdict| !verdict.passed)
    }
}

/// One counted limit and what is left of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    pub measure: Measure,
    pub span: Span,
    pub limit: i64,
    pub used: i64,
    pub resets_at: UnixMicros,
}

impl Standing {
    pub fn remaining(&self) -> i64 {
        (self.limit - self.used).max(0)
    }
}

/// Whether a measure has one number for everybody: repeats and prefixes have one for each recipient.
fn is_common(measure: Measure) -> bool {
    !matches!(measure, Measure::Repeats | Measure::PrefixMessages)
}

pub(crate) fn standings(
    scope: &Scope,
    tallies: &Tallies,
    with_asked: bool,
) -> impl Iterator<Item = Standing> {
    scope
        .limits
        .caps
        .iter()
        .filter_map(move |(measure, span, limit)| {
            let tally = tallies.get(span)?;
            let asked = if with_asked {
                tally.asked[measure as usize]
            } else {
                0
            };
            is_common(measure).then_some(Standing {
                measure,
                span,
                limit,
                used: tally.used[measure as usize] + asked,
                resets_at: tally.bounds?.end,
            })
        })
}

/// What is left of the counted limits of one scope, without a call.
pub fn allowance(tx: &mut Tx<'_>, scope: &Scope, now: UnixMicros) -> Result<Vec<Standing>> {
    let nothing = Sending {
        channel: postern_domain::channel::Channel::Sms,
        currency: None,
        items: Vec::new(),
        refused_by_platform: 0,
    };
    let nobody = RecipientKey([0; 32]);
    let scopes = std::slice::from_ref(scope);
    let (tallies, _) = count(tx, Mode::Look, scopes, &nothing, &nobody, now)?;
    Ok(tallies
        .iter()
        .flat_map(|tallies| standings(scope, tallies, false))
        .collect())
}
