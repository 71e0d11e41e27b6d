//! What is counted, and over which time: the two axes of every numeric limit, and the words for their crossings.

use crate::window::Window;

/// What a limit counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Measure {
    Messages,
    Segments,
    /// Money, in micro-units.
    Spend,
    /// Distinct recipients.
    Recipients,
    /// Messages to whoever gets most of them.
    Repeats,
    /// Messages to whichever prefix gets most of them.
    PrefixMessages,
}

impl Measure {
    pub const ALL: [Measure; 6] = [
        Measure::Messages,
        Measure::Segments,
        Measure::Spend,
        Measure::Recipients,
        Measure::Repeats,
        Measure::PrefixMessages,
    ];

    /// What the numbers of this measure are numbers of.
    pub(crate) fn noun(self) -> &'static str {
        match self {
            Measure::Messages => "messages",
            Measure::Segments => "segments",
            Measure::Spend => "of cost",
            Measure::Recipients => "different recipients",
            Measure::Repeats => "messages to one recipient",
            Measure::PrefixMessages => "messages to numbers with the same beginning",
        }
    }
}

/// Over what a limit counts: one call, or a calendar window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Span {
    Call,
    Window(Window),
}

impl Span {
    pub const ALL: [Span; 4] = [
        Span::Call,
        Span::Window(Window::Hour),
        Span::Window(Window::Day),
        Span::Window(Window::Month),
    ];

    pub(crate) fn index(self) -> usize {
        match self {
            Span::Call => 0,
            Span::Window(Window::Hour) => 1,
            Span::Window(Window::Day) => 2,
            Span::Window(Window::Month) => 3,
        }
    }

    pub(crate) fn noun(self) -> &'static str {
        match self {
            Span::Call => "a call",
            Span::Window(Window::Hour) => "an hour",
            Span::Window(Window::Day) => "a day",
            Span::Window(Window::Month) => "a month",
        }
    }
}

/// The name of the field in `limits`.
pub fn rule(measure: Measure, span: Span) -> &'static str {
    &code(measure, span)["limit_".len()..]
}

/// The stable word of the refusal.
pub fn code(measure: Measure, span: Span) -> &'static str {
    const CODES: [[&str; 4]; 6] = [
        [
            "limit_messages_per_call",
            "limit_messages_per_hour",
            "limit_messages_per_day",
            "limit_messages_per_month",
        ],
        [
            "limit_segments_per_call",
            "limit_segments_per_hour",
            "limit_segments_per_day",
            "limit_segments_per_month",
        ],
        [
            "limit_spend_per_call",
            "limit_spend_per_hour",
            "limit_spend_per_day",
            "limit_spend_per_month",
        ],
        [
            "limit_recipients_per_call",
            "limit_recipients_per_hour",
            "limit_recipients_per_day",
            "limit_recipients_per_month",
        ],
        [
            "limit_repeats_per_call",
            "limit_repeats_per_hour",
            "limit_repeats_per_day",
            "limit_repeats_per_month",
        ],
        [
            "limit_prefix_messages_per_call",
            "limit_prefix_messages_per_hour",
            "limit_prefix_messages_per_day",
            "limit_prefix_messages_per_month",
        ],
    ];
    CODES[measure as usize][span.index()]
}

/// A number for each measure.
pub type Counts = [i64; Measure::ALL.len()];

/// A number for each crossing that is limited.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Caps([[Option<i64>; 4]; 6]);

impl Caps {
    pub fn get(&self, measure: Measure, span: Span) -> Option<i64> {
        self.0[measure as usize][span.index()]
    }

    pub(crate) fn set(&mut self, measure: Measure, span: Span, cap: Option<i64>) {
        self.0[measure as usize][span.index()] = cap;
    }

    pub fn iter(&self) -> impl Iterator<Item = (Measure, Span, i64)> {
        Span::ALL.into_iter().flat_map(move |span| {
            Measure::ALL
                .into_iter()
                .filter_map(move |measure| Some((measure, span, self.get(measure, span)?)))
        })
    }

    /// Whether one of `measures` is limited over `span`.
    pub(crate) fn has(&self, span: Span, measures: &[Measure]) -> bool {
        measures
            .iter()
            .any(|measure| self.get(*measure, span).is_some())
    }
}
