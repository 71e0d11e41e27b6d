//! A clock that a test moves by hand.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use postern_domain::time::{Clock, UnixMicros};

#[derive(Clone)]
pub struct FixedClock(Arc<AtomicI64>);

impl FixedClock {
    /// 2026-11-23T00:00:00Z.
    pub const START: UnixMicros = UnixMicros(1_795_392_000_000_000);

    pub fn new() -> FixedClock {
        FixedClock(Arc::new(AtomicI64::new(FixedClock::START.0)))
    }

    pub fn now(&self) -> UnixMicros {
        UnixMicros(self.0.load(Ordering::SeqCst))
    }

    pub fn advance_seconds(&self, seconds: i64) {
        self.0.fetch_add(seconds * 1_000_000, Ordering::SeqCst);
    }

    pub fn advance_millis(&self, millis: i64) {
        self.0.fetch_add(millis * 1_000, Ordering::SeqCst);
    }

    /// What the rooms take.
    pub fn clock(&self) -> Clock {
        let this = self.clone();
        Arc::new(move || this.now())
    }
}

impl Default for FixedClock {
    fn default() -> FixedClock {
        FixedClock::new()
    }
}
