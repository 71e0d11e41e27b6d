//! `limits` as they are written, and as they are enforced.

use std::str::FromStr;
use std::sync::Arc;

use jiff::tz::TimeZone;
use postern_domain::channel::Channel;
use postern_domain::money::{Currency, Micros};
use postern_wire::control;

use crate::measure::{Caps, Measure, Span, rule};
use crate::pattern::Pattern;
use crate::quiet::QuietHours;
use crate::window::Window;

#[cfg(test)]
mod tests;

/// Entries of one recipient list.
const RECIPIENTS_MAX: usize = 1_000;

/// No count of messages is larger than this; a larger one is a typing error, and sums stay far from the edge.
const COUNT_MAX: i64 = 1_000_000_000;

/// What is enforced. Checked once, when it is written.
#[derive(Clone, Debug)]
pub struct Limits {
    pub caps: Caps,
    /// `None`: the account's own, whichever it is (the default limits only).
    pub currency: Option<Currency>,
    /// Of one segment, while nobody knows a better price.
    pub ceiling: Option<Micros>,
    pub allow: Option<Vec<Pattern>>,
    pub deny: Vec<Pattern>,
    pub channels: Option<Vec<Channel>>,
    pub quiet: Option<QuietHours>,
    /// In which windows begin and end.
    pub zone: TimeZone,
    /// A call that has more than this of anything needs a person's approval.
    pub approval_above: Caps,
}

/// What is known about the limits of a key or a connection.
#[derive(Clone, Debug)]
pub enum Policy {
    /// Nobody said anything: the default of whatever it is.
    Unsaid,
    /// Somebody said that there are none.
    Unlimited,
    Limited(Arc<Limits>),
}

/// Which field, and what to write instead.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{field}`: {problem}")]
pub struct InvalidLimits {
    /// `limits.messages_per_day`
    pub field: String,
    pub problem: String,
}

/// Of an agent key without limits of its own, on a connection that reaches real phones.
const DEFAULT_MESSAGES_PER_CALL: i64 = 10;
const DEFAULT_MESSAGES_PER_DAY: i64 = 50;
const DEFAULT_SPEND_PER_DAY: Micros = Micros(5_000_000);

impl Default for Limits {
    fn default() -> Self {
        Limits {
            caps: Caps::default(),
            currency: None,
            ceiling: None,
            allow: None,
            deny: Vec::new(),
            channels: None,
            quiet: None,
            zone: TimeZone::UTC,
            approval_above: Caps::default(),
        }
    }
}

impl Limits {
    /// The cautious ones: 10 messages a call, 50 a day, 5.00 a day in the account's currency.
    pub fn cautious() -> Limits {
        let mut limits = Limits::default();
        let day = Span::Window(Window::Day);
        let caps = &mut limits.caps;
        caps.set(
            Measure::Messages,
            Span::Call,
            Some(DEFAULT_MESSAGES_PER_CALL),
        );
        caps.set(Measure::Messages, day, Some(DEFAULT_MESSAGES_PER_DAY));
        caps.set(Measure::Spend, day, Some(DEFAULT_SPEND_PER_DAY.0));
        limits
    }

    /// [`Limits::cautious`] as they would be written.
    pub fn cautious_written() -> control::Limits {
        control::Limits {
            messages_per_call: Some(DEFAULT_MESSAGES_PER_CALL),
            messages_per_day: Some(DEFAULT_MESSAGES_PER_DAY),
            spend_per_day: Some("5.00".to_owned()),
            ..control::Limits::default()
        }
    }

    /// Whether a send cannot be judged without its price.
    pub fn needs_price(&self) -> bool {
        Span::ALL
            .iter()
            .any(|span| self.caps.has(*span, &[Measure::Spend]))
            || self.approval_above.has(Span::Call, &[Measure::Spend])
    }
}

impl Policy {
    /// # Errors
    /// Names the first field that cannot be enforced as it is written.
    pub fn parse(written: &control::Limits) -> Result<Policy, InvalidLimits> {
        if written.is_empty() {
            return Ok(Policy::Unsaid);
        }
        if written.unlimited {
            let alone = control::Limits {
                unlimited: true,
                ..control::Limits::default()
            };
            return match *written == alone {
                true => Ok(Policy::Unlimited),
                false => Err(invalid(
                    "unlimited",
                    "goes with no other limit; leave it or the others out",
                )),
            };
        }
        limits(written).map(|limits| Policy::Limited(Arc::new(limits)))
    }

    /// From a row. `None`: it means nothing to this version, and whoever it belongs to must not send.
    pub fn from_row(json: &str) -> Option<Policy> {
        let written: control::Limits = serde_json::from_str(json).ok()?;
        Policy::parse(&written).ok()
    }
}

fn invalid(field: &str, problem: impl Into<String>) -> InvalidLimits {
    InvalidLimits {
        field: format!("limits.{field}"),
        problem: problem.into(),
    }
}

