//! Failed attempts, counted by address and by name in a fixed space: whoever tries a million names takes no more memory than whoever tries
//! one. Two that share a cell share its attempts; which do is decided by a random key of the process.

use std::hash::{BuildHasher as _, RandomState};
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use postern_domain::time::UnixMicros;

/// Cells for addresses, and as many for names: 16 bytes each.
const CELLS: usize = 1 << 14;

/// How often may be tried in vain.
#[derive(Clone, Copy, Debug)]
pub struct AttemptsPerWindow {
    pub window_seconds: i64,
    pub of_address: u32,
    pub of_name: u32,
}

/// Not now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooMany {
    /// Whole seconds, at least one: what `Retry-After` says.
    pub after_seconds: i64,
}

#[derive(Clone, Copy, Default)]
struct Cell {
    began: i64,
    count: u32,
}

pub struct Attempts {
    limits: AttemptsPerWindow,
    key: RandomState,
    cells: Mutex<Box<[[Cell; 2]]>>,
}

/// One that was taken, to be given back if it did not fail.
#[derive(Debug)]
pub struct Attempt([usize; 2]);

impl Attempts {
    pub fn new(limits: AttemptsPerWindow) -> Attempts {
        Attempts {
            limits,
            key: RandomState::new(),
            cells: Mutex::new(vec![[Cell::default(); 2]; CELLS].into_boxed_slice()),
        }
    }

    /// Takes an attempt before it is made, so that many at once are counted, too.
    pub fn take(&self, peer: IpAddr, name: &str, now: UnixMicros) -> Result<Attempt, TooMany> {
        let at = [self.cell(&network(peer)), self.cell(&name)];
        let limits = [self.limits.of_address, self.limits.of_name];
        let mut cells = self.cells.lock().unwrap_or_else(PoisonError::into_inner);
        let mut wait = 0;
        for (kind, (at, limit)) in at.into_iter().zip(limits).enumerate() {
            let cell = &mut cells[at][kind];
            let ends = cell.began.saturating_add(self.limits.window_seconds);
            // Also when the clock was set back.
            if ends <= now.secs() || cell.began > now.secs() {
                *cell = Cell::default();
            } else if cell.count >= limit {
                wait = wait.max(ends - now.secs());
            }
        }
        if wait > 0 {
            return Err(TooMany {
                after_seconds: wait,
            });
        }
        for (kind, at) in at.into_iter().enumerate() {
            let cell = &mut cells[at][kind];
            if cell.count == 0 {
                cell.began = now.secs();
            }
            cell.count += 1;
        }
        Ok(Attempt(at))
    }

    /// It did not fail: the name starts afresh, the address gets this one attempt back.
    pub fn forgive(&self, Attempt([address, name]): Attempt) {
        let mut cells = self.cells.lock().unwrap_or_else(PoisonError::into_inner);
        let cell = &mut cells[address][0];
        cell.count = cell.count.saturating_sub(1);
        cells[name][1] = Cell::default();
    }

    fn cell(&self, what: &impl std::hash::Hash) -> usize {
        // Less than CELLS, so it fits.
        (self.key.hash_one(what) % CELLS as u64) as usize
    }
}

/// What one household or machine has to itself: an IPv4 address, or 64 bits of an IPv6 one.
fn network(peer: IpAddr) -> u128 {
    match peer.to_canonical() {
        IpAddr::V4(address) => u128::from(address.to_bits()),
        IpAddr::V6(address) => address.to_bits() >> 64 << 64,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UnixMicros = UnixMicros(1_795_392_000_000_000);

    fn attempts() -> Attempts {
        Attempts::new(AttemptsPerWindow {
            window_seconds: 900,
            of_address: 5,
            of_name: 3,
        })
    }

    fn peer(last: u16) -> IpAddr {
        format!("2001:db8:0:{last:x}::1").parse().unwrap()
    }

    #[test]
    fn a_name_is_tried_so_often_from_wherever() {
        let attempts = attempts();
        for n in 0..3 {
            attempts
                .take(peer(n), "ada", NOW.plus_secs(n.into()))
                .unwrap();
        }
        assert_eq!(
            attempts.take(peer(9), "ada", NOW.plus_secs(10)).err(),
            Some(TooMany { after_seconds: 890 })
        );
        assert!(
            attempts.take(peer(9), "ada", NOW.plus_secs(900)).is_ok(),
            "the window is over"
        );
    }

    #[test]
    fn an_address_tries_so_often_whatever_the_names() {
        let attempts = attempts();
        for n in 0..5 {
            attempts.take(peer(1), &format!("name {n}"), NOW).unwrap();
        }
        let other_of_the_same_network = "2001:db8:0:1:ffff::2".parse().unwrap();
        assert!(
            attempts
                .take(other_of_the_same_network, "another", NOW)
                .is_err()
        );
        assert!(attempts.take(peer(2), "another", NOW).is_ok());
    }

    #[test]
    fn success_is_forgiven() {
        let attempts = attempts();
        for _ in 0..20 {
            let attempt = attempts.take(peer(1), "ada", NOW).unwrap();
            attempts.forgive(attempt);
        }
        for _ in 0..2 {
            attempts.take(peer(1), "ada", NOW).unwrap();
        }
        let attempt = attempts.take(peer(1), "ada", NOW).unwrap();
        attempts.forgive(attempt);
        assert!(attempts.take(peer(1), "ada", NOW).is_ok());
    }

    #[test]
    fn a_clock_that_was_set_back_locks_nobody_out() {
        let attempts = attempts();
        for _ in 0..3 {
            attempts
                .take(peer(1), "ada", NOW.plus_secs(1_000_000))
                .unwrap();
        }
        assert!(attempts.take(peer(1), "ada", NOW).is_ok());
    }
}
