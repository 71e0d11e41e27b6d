//! How long to wait before the next try: longer each time, up to a bound, and never in step with others.

use std::time::Duration;

#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct Backoff {
    /// After the first try.
    pub first: Duration,
    /// Every further wait is so many times longer.
    pub factor: u32,
    pub longest: Duration,
    /// Of a thousand: how far chance may move a wait, either way.
    pub jitter_permille: u32,
    pub tries_max: u32,
}

impl Default for Backoff {
    /// 10 s, 1 min, 5 min, half an hour, then every hour: ClickSend's own description. Twelve tries take about eight hours.
    fn default() -> Backoff {
        Backoff {
            first: Duration::from_secs(10),
            factor: 6,
            longest: Duration::from_secs(3600),
            jitter_permille: 200,
            tries_max: 12,
        }
    }
}

impl Backoff {
    /// The wait after try number `tries` (from 1); `None`: that was the last one. `random` decides within the jitter.
    pub fn after(&self, tries: u32, random: u64) -> Option<Duration> {
        if tries >= self.tries_max {
            return None;
        }
        let longer = self.factor.saturating_pow(tries.saturating_sub(1));
        let wait = self.first.saturating_mul(longer).min(self.longest);
        let jitter = u64::from(self.jitter_permille);
        let permille = 1000 - jitter.min(1000) + random % (2 * jitter + 1);
        let micros = u128::from(permille) * wait.as_micros() / 1000;
        Some(Duration::from_micros(
            u64::try_from(micros).unwrap_or(u64::MAX),
        ))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::Backoff;

    #[test]
    fn waits_grow_to_the_longest_and_end() {
        let exact = Backoff {
            jitter_permille: 0,
            ..Backoff::default()
        };
        let waits: Vec<_> = (1..=12)
            .map(|n| exact.after(n, 7).map(|d| d.as_secs()))
            .collect();
        assert_eq!(
            &waits[..5],
            [Some(10), Some(60), Some(360), Some(2160), Some(3600)]
        );
        assert_eq!(waits[10], Some(3600));
        assert_eq!(waits[11], None);
    }

    proptest! {
        #[test]
        fn chance_stays_within_its_bounds(tries in 1u32..12, random: u64) {
            let exact = Backoff { jitter_permille: 0, ..Backoff::default() }.after(tries, 0).unwrap();
            let wait = Backoff::default().after(tries, random).unwrap();
            prop_assert!(wait >= exact.mul_f64(0.799) && wait <= exact.mul_f64(1.201));
            prop_assert!(wait > Duration::ZERO);
        }
    }
}
