//! Counting a call in the store, inside whoever's unit of work sends it. The call is added first and judged by what was there before it; what
//! is refused is taken back in the same unit. So every counter moves by one statement, no two writers pass on the same remainder, and the
//! one function that judges a preview also judges the live call.

use std::collections::BTreeMap;

use hmac::{Hmac, KeyInit as _, Mac as _};
use postern_domain::time::UnixMicros;
use postern_store::usage::{self, Amount, Cell, Share};
use postern_store::{Result, Tx};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use crate::measure::{Measure, Span};
use crate::scope::Scope;
use crate::sending::Sending;
use crate::tally::{Tallies, Tally};
use crate::window::Window;

/// Under which recipients are counted: counters do not hold anybody's number.
#[derive(Clone)]
pub struct RecipientKey(pub [u8; 32]);

/// Bytes of the hash that are kept: enough that no two recipients of a key meet.
const HASH_BYTES: usize = 16;

/// Whether numbers are only looked at or also taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    Look,
    Take,
}

/// One window that a call was added to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    scope: String,
    span: String,
    starts_at: i64,
    ends_at: i64,
    messages: i64,
    segments: i64,
    micros: i64,
    recipients: i64,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    shares: Vec<Share>,
}

impl RecipientKey {
    fn subject(&self, e164: &str) -> String {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes a key of any length");
        mac.update(e164.as_bytes());
        let hash = mac.finalize().into_bytes();
        let mut subject = String::with_capacity(2 + HASH_BYTES * 2);
        subject.push_str("r:");
        for byte in &hash[..HASH_BYTES] {
            subject.push(char::from(b"0123456789abcdef"[usize::from(byte >> 4)]));
            subject.push(char::from(b"0123456789abcdef"[usize::from(byte & 15)]));
        }
        subject
    }
}

impl std::fmt::Debug for RecipientKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RecipientKey")
    }
}

/// The numbers of every scope before the call; in [`Mode::Take`] the call is added, and `holds` say to what.
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
        for window in Window::ALL {
            if scope.limits.caps.has(Span::Window(window), &Measure::ALL) {
                let mut counting = Counting {
                    tx,
                    mode,
                    hold: Hold::of(scope, window, now),
                };
                let tally = counting.tally(scope, window, sending, &call, key)?;
                if mode == Mode::Take {
                    holds.push(counting.hold);
                }
                tallies.set(Span::Window(window), tally);
            }
        }
        all.push(tallies);
    }
    Ok((all, holds))
}

/// One window being counted.
struct Counting<'a, 'tx> {
    tx: &'a mut Tx<'tx>,
    mode: Mode,
    hold: Hold,
}

impl Counting<'_, '_> {
    fn tally(
        &mut self,
        scope: &Scope,
        window: Window,
        sending: &Sending,
        call: &Tally,
        key: &RecipientKey,
    ) -> Result<Tally> {
        let caps = &scope.limits.caps;
        let span = Span::Window(window);
        let mut tally = Tally {
            bounds: Some(window.around(UnixMicros(self.hold.starts_at), &scope.limits.zone)),
            ..*call
        };
        let before = self.everything(call)?;
        let used = &mut tally.used;
        used[Measure::Messages as usize] = before.messages;
        used[Measure::Segments as usize] = before.segments;
        used[Measure::Spend as usize] = before.micros;
        used[Measure::Recipients as usize] = before.recipients;
        if caps.has(span, &[Measure::Recipients, Measure::Repeats]) {
            let asked = sending.by_recipient().into_iter();
            let asked = asked.map(|(to, n)| (key.subject(to), n)).collect();
            let before = self.parts(asked)?;
            tally.put_most(Measure::Repeats, &before);
            let new = before.iter().filter(|(before, _)| *before == 0).count() as i64;
            tally.asked[Measure::Recipients as usize] = new;
            self.new_recipients(new)?;
        }
        if caps.has(span, &[Measure::PrefixMessages]) {
            let asked = sending.by_prefix().into_iter();
            let before = self.parts(
                asked
                    .map(|(prefix, n)| (format!("p:{prefix}"), n))
                    .collect(),
            )?;
            tally.put_most(Measure::PrefixMessages, &before);
        }
        Ok(tally)
    }

