//! What a room that was asked tells the room in front, in the extensions of its answer.

use postern_domain::money::{Currency, Micros};

use crate::approved::Pending;
use crate::sending::Sending;
use crate::ticket::Standing;
use crate::verdict::Verdict;
use crate::wishes::OPTED_OUT;

/// Nothing was sent, and why.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// By these rules.
    Refused(Vec<Verdict>),
    /// A person's approval is all that is missing.
    NeedsApproval(Box<Pending>),
    /// Because nothing was to be sent.
    Previewed(Box<Preview>),
}

/// What a call would do.
#[derive(Clone, Debug, PartialEq)]
pub struct Preview {
    /// Every rule that applies, also those that pass.
    pub verdicts: Vec<Verdict>,
    pub messages: i64,
    pub segments: i64,
    pub recipients: i64,
    pub cost: Option<Micros>,
    pub currency: Option<Currency>,
    /// The first and the last recipient.
    pub ends: Option<(String, String)>,
    pub refused_by_platform: usize,
}

impl Preview {
    /// Whether somebody was asked who has opted out.
    pub fn knows_opt_outs(&self) -> bool {
        self.verdicts
            .iter()
            .any(|verdict| verdict.rule == OPTED_OUT)
    }

    pub fn of(verdicts: Vec<Verdict>, sending: &Sending) -> Preview {
        let ends = sending.items.first().zip(sending.items.last());
        Preview {
            verdicts,
            messages: sending.messages(),
            segments: sending.segments(),
            recipients: sending.by_recipient().len() as i64,
            cost: sending.cost(),
            currency: sending.currency,
            ends: ends.map(|(first, last)| (first.to.clone(), last.to.clone())),
            refused_by_platform: sending.refused_by_platform,
        }
    }
}

/// Beside an answer: what is left of the limits that applied.
#[derive(Clone, Debug)]
pub struct Stands(pub Vec<Standing>);
