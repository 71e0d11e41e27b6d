//! How patiently delivery works, and how the simulated world behaves.

use std::time::Duration;

/// Rows claimed at once; a claim and its settlement are one unit of work each, which may touch 1,000 rows.
pub(crate) const CLAIM_BATCH_MAX: i64 = 250;

#[derive(Clone, Debug)]
pub struct Config {
    /// How long a claim holds before the row counts as abandoned. Far above the longest time limit of a carrier.
    pub lease: Duration,
    /// Batches under way at once.
    pub batches_max: usize,
    /// Without a receipt for so long a message is given up as expired.
    pub receipt_wait_max: Duration,
    /// A message that carriers turned away so often has failed.
    pub deferrals_max: i64,
}

impl Default for Config {
    fn default() -> Config {
        Config {
            lease: Duration::from_secs(60),
            batches_max: 4,
            receipt_wait_max: Duration::from_secs(72 * 3600),
            deferrals_max: 500,
        }
    }
}

/// How long the simulator takes to deliver. Equal ends make it exact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timing {
    pub delivered_after_min: Duration,
    pub delivered_after_max: Duration,
    /// Of a thousand ordinary messages so many fail, with the cause `Unknown`.
    pub failures_permille: u16,
}

impl Default for Timing {
    fn default() -> Timing {
        Timing {
            delivered_after_min: Duration::from_secs(1),
            delivered_after_max: Duration::from_secs(5),
            failures_permille: 0,
        }
    }
}
