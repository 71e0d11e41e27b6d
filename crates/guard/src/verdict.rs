//! What one rule says about one call: a word for programs, numbers, a sentence for people and for agents.

use std::fmt::Write as _;

use jiff::Timestamp;
use postern_domain::channel::Channel;
use postern_domain::money::{Currency, Micros};
use postern_domain::time::UnixMicros;
use postern_wire::control;

use crate::measure::{Measure, Span};
use crate::quiet::QuietHours;
use crate::scope::ScopeKind;
use crate::wishes::OPTED_OUT;

/// What every refusal ends with.
pub const NOT_AGAIN: &str = "Resending will not help.";

#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// The field of `limits`, or another name for what is judged.
    pub rule: &'static str,
    pub code: &'static str,
    pub scope: ScopeKind,
    pub passed: bool,
    /// From then on the call would pass as it is; `None`: never.
    pub passes_at: Option<UnixMicros>,
    pub ground: Ground,
}

/// What it rests on.
#[derive(Clone, Debug, PartialEq)]
pub enum Ground {
    Count {
        measure: Measure,
        span: Span,
        limit: i64,
        used: i64,
        asked: i64,
        currency: Option<Currency>,
    },
    /// Position (from 0) and number of the first message that the rule catches.
    Recipient {
        position: usize,
        to: String,
    },
    Quiet {
        position: usize,
        to: String,
        hours: QuietHours,
    },
    Channel(Channel),
    Currency {
        wanted: Currency,
        found: Option<Currency>,
    },
    /// A sentence by itself.
    Said(&'static str),
    /// Nothing was caught.
    Clear,
}

impl Verdict {
    /// Somebody pulled the brake.
    pub fn frozen(scope: ScopeKind) -> Verdict {
        Verdict {
            rule: "frozen",
            code: "frozen",
            scope,
            passed: false,
            passes_at: None,
            ground: Ground::Said("Sending is frozen. Nothing was sent."),
        }
    }

    /// What a call would send cannot be counted.
    pub fn not_counted(scope: ScopeKind) -> Verdict {
        Verdict {
            rule: "send_not_understood",
            code: "send_not_understood",
            scope,
            passed: false,
            passes_at: None,
            ground: Ground::Said(
                "What this operation would send cannot be counted, so no limit can be held against it.",
            ),
        }
    }

    /// For a person; a refusal says what to do about it.
    pub fn sentence(&self) -> String {
        let mut text = self.finding();
        if self.passed {
            return text;
        }
        match self.passes_at {
            Some(at) => {
                let _ = write!(
                    text,
                    " It would pass from {} on; until then: {NOT_AGAIN}",
                    written(at)
                );
            }
            None => {
                let _ = write!(text, " {NOT_AGAIN}");
            }
        }
        text
    }

    /// What was found, without what to do about it.
    pub fn finding(&self) -> String {
        let who = self.scope.as_str();
        match &self.ground {
            Ground::Count {
                measure,
                span,
                limit,
                used,
                asked,
                currency,
            } => {
                let number = |n: i64| number(*measure, n, *currency);
                let (noun, time) = (measure.noun(), span.noun());
                let verb = if self.code == "approval_required" {
                    "without approval"
                } else {
                    "at most"
                };
                match (span, self.passed) {
                    (Span::Call, _) => format!(
                        "This {who} may send {verb} {} {noun} {time}; this call has {}.",
                        number(*limit),
                        number(*asked)
                    ),
                    _ => format!(
                        "This {who} may send {verb} {} {noun} {time}; {} used, and this call asks for {}.",
                        number(*limit),
                        number(*used),
                        number(*asked)
                    ),
                }
            }
            Ground::Recipient { position, to } if self.rule == OPTED_OUT => {
                format!("{to} (messages[{position}]) has opted out and gets nothing; leave it out.")
            }
            Ground::Recipient { position, to } => {
                let why = if self.rule == "recipients_deny" {
                    "is on the list of those to whom"
                } else {
                    "is not on the list of those to whom only"
                };
                let what = if self.rule == "recipients_deny" {
                    "sends nothing"
                } else {
                    "sends"
                };
                format!("{to} (messages[{position}]) {why} this {who} {what}.")
            }
            Ground::Quiet {
                position,
                to,
                hours,
            } => format!(
                "It is between {hours}, when nothing is sent, where {to} (messages[{position}]) is."
            ),
            Ground::Channel(channel) => format!("This {who} does not send by {channel}."),
            Ground::Currency { wanted, found } => match found {
                Some(found) => {
                    format!("The limits of this {who} are in {wanted}, the account is in {found}.")
                }
                None => format!(
                    "The limits of this {who} are in {wanted}, and the currency of the account is not known."
                ),
            },
            Ground::Said(sentence) => (*sentence).to_owned(),
            Ground::Clear => "Nothing in this call is caught by it.".to_owned(),
        }
    }

    pub fn to_wire(&self) -> control::Verdict {
        let numbers = match &self.ground {
            Ground::Count {
                measure,
                limit,
                used,
                asked,
                ..
            } => {
                let text = |n: i64| Some(plain(*measure, n));
                (text(*limit), text(*used), text(*asked))
            }
            _ => (None, None, None),
        };
        control::Verdict {
            rule: self.rule.to_owned(),
            scope: self.scope.as_str().to_owned(),
            passed: self.passed,
            code: self.code.to_owned(),
            message: self.sentence(),
            limit: numbers.0,
            used: numbers.1,
            asked: numbers.2,
            passes_at: self.passes_at.filter(|_| !self.passed).map(written),
        }
    }
}

/// A count, or an amount of money with all its decimals.
pub fn plain(measure: Measure, n: i64) -> String {
    match measure {
        Measure::Spend => Micros(n).to_string(),
        _ => n.to_string(),
    }
}

fn number(measure: Measure, n: i64, currency: Option<Currency>) -> String {
    match (measure, currency) {
        (Measure::Spend, Some(currency)) => format!("{} {currency}", Micros(n).to_4_decimals()),
        (Measure::Spend, None) => Micros(n).to_4_decimals(),
        _ => n.to_string(),
    }
}

/// RFC 3339, whole seconds.
pub fn written(at: UnixMicros) -> String {
    Timestamp::from_second(at.secs())
        .map_or_else(|_| "the end of time".to_owned(), |at| at.to_string())
}
