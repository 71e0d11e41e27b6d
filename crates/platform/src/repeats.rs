//! Repeats: the same text to the same recipient from the same account within moments. ClickSend calls them THROTTLED. This is a courtesy
//! to callers with a loop or a double click, kept in memory; it is not the at-most-once promise, which is the gateway's.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hash, RandomState};
use std::sync::Mutex;

use postern_domain::account::AccountId;
use postern_domain::time::UnixMicros;

/// Old entries are swept when there are more than this many.
const ENTRIES_BEFORE_SWEEP: usize = 50_000;

pub(crate) struct Repeats {
    window_micros: i64,
    hasher: RandomState,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    at: HashMap<u64, UnixMicros>,
    sweep_above: usize,
}

/// The repeats that one call has claimed; dropped without [`Claims::keep`] they are forgotten, because nothing was sent.
pub(crate) struct Claims<'a> {
    repeats: &'a Repeats,
    keys: Vec<u64>,
}

impl Repeats {
    pub(crate) fn new(window_ms: i64) -> Repeats {
        Repeats {
            window_micros: window_ms.saturating_mul(1_000),
            hasher: RandomState::new(),
            seen: Mutex::default(),
        }
    }

    pub(crate) fn claims(&self) -> Claims<'_> {
        Claims {
            repeats: self,
            keys: Vec::new(),
        }
    }
}

impl Claims<'_> {
    /// `false`: a repeat.
    pub(crate) fn claim(
        &mut self,
        account: AccountId,
        recipient: &str,
        said: impl Hash,
        now: UnixMicros,
    ) -> bool {
        let repeats = self.repeats;
        if repeats.window_micros <= 0 {
            return true;
        }
        let key = repeats.hasher.hash_one((account, recipient, said));
        let mut seen = lock(&repeats.seen);
        let within = |at: UnixMicros| now.micros_since(at) < repeats.window_micros;
        if seen.at.get(&key).is_some_and(|at| within(*at)) {
            return false;
        }
        if seen.at.len() > seen.sweep_above.max(ENTRIES_BEFORE_SWEEP) {
            seen.at.retain(|_, at| within(*at));
            seen.sweep_above = seen.at.len() * 2;
        }
        seen.at.insert(key, now);
        self.keys.push(key);
        true
    }

    /// The messages were accepted (or may have been).
    pub(crate) fn keep(mut self) {
        self.keys.clear();
    }
}

impl Drop for Claims<'_> {
    fn drop(&mut self) {
        if self.keys.is_empty() {
            return;
        }
        let mut seen = lock(&self.repeats.seen);
        for key in &self.keys {
            seen.at.remove(key);
        }
    }
}

fn lock(seen: &Mutex<Seen>) -> std::sync::MutexGuard<'_, Seen> {
    seen.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

#[cfg(test)]
mod tests {
    use postern_domain::account::AccountId;
    use postern_domain::time::UnixMicros;

    use super::Repeats;

    const NOW: UnixMicros = UnixMicros(1_000_000_000);
    const JOHN: AccountId = AccountId(1);

    #[test]
    fn a_repeat_within_the_window_is_seen() {
        let repeats = Repeats::new(100);
        let mut first = repeats.claims();
        assert!(first.claim(JOHN, "+1", "hi", NOW));
        assert!(!first.claim(JOHN, "+1", "hi", NOW), "twice in one call");
        assert!(first.claim(JOHN, "+2", "hi", NOW));
        assert!(first.claim(JOHN, "+1", "ho", NOW));
        assert!(first.claim(AccountId(2), "+1", "hi", NOW));
        first.keep();
        assert!(
            !repeats
                .claims()
                .claim(JOHN, "+1", "hi", NOW.plus_millis(99))
        );
        assert!(
            repeats
                .claims()
                .claim(JOHN, "+1", "hi", NOW.plus_millis(100))
        );
    }

    #[test]
    fn what_was_not_sent_was_not_said() {
        let repeats = Repeats::new(100);
        assert!(repeats.claims().claim(JOHN, "+1", "hi", NOW));
        assert!(repeats.claims().claim(JOHN, "+1", "hi", NOW));
    }

    #[test]
    fn zero_turns_it_off_and_old_entries_are_swept() {
        let off = Repeats::new(0);
        let mut claims = off.claims();
        assert!(claims.claim(JOHN, "+1", "hi", NOW) && claims.claim(JOHN, "+1", "hi", NOW));
        let repeats = Repeats::new(1);
        for n in 0..200_000 {
            let mut claims = repeats.claims();
            claims.claim(JOHN, "+1", n, NOW.plus_millis(n));
            claims.keep();
        }
        assert!(repeats.seen.lock().unwrap().at.len() <= super::ENTRIES_BEFORE_SWEEP + 1);
    }
}
