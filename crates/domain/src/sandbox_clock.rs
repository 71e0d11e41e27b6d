//! The clock of a sandbox: what its schedules are measured by, so that a test need not wait until tomorrow for what leaves tomorrow.

use crate::time::UnixMicros;

/// How far a clock is set at most, either way: ten years.
pub const AHEAD_MICROS_MAX: i64 = 10 * 366 * 24 * 3600 * 1_000_000;
/// When something is due while its clock stands still: not before somebody moves it (9999-12-31).
const NEVER: UnixMicros = UnixMicros::from_secs(253_402_214_400);

/// Ahead of everybody else's clock by a span, or standing still. The default is everybody's.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub struct SandboxClock {
    pub ahead_micros: i64,
    /// It shows this and goes on only by hand.
    pub stands_at: Option<UnixMicros>,
}

impl SandboxClock {
    /// What it shows when everybody else's clock shows `real`.
    pub fn shows(self, real: UnixMicros) -> UnixMicros {
        self.stands_at
            .unwrap_or_else(|| real.plus_micros(self.ahead_micros))
    }

    /// When, by everybody else's clock, this one shows `at`.
    pub fn due(self, at: UnixMicros, real: UnixMicros) -> UnixMicros {
        match self.stands_at {
            Some(stands_at) if at <= stands_at => real,
            Some(_) => NEVER,
            None => at.plus_micros(-self.ahead_micros),
        }
    }

    /// Set to `at`, still standing if it stands. `None`: further away than it goes.
    pub fn set_to(self, at: UnixMicros, real: UnixMicros) -> Option<SandboxClock> {
        let ahead_micros = at.micros_since(real);
        (ahead_micros.abs() <= AHEAD_MICROS_MAX).then_some(SandboxClock {
            ahead_micros,
            stands_at: self.stands_at.map(|_| at),
        })
    }

    #[must_use]
    pub fn stopped(self, real: UnixMicros) -> SandboxClock {
        SandboxClock {
            stands_at: Some(self.shows(real)),
            ..self
        }
    }

    /// Goes on from where it stands.
    #[must_use]
    pub fn going(self, real: UnixMicros) -> SandboxClock {
        SandboxClock {
            ahead_micros: self.shows(real).micros_since(real),
            stands_at: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REAL: UnixMicros = UnixMicros::from_secs(1_790_000_000);

    #[test]
    fn a_clock_that_is_ahead_makes_things_due_earlier() {
        let clock = SandboxClock::default();
        assert_eq!(clock.shows(REAL), REAL);
        let ahead = clock.set_to(REAL.plus_secs(3600), REAL).unwrap();
        assert_eq!(ahead.shows(REAL.plus_secs(1)), REAL.plus_secs(3601));
        assert_eq!(ahead.due(REAL.plus_secs(3700), REAL), REAL.plus_secs(100));
        assert_eq!(
            clock.set_to(REAL.plus_micros(AHEAD_MICROS_MAX + 1), REAL),
            None
        );
    }

    #[test]
    fn a_clock_that_stands_goes_on_by_hand_only() {
        let still = SandboxClock::default().stopped(REAL);
        assert_eq!(still.shows(REAL.plus_secs(500)), REAL);
        assert_eq!(still.due(REAL.plus_secs(1), REAL.plus_secs(500)), NEVER);
        let later = still
            .set_to(REAL.plus_secs(60), REAL.plus_secs(500))
            .unwrap();
        assert_eq!(later.shows(REAL.plus_secs(900)), REAL.plus_secs(60));
        assert_eq!(
            later.due(REAL.plus_secs(1), REAL.plus_secs(900)),
            REAL.plus_secs(900)
        );
        let going = later.going(REAL.plus_secs(900));
        assert_eq!(going.shows(REAL.plus_secs(901)), REAL.plus_secs(61));
    }
}
