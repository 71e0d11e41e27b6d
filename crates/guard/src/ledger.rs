//! Counting a call in the store, inside whoever's unit of work sends it. The call is added first and judged by what was there before it; what
//! is refused is taken back in the same unit. So every counter moves by one statement, no two writers pass on the same remainder, and the
//! one function that judges a preview also judges the live call.

use std::collections::{BTreeMap, HashMap};

use postern_domain::time::UnixMicros;
use postern_store::usage::{self, Amount, Cell, Each, Told};
use postern_store::{Result, Tx};

use crate::hold::{Hold, Part};
use crate::measure::{Measure, Span};
use crate::scope::Scope;
use crate::sending::Sending;
use crate::subject::{Namer, RecipientKey};
use crate::tally::{Tallies, Tally};
use crate::window::Window;

/// Whether numbers are only looked at or also taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    Look,
    Take,
}

/// The numbers of every scope before the call; in [`Mode::Take`] the call is added, and the holds say to what.
pub(crate) fn count(
    tx: &mut Tx<'_>,
    mode: Mode,
    scopes: &[Scope],
    sending: &Sending,
    key: &RecipientKey,
    now: UnixMicros,
) -> Result<(Vec<Tallies>, Vec<Hold>)> {
    let call = Tally::of_call(sending);
    let mut holds = Vec::new();
    let mut all = Vec::with_capacity(scopes.len());
    for scope in scopes {
        let mut tallies = Tallies::default();
        tallies.set(Span::Call, call);
        if limits_any(scope, &Measure::ALL) {
            let hold = Hold::of(scope, now);
            let mut counting = Counting {
                tx,
                mode,
                scope,
                call: &call,
                cell: hold.cell(),
                hold,
            };
            counting.everything(&mut tallies)?;
            counting.recipients(sending, key, &mut tallies)?;
            counting.prefixes(sending, key, &mut tallies)?;
            if mode == Mode::Take {
                holds.push(counting.hold);
            }
        }
        all.push(tallies);
    }
    Ok((all, holds))
}

/// Whether one of `measures` is limited in some window.
fn limits_any(scope: &Scope, measures: &[Measure]) -> bool {
    let caps = &scope.limits.caps;
    let mut windows = Window::ALL.into_iter();
    windows.any(|window| caps.has(Span::Window(window), measures))
}

/// One scope being counted.
struct Counting<'a, 'tx> {
    tx: &'a mut Tx<'tx>,
    mode: Mode,
    scope: &'a Scope,
    call: &'a Tally,
    /// Of the hold.
    cell: Cell,
    hold: Hold,
}

impl Counting<'_, '_> {
    /// What there was before the call.
    fn everything(&mut self, tallies: &mut Tallies) -> Result<()> {
        let asked = |measure: Measure| self.call.asked[measure as usize];
        let more = match self.mode {
            Mode::Look => Amount::default(),
            Mode::Take => Amount {
                messages: asked(Measure::Messages),
                segments: asked(Measure::Segments),
                micros: asked(Measure::Spend),
                recipients: 0,
            },
        };
        let told = match self.mode {
            Mode::Look => usage::look(self.tx, &self.cell)?,
            Mode::Take => usage::add(self.tx, &self.cell, more, Each::default())?,
        };
        self.hold.take(more);
        for window in Window::ALL {
            let told = window.of(&told);
            let mut tally = Tally {
                bounds: Some(window.bounds(&self.cell)),
                ..*self.call
            };
            let used = &mut tally.used;
            used[Measure::Messages as usize] = told.messages - more.messages;
            used[Measure::Segments as usize] = told.segments - more.segments;
            used[Measure::Spend as usize] = told.micros - more.micros;
            used[Measure::Recipients as usize] = told.recipients;
            tallies.set(Span::Window(window), tally);
        }
        Ok(())
    }

    fn recipients(
        &mut self,
        sending: &Sending,
        key: &RecipientKey,
        tallies: &mut Tallies,
    ) -> Result<()> {
        if !limits_any(self.scope, &[Measure::Recipients, Measure::Repeats]) {
            return Ok(());
        }
        let namer = Namer::of(key, self.scope, b'r');
        let before = self.parts(&namer, sending.by_recipient())?;
        let mut new = Each::default();
        for window in Window::ALL {
            let tally = tallies.window_mut(window);
            tally.put_most(Measure::Repeats, window, &before);
            // Of whom nobody knows is new: rather one too many than one too few.
            let fresh = |(before, _): &&(Told, i64)| window.of(before).unwrap_or(0) == 0;
            let count = before.iter().filter(fresh).count() as i64;
            tally.asked[Measure::Recipients as usize] = count;
            *window.of_mut(&mut new) = count;
        }
        if self.mode == Mode::Take && new != Each::default() {
            usage::add(self.tx, &self.cell, Amount::default(), new)?;
            self.hold.take_recipients(new);
        }
        Ok(())
    }

