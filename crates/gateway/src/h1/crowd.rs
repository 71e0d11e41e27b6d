//! How many requests a thread works on between two rests. When there are several, their writes leave together at the end of the
//! round: each write to a sleeping process wakes it, and waking costs more than writing. (Measured: a twentieth to a fifth of the CPU of a small read.)

use std::sync::atomic::{AtomicU32, Ordering};

/// From this many on it pays to wait for the others.
const CROWD: u32 = 4;

/// Counted by one thread alone.
#[derive(Default)]
pub(crate) struct Crowd {
    now: AtomicU32,
    before: AtomicU32,
}

impl Crowd {
    /// One more request has come.
    pub(super) fn join(&self) {
        self.now.store(
            self.now.load(Ordering::Relaxed).wrapping_add(1),
            Ordering::Relaxed,
        );
    }

    /// The thread has nothing to do and goes to sleep.
    pub(crate) fn rest(&self) {
        self.before
            .store(self.now.swap(0, Ordering::Relaxed), Ordering::Relaxed);
    }

    /// Whether others are about to write, too.
    pub(super) fn is_there(&self) -> bool {
        self.now
            .load(Ordering::Relaxed)
            .max(self.before.load(Ordering::Relaxed))
            >= CROWD
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crowd_is_remembered_for_one_round() {
        let crowd = Crowd::default();
        crowd.join();
        assert!(!crowd.is_there());
        (0..CROWD).for_each(|_| crowd.join());
        assert!(crowd.is_there());
        crowd.rest();
        assert!(crowd.is_there(), "the next round begins like the last one");
        crowd.rest();
        assert!(!crowd.is_there());
    }
}
