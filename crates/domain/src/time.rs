//! Instants as integers, and the clock as a value that is handed in.

use std::sync::Arc;

/// Microseconds since 1970-01-01T00:00:00Z. The one form of an instant between rooms and in the store.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnixMicros(pub i64);

/// Where "now" comes from. Only `cli` and `testkit` make one that reads the system clock.
pub type Clock = Arc<dyn Fn() -> UnixMicros + Send + Sync>;

const MICROS_PER_SECOND: i64 = 1_000_000;
const MICROS_PER_MILLI: i64 = 1_000;

impl UnixMicros {
    pub const EPOCH: UnixMicros = UnixMicros(0);

    /// Whole seconds, rounded towards the past.
    pub const fn secs(self) -> i64 {
        self.0.div_euclid(MICROS_PER_SECOND)
    }

    /// Whole milliseconds, rounded towards the past.
    pub const fn millis(self) -> i64 {
        self.0.div_euclid(MICROS_PER_MILLI)
    }

    /// Saturates: a caller's absurd second count is an instant at the end of time, not a wrapped one.
    pub const fn from_secs(secs: i64) -> Self {
        UnixMicros(secs.saturating_mul(MICROS_PER_SECOND))
    }

    pub const fn from_millis(millis: i64) -> Self {
        UnixMicros(millis.saturating_mul(MICROS_PER_MILLI))
    }

    #[must_use]
    pub const fn plus_secs(self, secs: i64) -> Self {
        UnixMicros(
            self.0
                .saturating_add(secs.saturating_mul(MICROS_PER_SECOND)),
        )
    }

    #[must_use]
    pub const fn plus_millis(self, millis: i64) -> Self {
        UnixMicros(
            self.0
                .saturating_add(millis.saturating_mul(MICROS_PER_MILLI)),
        )
    }

    #[must_use]
    pub const fn plus_micros(self, micros: i64) -> Self {
        UnixMicros(self.0.saturating_add(micros))
    }

    /// No UUID of version 7 that was made then, or later, is smaller as text: the milliseconds come first (RFC 9562 section 5.7).
    pub fn first_uuid(self) -> String {
        let millis = self.millis().max(0);
        format!("{:08x}-{:04x}", millis >> 16, millis & 0xffff)
    }

    /// Microseconds from `earlier` to `self`; negative when `earlier` is later.
    pub const fn micros_since(self, earlier: UnixMicros) -> i64 {
        self.0.saturating_sub(earlier.0)
    }
}

#[cfg(test)]
mod tests {
    use super::UnixMicros;

    #[test]
    fn seconds_round_towards_the_past_on_both_sides_of_the_epoch() {
        assert_eq!(UnixMicros(1_999_999).secs(), 1);
        assert_eq!(UnixMicros(-1).secs(), -1);
        assert_eq!(UnixMicros::from_secs(7).millis(), 7_000);
    }

    #[test]
    fn absurd_instants_saturate() {
        assert_eq!(UnixMicros::from_secs(i64::MAX), UnixMicros(i64::MAX));
        assert_eq!(
            UnixMicros(i64::MAX).plus_secs(i64::MAX),
            UnixMicros(i64::MAX)
        );
    }
}
