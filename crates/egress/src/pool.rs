//! Unused connections of one handle, newest first. Each data-plane thread has its own handle, so the lock is never contended.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use postern_apps::Origin;
use tokio::time::Instant;

type Lanes<L> = HashMap<Arc<Origin>, Vec<Idle<L>>, BuildHasherDefault<DigestIsHash>>;

/// Origins bring their own hash.
#[derive(Default)]
struct DigestIsHash(u64);

impl Hasher for DigestIsHash {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, digest: u64) {
        self.0 = digest;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

pub(crate) struct Pool<L> {
    idle: Mutex<Lanes<L>>,
    per_origin_max: usize,
    kept: Duration,
}

struct Idle<L> {
    link: L,
    since: Instant,
}

impl<L> Pool<L> {
    pub(crate) fn new(per_origin_max: usize, kept: Duration) -> Self {
        Self {
            idle: Mutex::default(),
            per_origin_max,
            kept,
        }
    }

    pub(crate) fn take(&self, origin: &Arc<Origin>, now: Instant) -> Option<L> {
        let idle = self.lock().get_mut(origin)?.pop()?;
        if now.saturating_duration_since(idle.since) < self.kept {
            return Some(idle.link);
        }
        // The newest is too old, so all are.
        let stale = self.lock().remove(origin);
        drop(stale);
        None
    }

    pub(crate) fn put(&self, origin: &Arc<Origin>, link: L, since: Instant) {
        let mut lanes = self.lock();
        let idle = Idle { link, since };
        match lanes.get_mut(origin) {
            Some(lane) if lane.len() < self.per_origin_max => lane.push(idle),
            Some(_) => {}
            None if self.per_origin_max == 0 => {}
            None => {
                lanes.insert(origin.clone(), vec![idle]);
            }
        }
    }

    /// Closes what was not used for too long; returns how many connections are left.
    pub(crate) fn sweep(&self) -> usize {
        let mut lanes = self.lock();
        lanes.retain(|_, lane| {
            lane.retain(|idle| idle.since.elapsed() < self.kept);
            !lane.is_empty()
        });
        lanes.values().map(Vec::len).sum()
    }

    fn lock(&self) -> MutexGuard<'_, Lanes<L>> {
        // Nothing here can leave a half-made state behind.
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
