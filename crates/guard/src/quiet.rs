//! Quiet hours where the recipient is. A telephone number tells the country, not the place: in a country with several zones it is quiet as
//! long as it is in any of them.

use std::collections::HashMap;
use std::str::FromStr;

use jiff::civil::Time;
use jiff::tz::TimeZone;
use postern_domain::phone::CountryCode;
use postern_domain::time::UnixMicros;

use crate::window::zoned;

#[cfg(test)]
mod tests;

const TABLE: &str = include_str!("../data/country-zones.tsv");

/// Looking for the next hour that is quiet nowhere gives up after so many steps: zones may cover the whole day between them.
const STEPS_MAX: usize = 64;

/// The zones in use in each country.
pub struct Zones {
    of: HashMap<CountryCode, Vec<TimeZone>>,
    unknown: [TimeZone; 1],
}

/// A time of day that may run over midnight. Both ends are local.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuietHours {
    from: Time,
    to: Time,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a stretch of time such as `21:00-08:00`")]
pub struct InvalidQuietHours(String);

impl FromStr for QuietHours {
    type Err = InvalidQuietHours;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let time = |text: &str| match text.as_bytes() {
            [
                h1 @ b'0'..=b'2',
                h2 @ b'0'..=b'9',
                b':',
                m1 @ b'0'..=b'5',
                m2 @ b'0'..=b'9',
            ] => {
                let number = |a: &u8, b: &u8| ((a - b'0') * 10 + (b - b'0')) as i8;
                Time::new(number(h1, h2), number(m1, m2), 0, 0).ok()
            }
            _ => None,
        };
        text.split_once('-')
            .and_then(|(from, to)| Some((time(from.trim())?, time(to.trim())?)))
            // The whole day is no quiet hour but a key that may not send.
            .filter(|(from, to)| from != to)
            .map(|(from, to)| QuietHours { from, to })
            .ok_or_else(|| InvalidQuietHours(text.to_owned()))
    }
}

impl std::fmt::Display for QuietHours {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (from, to) = (self.from, self.to);
        write!(
            f,
            "{:02}:{:02}-{:02}:{:02}",
            from.hour(),
            from.minute(),
            to.hour(),
            to.minute()
        )
    }
}

impl QuietHours {
    fn covers(&self, time: Time) -> bool {
        match self.from < self.to {
            true => self.from <= time && time < self.to,
            false => self.from <= time || time < self.to,
        }
    }

    /// The end of the quiet stretch that `at` lies in, in one zone.
    fn end_in(&self, at: UnixMicros, zone: &TimeZone) -> Option<UnixMicros> {
        let local = zoned(at, zone);
        if !self.covers(local.time()) {
            return None;
        }
        let date = match local.time() < self.to {
            true => local.date(),
            false => local.date().tomorrow().ok()?,
        };
        let end = date.to_datetime(self.to).to_zoned(zone.clone()).ok()?;
        let end = UnixMicros(end.timestamp().as_microsecond());
        // In an hour that clocks run through twice the end may be the first of two: then a quarter later is looked again.
        Some(if end > at { end } else { at.plus_secs(900) })
    }
}

impl Zones {
    pub fn shipped() -> Zones {
        let mut zones: HashMap<CountryCode, Vec<TimeZone>> = HashMap::new();
        for line in TABLE.lines().filter(|line| !line.starts_with('#')) {
            let (country, name) = line.split_once('\t').expect("the shipped table is tested");
            let country = CountryCode::parse(country).expect("the shipped table is tested");
            let zone = TimeZone::get(name).expect("the shipped table is tested");
            zones.entry(country).or_default().push(zone);
        }
        Zones {
            of: zones,
            unknown: [TimeZone::UTC],
        }
    }

    fn of(&self, country: Option<CountryCode>) -> &[TimeZone] {
        country
            .and_then(|country| self.of.get(&country))
            .map_or(&self.unknown, Vec::as_slice)
    }

    /// `None`: it is not quiet there at that instant. Otherwise since when it will not be any more, if ever: `Some(None)` is never.
    pub fn quiet(
        &self,
        hours: QuietHours,
        country: Option<CountryCode>,
        at: UnixMicros,
    ) -> Option<Option<UnixMicros>> {
        let zones = self.of(country);
        let quiet_until = |at| zones.iter().filter_map(|zone| hours.end_in(at, zone)).max();
        let mut until = quiet_until(at)?;
        for _ in 0..STEPS_MAX {
            match quiet_until(until) {
                None => return Some(Some(until)),
                Some(later) => until = later,
            }
        }
        Some(None)
    }
}

impl std::fmt::Debug for Zones {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Zones({} countries)", self.of.len())
    }
}