fn limits(written: &control::Limits) -> Result<Limits, InvalidLimits> {
    let currency = written
        .currency
        .as_deref()
        .map(|word| {
            Currency::from_str(word).map_err(|error| invalid("currency", error.to_string()))
        })
        .transpose()?;
    let caps = caps(written)?;
    let above = written.approval_above.clone().unwrap_or_default();
    let mut approval_above = Caps::default();
    for (measure, name, count) in [
        (Measure::Messages, "messages", above.messages),
        (Measure::Segments, "segments", above.segments),
        (Measure::Recipients, "recipients", above.recipients),
    ] {
        let count = counted(&format!("approval_above.{name}"), count)?;
        approval_above.set(measure, Span::Call, count);
    }
    let spend = money("approval_above.spend", above.spend.as_deref())?;
    approval_above.set(Measure::Spend, Span::Call, spend);
    let limits = Limits {
        caps,
        currency,
        ceiling: money("ceiling_price", written.ceiling_price.as_deref())?.map(Micros),
        allow: patterns("recipients_allow", written.recipients_allow.as_deref())?,
        deny: patterns("recipients_deny", written.recipients_deny.as_deref())?.unwrap_or_default(),
        channels: channels(written.channels.as_deref())?,
        quiet: written
            .quiet_hours
            .as_deref()
            .map(|text| {
                text.parse::<QuietHours>()
                    .map_err(|error| invalid("quiet_hours", error.to_string()))
            })
            .transpose()?,
        zone: zone(written.timezone.as_deref())?,
        approval_above,
    };
    match (
        limits.needs_price() || limits.ceiling.is_some(),
        limits.currency,
    ) {
        (true, None) => Err(invalid(
            "currency",
            format!(
                "is missing, and money is limited; write one of {}",
                currencies()
            ),
        )),
        _ => Ok(limits),
    }
}

fn caps(written: &control::Limits) -> Result<Caps, InvalidLimits> {
    use Measure::{Messages, PrefixMessages, Recipients, Repeats, Segments};
    const CALL: Span = Span::Call;
    const HOUR: Span = Span::Window(Window::Hour);
    const DAY: Span = Span::Window(Window::Day);
    const MONTH: Span = Span::Window(Window::Month);
    let mut caps = Caps::default();
    for (measure, span, count) in [
        (Messages, CALL, written.messages_per_call),
        (Messages, HOUR, written.messages_per_hour),
        (Messages, DAY, written.messages_per_day),
        (Messages, MONTH, written.messages_per_month),
        (Segments, CALL, written.segments_per_call),
        (Segments, HOUR, written.segments_per_hour),
        (Segments, DAY, written.segments_per_day),
        (Segments, MONTH, written.segments_per_month),
        (Recipients, CALL, written.recipients_per_call),
        (Recipients, HOUR, written.recipients_per_hour),
        (Recipients, DAY, written.recipients_per_day),
        (Recipients, MONTH, written.recipients_per_month),
        (Repeats, HOUR, written.repeats_per_hour),
        (Repeats, DAY, written.repeats_per_day),
        (PrefixMessages, HOUR, written.prefix_messages_per_hour),
        (PrefixMessages, DAY, written.prefix_messages_per_day),
    ] {
        caps.set(measure, span, counted(rule(measure, span), count)?);
    }
    for (span, amount) in [
        (CALL, &written.spend_per_call),
        (HOUR, &written.spend_per_hour),
        (DAY, &written.spend_per_day),
        (MONTH, &written.spend_per_month),
    ] {
        let amount = money(rule(Measure::Spend, span), amount.as_deref())?;
        caps.set(Measure::Spend, span, amount);
    }
    Ok(caps)
}

fn counted(field: &str, count: Option<i64>) -> Result<Option<i64>, InvalidLimits> {
    match count {
        Some(count) if !(0..=COUNT_MAX).contains(&count) => Err(invalid(
            field,
            format!("must be a whole number from 0 to {COUNT_MAX}"),
        )),
        count => Ok(count),
    }
}

fn money(field: &str, amount: Option<&str>) -> Result<Option<i64>, InvalidLimits> {
    amount
        .map(|text| Micros::parse(text).map(|micros| micros.0))
        .transpose()
        .map_err(|error| invalid(field, format!("{error}, such as \"5.00\"")))
}

fn patterns(field: &str, list: Option<&[String]>) -> Result<Option<Vec<Pattern>>, InvalidLimits> {
    let Some(list) = list else { return Ok(None) };
    if list.len() > RECIPIENTS_MAX {
        return Err(invalid(
            field,
            format!("takes at most {RECIPIENTS_MAX} entries; use prefixes"),
        ));
    }
    let read = |(index, text): (usize, &String)| {
        text.parse::<Pattern>()
            .map_err(|error| invalid(&format!("{field}[{index}]"), error.to_string()))
    };
    list.iter()
        .enumerate()
        .map(read)
        .collect::<Result<_, _>>()
        .map(Some)
}

fn channels(list: Option<&[String]>) -> Result<Option<Vec<Channel>>, InvalidLimits> {
    let Some(list) = list else { return Ok(None) };
    let read = |(index, word): (usize, &String)| {
        word.parse::<Channel>()
            .map_err(|error| invalid(&format!("channels[{index}]"), error.to_string()))
    };
    list.iter()
        .enumerate()
        .map(read)
        .collect::<Result<_, _>>()
        .map(Some)
}

fn zone(name: Option<&str>) -> Result<TimeZone, InvalidLimits> {
    let Some(name) = name else {
        return Ok(TimeZone::UTC);
    };
    TimeZone::get(name).map_err(|_| {
        invalid(
            "timezone",
            "is no IANA time zone, such as `Australia/Sydney`",
        )
    })
}

fn currencies() -> String {
    let words: Vec<_> = Currency::ALL
        .iter()
        .map(|currency| currency.as_str())
        .collect();
    words.join(", ")
}
