//! The rate limit of a key: GCRA (the leaky bucket as a meter) on one atomic.

use std::sync::atomic::{AtomicI64, Ordering};

use postern_domain::time::UnixMicros;

/// What keys without a rate of their own get; a key's own rate keeps the proportion of burst to rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    pub rate_per_second: u32,
    /// Requests that may come at once after a pause.
    pub burst: u32,
}

/// One key's rate, ready to be checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    pub per_second: u32,
    interval_ns: i64,
    tolerance_ns: i64,
}

/// Too fast.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Throttled {
    /// Whole seconds, at least one: what `Retry-After` says.
    pub retry_after_seconds: i64,
}

const SECOND_NS: i64 = 1_000_000_000;

impl Limits {
    /// The rate of a key that asks for `per_second`, or the default.
    pub fn rate(&self, per_second: Option<u32>) -> Rate {
        let default = self.rate_per_second.max(1);
        let per_second = per_second.unwrap_or(default).max(1);
        let burst = (u64::from(self.burst) * u64::from(per_second))
            .div_ceil(u64::from(default))
            .max(1);
        let interval_ns = SECOND_NS / i64::from(per_second);
        let allowance = i64::try_from(burst - 1).unwrap_or(i64::MAX);
        Rate {
            per_second,
            interval_ns,
            tolerance_ns: interval_ns.saturating_mul(allowance),
        }
    }
}

/// When the next request would be exactly on time, in nanoseconds since 1970.
#[derive(Debug, Default)]
pub(crate) struct Meter(AtomicI64);

impl Meter {
    pub(crate) fn admit(&self, rate: Rate, now: UnixMicros) -> Result<(), Throttled> {
        let now_ns = now.0.saturating_mul(1000);
        let mut due = self.0.load(Ordering::Relaxed);
        loop {
            // Further ahead than a full bucket can be: the clock was set back. Start afresh instead of blocking the key.
            let sane = if due > now_ns.saturating_add(rate.tolerance_ns + rate.interval_ns) {
                now_ns
            } else {
                due
            };
            let early = sane
                .saturating_sub(rate.tolerance_ns)
                .saturating_sub(now_ns);
            if early > 0 {
                return Err(Throttled {
                    retry_after_seconds: early.saturating_add(SECOND_NS - 1) / SECOND_NS,
                });
            }
            let next = sane.max(now_ns).saturating_add(rate.interval_ns);
            match self
                .0
                .compare_exchange_weak(due, next, Ordering::Relaxed, Ordering::Relaxed)
            {
                Ok(_) => return Ok(()),
                Err(changed) => due = changed,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::*;

    const START: UnixMicros = UnixMicros(1_795_392_000_000_000);
    const LIMITS: Limits = Limits {
        rate_per_second: 10,
        burst: 20,
    };

    #[test]
    fn a_burst_then_the_rate() {
        let (meter, rate) = (Meter::default(), LIMITS.rate(None));
        for _ in 0..20 {
            assert_eq!(meter.admit(rate, START), Ok(()));
        }
        assert_eq!(
            meter.admit(rate, START),
            Err(Throttled {
                retry_after_seconds: 1
            })
        );
        assert_eq!(
            meter.admit(rate, START.plus_millis(99)),
            Err(Throttled {
                retry_after_seconds: 1
            })
        );
        assert_eq!(meter.admit(rate, START.plus_millis(100)), Ok(()));
        assert!(meter.admit(rate, START.plus_millis(100)).is_err());
    }

    #[test]
    fn own_rates_keep_the_proportion() {
        assert_eq!(LIMITS.rate(Some(100)).tolerance_ns, 199 * 10_000_000);
        assert_eq!(LIMITS.rate(Some(1)).tolerance_ns, SECOND_NS);
        assert_eq!(
            Limits {
                rate_per_second: 10,
                burst: 1
            }
            .rate(Some(1))
            .tolerance_ns,
            0
        );
        assert_eq!(LIMITS.rate(Some(0)).per_second, 1);
    }

    #[test]
    fn slow_rates_say_how_long_to_wait() {
        let (meter, rate) = (
            Meter::default(),
            Limits {
                rate_per_second: 1,
                burst: 5,
            }
            .rate(None),
        );
        for _ in 0..5 {
            assert_eq!(meter.admit(rate, START), Ok(()));
        }
        // Refused requests must not push the next one further away.
        for _ in 0..50 {
            assert_eq!(
                meter.admit(rate, START),
                Err(Throttled {
                    retry_after_seconds: 1
                })
            );
        }
        assert_eq!(meter.admit(rate, START.plus_secs(1)), Ok(()));
    }

    #[test]
    fn a_clock_set_back_does_not_lock_a_key_out() {
        let (meter, rate) = (Meter::default(), LIMITS.rate(None));
        assert_eq!(meter.admit(rate, START.plus_secs(3600)), Ok(()));
        assert_eq!(meter.admit(rate, START), Ok(()));
    }

    #[test]
    fn threads_share_exactly_one_bucket() {
        let (meter, rate) = (Arc::new(Meter::default()), LIMITS.rate(None));
        let threads: Vec<_> = (0..8)
            .map(|_| {
                let meter = Arc::clone(&meter);
                std::thread::spawn(move || {
                    (0..100)
                        .filter(|_| meter.admit(rate, START).is_ok())
                        .count()
                })
            })
            .collect();
        let admitted: usize = threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .sum();
        assert_eq!(admitted, 20);
    }

    proptest! {
        /// Whatever the pattern of arrivals: never more than burst + rate × time.
        #[test]
        fn never_over_the_limit(per_second in 1_u32..2000, burst in 1_u32..50, gaps in prop::collection::vec(0_i64..300_000, 1..400)) {
            let limits = Limits { rate_per_second: per_second, burst };
            let (meter, rate) = (Meter::default(), limits.rate(None));
            let (mut now, mut admitted) = (START, 0_i64);
            for gap in gaps {
                now = now.plus_micros(gap);
                admitted += i64::from(meter.admit(rate, now).is_ok());
                let elapsed_ns = now.micros_since(START) * 1000;
                prop_assert!(admitted <= i64::from(burst) + elapsed_ns / rate.interval_ns);
            }
        }
    }
}
