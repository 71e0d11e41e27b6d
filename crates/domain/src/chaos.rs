//! What a simulated network does to messages on purpose, so that programs can be tried against it. Chance is a pure function of a seed and
//! the message: the same settings do the same to the same message, however often they are asked.

use std::time::Duration;

use crate::message_id::MessageId;
use crate::receipt::Cause;
use crate::words::words;

/// Of a thousand messages so many.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Permille(u16);

impl Permille {
    pub const ALL: Permille = Permille(1000);

    /// `None`: not from 0 to 1000.
    pub fn new(permille: i64) -> Option<Permille> {
        let permille = u16::try_from(permille).ok()?;
        (permille <= Permille::ALL.0).then_some(Permille(permille))
    }

    pub const fn get(self) -> u16 {
        self.0
    }
}

/// The settings of one account's network. The default is a network without chaos.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chaos {
    pub seed: i64,
    /// How long after it was sent a message is reported, at least and at most; `None`: as the server is set.
    pub delay: Option<(Duration, Duration)>,
    /// Which part fails for which cause; together at most all. [`Cause::Temporary`] is overcome.
    pub failures: Vec<(Cause, Permille)>,
    /// Taken, and never heard of again.
    pub lost_receipts: Permille,
    /// Reported twice.
    pub doubled_receipts: Permille,
    /// Turned away for `throttle_pause`; each time anew.
    pub throttled: Permille,
    pub throttle_pause: Duration,
}

/// What a roll is for, so that one message's rolls do not depend on each other.
#[derive(Copy, Clone)]
enum Purpose {
    Failure = 1,
    Lost = 2,
    Doubled = 3,
    Throttled = 4,
}

impl Chaos {
    /// Why the message fails, if it does.
    pub fn failure(&self, id: MessageId) -> Option<Cause> {
        let mut left = self.roll(Purpose::Failure, id, 0);
        for (cause, share) in &self.failures {
            match left.checked_sub(share.0) {
                None => return Some(*cause),
                Some(rest) => left = rest,
            }
        }
        None
    }

    pub fn loses_receipt(&self, id: MessageId) -> bool {
        self.roll(Purpose::Lost, id, 0) < self.lost_receipts.0
    }

    pub fn doubles_receipt(&self, id: MessageId) -> bool {
        self.roll(Purpose::Doubled, id, 0) < self.doubled_receipts.0
    }

    /// `times`: how often the message was turned away before.
    pub fn throttles(&self, id: MessageId, times: u32) -> bool {
        self.roll(Purpose::Throttled, id, times) < self.throttled.0
    }

    /// From 0 to 999.
    fn roll(&self, purpose: Purpose, id: MessageId, times: u32) -> u16 {
        let start = (self.seed as u64) ^ ((purpose as u64) << 56) ^ (u64::from(times) << 24);
        // FNV-1a, then the finishing steps of SplitMix64: FNV alone leaves neighbouring ids alike in their upper half.
        let mut hash = id.0.iter().fold(
            0xcbf2_9ce4_8422_2325 ^ start.wrapping_mul(0x9e37_79b9_7f4a_7c15),
            |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3),
        );
        hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        hash ^= hash >> 31;
        u16::try_from(hash % 1000).expect("below 1000")
    }
}

words! {
    /// What the person does with a simulated handset.
    pub enum Handset {
        /// It is on: messages reach it, calls are answered.
        On = "on",
        /// Switched off: messages wait in the network until it is on again, calls fail.
        Off = "off",
        /// Every message and call is refused.
        Refusing = "refusing",
        /// Somebody decides about each message and answers each call by hand.
        ByHand = "by_hand",
    }
}

impl Handset {
    /// Stable number for the store.
    pub const fn code(self) -> i64 {
        match self {
            Handset::On => 0,
            Handset::Off => 1,
            Handset::Refusing => 2,
            Handset::ByHand => 3,
        }
    }

    pub fn from_code(code: i64) -> Option<Handset> {
        Handset::ALL.iter().copied().find(|one| one.code() == code)
    }
}

/// What somebody did with one message or call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Handled {
    Refused,
    /// A message was taken, a call answered; `digits` are the keys that were pressed in it.
    Taken {
        digits: String,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(n: u64) -> MessageId {
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&n.to_be_bytes());
        MessageId(bytes)
    }

    fn of(permille: i64) -> Permille {
        Permille::new(permille).unwrap()
    }

    #[test]
    fn nothing_happens_unless_it_is_asked_for_and_everything_when_it_is() {
        let (none, all) = (
            Chaos::default(),
            Chaos {
                failures: vec![(Cause::Congestion, Permille::ALL)],
                lost_receipts: Permille::ALL,
                doubled_receipts: Permille::ALL,
                throttled: Permille::ALL,
                ..Chaos::default()
            },
        );
        for n in 0..1000 {
            let id = id(n);
            assert_eq!(none.failure(id), None);
            assert!(!none.loses_receipt(id) && !none.doubles_receipt(id) && !none.throttles(id, 0));
            assert_eq!(all.failure(id), Some(Cause::Congestion));
            assert!(all.loses_receipt(id) && all.doubles_receipt(id) && all.throttles(id, 7));
        }
    }

    #[test]
    fn shares_are_about_what_was_asked_for() {
        let chaos = Chaos {
            seed: 7,
            failures: vec![
                (Cause::AbsentSubscriber, of(100)),
                (Cause::MemoryFull, of(300)),
            ],
            ..Chaos::default()
        };
        let count = |cause| {
            let failed = (0..10_000).filter(|n| chaos.failure(id(*n)) == cause);
            failed.count()
        };
        for (cause, wanted) in [
            (Some(Cause::AbsentSubscriber), 1000),
            (Some(Cause::MemoryFull), 3000),
            (None, 6000),
        ] {
            let count = count(cause);
            assert!(count.abs_diff(wanted) < 250, "{cause:?}: {count}");
        }
    }

    #[test]
    fn a_seed_repeats_itself_and_another_differs() {
        let chaos = |seed| Chaos {
            seed,
            lost_receipts: of(500),
            throttled: of(500),
            ..Chaos::default()
        };
        let lost =
            |seed| -> Vec<bool> { (0..64).map(|n| chaos(seed).loses_receipt(id(n))).collect() };
        assert_eq!(lost(1), lost(1));
        assert_ne!(lost(1), lost(2));
        let turned_away: Vec<bool> = (0..64).map(|n| chaos(1).throttles(id(1), n)).collect();
        assert!(turned_away.contains(&true) && turned_away.contains(&false));
    }
}
