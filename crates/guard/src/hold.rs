//! What a call took of the limits of one scope: so much, in these windows, of these parts. Kept with a send until its end is known.

use std::collections::BTreeMap;

use postern_domain::time::UnixMicros;
use postern_store::usage::{self, Amount, Cell, Each};
use serde::{Deserialize, Serialize};

use crate::scope::Scope;
use crate::subject::Namer;
use crate::window::{Bounds, Window};

/// Serialises as an object with short names: a reservation keeps one for each scope.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Written", into = "Written")]
pub struct Hold {
    cell: Cell,
    amount: Amount,
    recipients: Each<i64>,
    parts: Vec<Part>,
}

/// Parts that took equally many messages, in the order of their names: whoever else takes some of them does it in the same order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Part {
    pub(crate) messages: i64,
    pub(crate) subjects: Vec<String>,
}

impl Part {
    pub(crate) fn of(namer: &Namer, asked: BTreeMap<&str, i64>) -> Vec<Part> {
        let mut parts: BTreeMap<i64, Vec<String>> = BTreeMap::new();
        for (name, messages) in asked {
            parts.entry(messages).or_default().push(namer.name(name));
        }
        let parts = parts.into_iter().map(|(messages, mut subjects)| {
            subjects.sort_unstable();
            Part { messages, subjects }
        });
        parts.collect()
    }
}

impl Hold {
    /// Of nothing yet.
    pub(crate) fn of(scope: &Scope, at: UnixMicros) -> Hold {
        let around = |window: Window| {
            let bounds = window.around(at, &scope.limits.zone);
            usage::Window {
                starts_at: bounds.start,
                ends_at: bounds.end,
            }
        };
        Hold {
            cell: Cell {
                scope: scope.to_string(),
                hour: around(Window::Hour),
                day: around(Window::Day),
                month: around(Window::Month),
            },
            amount: Amount::default(),
            recipients: Each::default(),
            parts: Vec::new(),
        }
    }

    pub(crate) fn cell(&self) -> &Cell {
        &self.cell
    }

    pub(crate) fn bounds(&self, window: Window) -> Bounds {
        let window = match window {
            Window::Hour => self.cell.hour,
            Window::Day => self.cell.day,
            Window::Month => self.cell.month,
        };
        Bounds {
            start: window.starts_at,
            end: window.ends_at,
        }
    }

    pub(crate) fn amount(&self) -> Amount {
        self.amount
    }

    /// Distinct ones that were new.
    pub(crate) fn recipients(&self) -> Each<i64> {
        self.recipients
    }

    pub(crate) fn parts(&self) -> &[Part] {
        &self.parts
    }

    pub(crate) fn take(&mut self, amount: Amount) {
        self.amount = amount;
    }

    pub(crate) fn take_recipients(&mut self, new: Each<i64>) {
        self.recipients = new;
    }

    pub(crate) fn take_part(&mut self, part: Part) {
        self.parts.push(part);
    }
}

/// The form in which a reservation keeps a hold. Windows are hour, day and month, from and until in microseconds.
#[derive(Serialize, Deserialize)]
struct Written {
    scope: String,
    windows: [[i64; 2]; 3],
    messages: i64,
    segments: i64,
    micros: i64,
    recipients: [i64; 3],
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    parts: Vec<Part>,
}

impl From<Hold> for Written {
    fn from(hold: Hold) -> Written {
        let cell = hold.cell;
        let window = |window: usage::Window| [window.starts_at.0, window.ends_at.0];
        Written {
            windows: [window(cell.hour), window(cell.day), window(cell.month)],
            scope: cell.scope,
            messages: hold.amount.messages,
            segments: hold.amount.segments,
            micros: hold.amount.micros,
            recipients: [
                hold.recipients.hour,
                hold.recipients.day,
                hold.recipients.month,
            ],
            parts: hold.parts,
        }
    }
}

impl From<Written> for Hold {
    fn from(written: Written) -> Hold {
        let [hour, day, month] = written.windows.map(|[starts_at, ends_at]| usage::Window {
            starts_at: UnixMicros(starts_at),
            ends_at: UnixMicros(ends_at),
        });
        let recipients = written.recipients;
        Hold {
            cell: Cell {
                scope: written.scope,
                hour,
                day,
                month,
            },
            amount: Amount {
                messages: written.messages,
                segments: written.segments,
                micros: written.micros,
                recipients: 0,
            },
            recipients: Each {
                hour: recipients[0],
                day: recipients[1],
                month: recipients[2],
            },
            parts: written.parts,
        }
    }
}
