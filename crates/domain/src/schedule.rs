//! When a message shall leave.

use crate::time::UnixMicros;

/// From here on a number counts milliseconds: as seconds it would be the year 5138. Callers of all SDK generations send both.
const MILLISECONDS_FROM: i64 = 100_000_000_000;
/// The same year in milliseconds; beyond it nobody meant an instant.
const MILLISECONDS_TO: i64 = 100_000_000_000_000;

/// What the caller asked for. The text of the request is echoed elsewhere, untouched.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Schedule {
    Now,
    At(UnixMicros),
}

#[derive(Copy, Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a schedule is a unix time in seconds (or milliseconds)")]
pub struct InvalidSchedule;

impl Schedule {
    /// Absent and 0 mean now; so does any instant up to `now`: a message that is late is sent, not lost.
    pub fn parse(unix: Option<i64>, now: UnixMicros) -> Result<Schedule, InvalidSchedule> {
        let at = match unix {
            None | Some(0) => return Ok(Schedule::Now),
            Some(n) if !(0..MILLISECONDS_TO).contains(&n) => return Err(InvalidSchedule),
            Some(n) if n >= MILLISECONDS_FROM => UnixMicros::from_millis(n),
            Some(n) => UnixMicros::from_secs(n),
        };
        Ok(if at > now {
            Schedule::At(at)
        } else {
            Schedule::Now
        })
    }

    pub const fn due(self, now: UnixMicros) -> UnixMicros {
        match self {
            Schedule::Now => now,
            Schedule::At(at) => at,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{InvalidSchedule, Schedule};
    use crate::time::UnixMicros;

    const NOW: UnixMicros = UnixMicros(1_790_000_000_000_000);

    #[test]
    fn seconds_and_milliseconds_name_the_same_instant() {
        let at = UnixMicros::from_secs(1_790_000_060);
        assert_eq!(
            Schedule::parse(Some(1_790_000_060), NOW),
            Ok(Schedule::At(at))
        );
        assert_eq!(
            Schedule::parse(Some(1_790_000_060_000), NOW),
            Ok(Schedule::At(at))
        );
    }

    #[test]
    fn nothing_zero_and_the_past_are_now() {
        for unix in [
            None,
            Some(0),
            Some(1),
            Some(1_790_000_000),
            Some(1_436_874_701_000),
        ] {
            assert_eq!(Schedule::parse(unix, NOW), Ok(Schedule::Now), "{unix:?}");
        }
    }

    #[test]
    fn what_is_no_instant_is_refused() {
        for unix in [-1, i64::MIN, 100_000_000_000_000, i64::MAX] {
            assert_eq!(
                Schedule::parse(Some(unix), NOW),
                Err(InvalidSchedule),
                "{unix}"
            );
        }
    }
}
