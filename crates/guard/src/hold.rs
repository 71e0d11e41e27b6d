//! What a call took of the limits of one scope: so much, in these windows, of these parts. Kept with a send until its end is known.

use std::collections::BTreeMap;

use postern_domain::time::UnixMicros;
use postern_store::usage::{self, Amount, Cell, Each};
use serde::{Deserialize, Serialize};

use crate::scope::Scope;
use crate::subject::Namer;
use crate::window::Window;

/// Kept as JSON with a send over the network. Threes are of hour, day and month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    scope: String,
    /// From and until, in microseconds.
    windows: [[i64; 2]; 3],
    messages: i64,
    segments: i64,
    micros: i64,
    /// Distinct ones that were new.
    recipients: [i64; 3],
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
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
        Hold {
            scope: scope.to_string(),
            windows: Window::ALL.map(|window| {
                let bounds = window.around(at, &scope.limits.zone);
                [bounds.start.0, bounds.end.0]
            }),
            messages: 0,
            segments: 0,
            micros: 0,
            recipients: [0; 3],
            parts: Vec::new(),
        }
    }

    /// What it is counted in.
    pub(crate) fn cell(&self) -> Cell {
        let [hour, day, month] = self.windows.map(|[starts_at, ends_at]| usage::Window {
            starts_at: UnixMicros(starts_at),
            ends_at: UnixMicros(ends_at),
        });
        Cell {
            scope: self.scope.clone(),
            hour,
            day,
            month,
        }
    }

    pub(crate) fn amount(&self) -> Amount {
        Amount {
            messages: self.messages,
            segments: self.segments,
            micros: self.micros,
            recipients: 0,
        }
    }

    pub(crate) fn recipients(&self) -> Each<i64> {
        let [hour, day, month] = self.recipients;
        Each { hour, day, month }
    }

    pub(crate) fn parts(&self) -> &[Part] {
        &self.parts
    }

    pub(crate) fn take(&mut self, amount: Amount) {
        self.messages = amount.messages;
        self.segments = amount.segments;
        self.micros = amount.micros;
    }

    pub(crate) fn take_recipients(&mut self, new: Each<i64>) {
        self.recipients = [new.hour, new.day, new.month];
    }

    pub(crate) fn take_part(&mut self, part: Part) {
        self.parts.push(part);
    }
}
