//! Calendar hours, days and months of a time zone. Consecutive windows meet, also where clocks are changed.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use postern_domain::time::UnixMicros;
use postern_store::usage::{Cell, Each};

#[cfg(test)]
mod tests;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Window {
    Hour,
    Day,
    Month,
}

/// From `start` up to but not including `end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    pub start: UnixMicros,
    pub end: UnixMicros,
}

const HOUR_MICROS: i64 = 3_600_000_000;

impl Window {
    pub const ALL: [Window; 3] = [Window::Hour, Window::Day, Window::Month];

    pub const fn as_str(self) -> &'static str {
        match self {
            Window::Hour => "hour",
            Window::Day => "day",
            Window::Month => "month",
        }
    }

    /// This one of three.
    pub(crate) fn of<T>(self, each: &Each<T>) -> &T {
        match self {
            Window::Hour => &each.hour,
            Window::Day => &each.day,
            Window::Month => &each.month,
        }
    }

    pub(crate) fn of_mut<T>(self, each: &mut Each<T>) -> &mut T {
        match self {
            Window::Hour => &mut each.hour,
            Window::Day => &mut each.day,
            Window::Month => &mut each.month,
        }
    }

    /// This one of those that are counted in.
    pub(crate) fn bounds(self, cell: &Cell) -> Bounds {
        let window = match self {
            Window::Hour => cell.hour,
            Window::Day => cell.day,
            Window::Month => cell.month,
        };
        Bounds {
            start: window.starts_at,
            end: window.ends_at,
        }
    }

    /// The window that `now` lies in.
    pub fn around(self, now: UnixMicros, zone: &TimeZone) -> Bounds {
        let at = zoned(now, zone);
        match self {
            Window::Hour => hour(now, &at),
            Window::Day => dates(at.date(), at.date().tomorrow().ok(), zone),
            Window::Month => dates(
                at.date().first_of_month(),
                at.date().last_of_month().tomorrow().ok(),
                zone,
            ),
        }
    }
}

pub(crate) fn zoned(at: UnixMicros, zone: &TimeZone) -> Zoned {
    let (least, most) = (
        Timestamp::MIN.as_microsecond(),
        Timestamp::MAX.as_microsecond(),
    );
    // A day of room on both sides: jiff checks local times, too.
    let day = 24 * HOUR_MICROS;
    let at = at.0.clamp(least + 40 * day, most - 40 * day);
    let at = Timestamp::from_microsecond(at).unwrap_or_default();
    at.to_zoned(zone.clone())
}

fn micros(at: &Zoned) -> UnixMicros {
    UnixMicros(at.timestamp().as_microsecond())
}

/// The hour on the clock, cut off where the clock is changed: what is 40 minutes long then is two windows that meet.
fn hour(now: UnixMicros, at: &Zoned) -> Bounds {
    let offset = i64::from(at.offset().seconds()) * 1_000_000;
    let start = (now.0 + offset).div_euclid(HOUR_MICROS) * HOUR_MICROS - offset;
    let (mut bounds, zone) = (
        Bounds {
            start: UnixMicros(start),
            end: UnixMicros(start + HOUR_MICROS),
        },
        at.time_zone(),
    );
    // `preceding` is exclusive, and a change at this very instant begins a window.
    let just_after = at.timestamp() + jiff::SignedDuration::from_nanos(1);
    if let Some(change) = zone.preceding(just_after).next() {
        bounds.start = bounds
            .start
            .max(UnixMicros(change.timestamp().as_microsecond()));
    }
    if let Some(change) = zone.following(at.timestamp()).next() {
        bounds.end = bounds
            .end
            .min(UnixMicros(change.timestamp().as_microsecond()));
    }
    bounds
}

fn dates(first: Date, after: Option<Date>, zone: &TimeZone) -> Bounds {
    let start_of = |date: Date| date.to_zoned(zone.clone()).ok().map(|at| micros(&at));
    let start = start_of(first).unwrap_or(UnixMicros(i64::MIN));
    let end = after.and_then(start_of).unwrap_or(UnixMicros(i64::MAX));
    Bounds { start, end }
}