    /// What there was before the call.
    fn everything(&mut self, call: &Tally) -> Result<Amount> {
        let cell = self.hold.cell();
        if self.mode == Mode::Look {
            return usage::look(self.tx, &cell);
        }
        let asked = |measure: Measure| call.asked[measure as usize];
        let hold = &mut self.hold;
        hold.messages = asked(Measure::Messages);
        hold.segments = asked(Measure::Segments);
        hold.micros = asked(Measure::Spend);
        let after = usage::add(self.tx, &cell, self.hold.amount())?;
        Ok(Amount {
            messages: after.messages - self.hold.messages,
            segments: after.segments - self.hold.segments,
            micros: after.micros - self.hold.micros,
            recipients: after.recipients,
        })
    }

    /// What each part had before the call, and what it is asked to take.
    fn parts(&mut self, asked: Vec<Share>) -> Result<Vec<(i64, i64)>> {
        let cell = self.hold.cell();
        let taking = self.mode == Mode::Take;
        let told = match taking {
            true => usage::add_each(self.tx, &cell, &asked)?,
            false => usage::look_each(self.tx, &cell, &asked)?,
        };
        let told: BTreeMap<String, i64> = told.into_iter().collect();
        let before = asked
            .iter()
            .map(|(subject, n)| {
                let told = told.get(subject).copied().unwrap_or(0);
                (if taking { told - n } else { told }, *n)
            })
            .collect();
        if taking {
            self.hold.shares.extend(asked);
        }
        Ok(before)
    }

    fn new_recipients(&mut self, new: i64) -> Result<()> {
        if self.mode == Mode::Take && new > 0 {
            let more = Amount {
                recipients: new,
                ..Amount::default()
            };
            usage::add(self.tx, &self.hold.cell(), more)?;
            self.hold.recipients = new;
        }
        Ok(())
    }
}

impl Tally {
    /// Of parts, the one that has most with the call counts.
    fn put_most(&mut self, measure: Measure, parts: &[(i64, i64)]) {
        let most = parts.iter().max_by_key(|(before, asked)| before + asked);
        let (before, asked) = most.copied().unwrap_or((0, 0));
        self.used[measure as usize] = before;
        self.asked[measure as usize] = asked;
    }
}

impl Hold {
    fn of(scope: &Scope, window: Window, now: UnixMicros) -> Hold {
        let bounds = window.around(now, &scope.limits.zone);
        Hold {
            scope: scope.to_string(),
            span: window.as_str().to_owned(),
            starts_at: bounds.start.0,
            ends_at: bounds.end.0,
            messages: 0,
            segments: 0,
            micros: 0,
            recipients: 0,
            shares: Vec::new(),
        }
    }

    fn cell(&self) -> Cell {
        Cell {
            scope: self.scope.clone(),
            span: self.span.clone(),
            starts_at: UnixMicros(self.starts_at),
            ends_at: UnixMicros(self.ends_at),
        }
    }

    fn amount(&self) -> Amount {
        Amount {
            messages: self.messages,
            segments: self.segments,
            micros: self.micros,
            recipients: self.recipients,
        }
    }
}

/// Takes all of it back.
pub fn give_back(tx: &mut Tx<'_>, holds: &[Hold]) -> Result<()> {
    for hold in holds {
        let amount = hold.amount();
        let less = Amount {
            messages: -amount.messages,
            segments: -amount.segments,
            micros: -amount.micros,
            recipients: -amount.recipients,
        };
        usage::add(tx, &hold.cell(), less)?;
        let less: Vec<Share> = hold
            .shares
            .iter()
            .map(|(subject, n)| (subject.clone(), -n))
            .collect();
        usage::add_each(tx, &hold.cell(), &less)?;
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
        let less = Amount {
            messages: actual.messages - hold.messages,
            segments: actual.segments.unwrap_or(hold.segments) - hold.segments,
            micros: actual.micros.unwrap_or(hold.micros) - hold.micros,
            recipients: 0,
        };
        if less != Amount::default() {
            usage::add(tx, &hold.cell(), less)?;
        }
    }
    Ok(())
}
