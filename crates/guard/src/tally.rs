//! What was used before a call, and what the call asks for: the numbers that limits are held against.

use crate::measure::{Counts, Measure, Span};
use crate::sending::Sending;
use crate::window::{Bounds, Window};

/// The numbers of one span.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// `None`: of one call.
    pub bounds: Option<Bounds>,
    /// Before the call. Of repeats and prefixes: of whichever gets most with it.
    pub used: Counts,
    pub asked: Counts,
}

impl Tally {
    /// Of the call by itself. Costs that nobody knows are no cost here; whoever limits money refuses them for that reason.
    pub fn of_call(sending: &Sending) -> Tally {
        let most = |counts: std::collections::BTreeMap<&str, i64>| counts.into_values().max();
        let recipients = sending.by_recipient();
        let mut asked = Counts::default();
        asked[Measure::Messages as usize] = sending.messages();
        asked[Measure::Segments as usize] = sending.segments();
        asked[Measure::Spend as usize] = sending.cost().map_or(0, |cost| cost.0);
        asked[Measure::Recipients as usize] = recipients.len() as i64;
        asked[Measure::Repeats as usize] = most(recipients).unwrap_or(0);
        asked[Measure::PrefixMessages as usize] = most(sending.by_prefix()).unwrap_or(0);
        Tally {
            bounds: None,
            used: Counts::default(),
            asked,
        }
    }
}

/// The tallies of one scope, for the spans in which it limits something.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tallies([Option<Tally>; 4]);

impl Tallies {
    pub fn get(&self, span: Span) -> Option<&Tally> {
        self.0[span.index()].as_ref()
    }

    pub(crate) fn window_mut(&mut self, window: Window) -> &mut Tally {
        self.0[Span::Window(window).index()].get_or_insert_with(Tally::default)
    }

    pub fn set(&mut self, span: Span, tally: Tally) {
        self.0[span.index()] = Some(tally);
    }
}