    fn prefixes(
        &mut self,
        sending: &Sending,
        key: &RecipientKey,
        tallies: &mut Tallies,
    ) -> Result<()> {
        if !limits_any(self.scope, &[Measure::PrefixMessages]) {
            return Ok(());
        }
        let namer = Namer::of(key, self.scope, b'p');
        let before = self.parts(&namer, sending.by_prefix())?;
        for window in Window::ALL {
            let tally = tallies.window_mut(window);
            tally.put_most(Measure::PrefixMessages, window, &before);
        }
        Ok(())
    }

    /// What each part had before the call, and what it is asked to take.
    fn parts(&mut self, namer: &Namer, asked: BTreeMap<&str, i64>) -> Result<Vec<(Told, i64)>> {
        let mut before = Vec::with_capacity(asked.len());
        for part in Part::of(namer, asked) {
            let taken = match self.mode {
                Mode::Take => part.messages,
                Mode::Look => 0,
            };
            let told = match self.mode {
                Mode::Take => usage::add_each(self.tx, &self.cell, part.messages, &part.subjects)?,
                Mode::Look => usage::look_each(self.tx, &self.cell, &part.subjects)?,
            };
            let told: HashMap<String, Told> = told.into_iter().collect();
            before.extend(part.subjects.iter().map(|subject| {
                let told = told.get(subject).copied().unwrap_or(NOTHING);
                let less = |n: Option<i64>| n.map(|n| n - taken);
                let before = Each {
                    hour: less(told.hour),
                    day: less(told.day),
                    month: less(told.month),
                };
                (before, part.messages)
            }));
            if self.mode == Mode::Take {
                self.hold.take_part(part);
            }
        }
        Ok(before)
    }
}

const NOTHING: Told = Each {
    hour: Some(0),
    day: Some(0),
    month: Some(0),
};

impl Tally {
    /// Of parts, the one that has most with the call counts. What a part had in a window that is over is not known any more when a call comes
    /// late to it: it cannot be more than what it had in the longer one.
    fn put_most(&mut self, measure: Measure, window: Window, parts: &[(Told, i64)]) {
        let had = |told: &Told| match window {
            Window::Hour => told.hour.or(told.day).or(told.month),
            Window::Day => told.day.or(told.month),
            Window::Month => told.month,
        };
        let parts = parts
            .iter()
            .map(|(told, asked)| (had(told).unwrap_or(0), *asked));
        let most = parts.max_by_key(|(before, asked)| before + asked);
        let (before, asked) = most.unwrap_or((0, 0));
        self.used[measure as usize] = before;
        self.asked[measure as usize] = asked;
    }
}

/// Takes all of it back.
pub fn give_back(tx: &mut Tx<'_>, holds: &[Hold]) -> Result<()> {
    for hold in holds {
        let (cell, amount, recipients) = (hold.cell(), hold.amount(), hold.recipients());
        let less = Amount {
            messages: -amount.messages,
            segments: -amount.segments,
            micros: -amount.micros,
            recipients: 0,
        };
        let fewer = Each {
            hour: -recipients.hour,
            day: -recipients.day,
            month: -recipients.month,
        };
        usage::add(tx, &cell, less, fewer)?;
        for part in hold.parts() {
            usage::add_each(tx, &cell, -part.messages, &part.subjects)?;
        }
    }
    Ok(())
}

/// What a send came to, where that is less or more than what was held. Recipients stay counted as they were asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Actual {
    pub messages: i64,
    /// `None`: as held.
    pub segments: Option<i64>,
    pub micros: Option<i64>,
}

/// Corrects what is held to what was.
pub fn settle(tx: &mut Tx<'_>, holds: &[Hold], actual: Actual) -> Result<()> {
    for hold in holds {
        let held = hold.amount();
        let less = Amount {
            messages: actual.messages - held.messages,
            segments: actual.segments.unwrap_or(held.segments) - held.segments,
            micros: actual.micros.unwrap_or(held.micros) - held.micros,
            recipients: 0,
        };
        if less != Amount::default() {
            usage::add(tx, &hold.cell(), less, Each::default())?;
        }
    }
    Ok(())
}
