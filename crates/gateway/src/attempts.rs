//! Sends under way in this process, by their claims: of two that are the same one, the second waits for the first, or is told of it. What
//! is over is found in the store.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use crate::claims::Claim;
use crate::kept::Kept;

/// Locks that sends share; by the first byte of their claims.
const SHARDS: usize = 16;

/// All sends under way, and those whose claims are about to be freed.
#[derive(Default)]
pub(crate) struct Attempts([Mutex<Shard>; SHARDS]);

#[derive(Default)]
struct Shard {
    entries: HashMap<[u8; 32], Entry>,
    /// Claims that the store may hold although nothing is under way: a call whose claim is not among them needs no look there. Without those
    /// that have a name: they are always looked up. With the send that holds each.
    stored: HashMap<[u8; 32], String>,
}

enum Entry {
    /// Under way, or its answer is on its way to the caller.
    Open(Arc<Attempt>),
    /// Fully answered; the store still holds the claim of this send for a moment.
    Freed(String),
}

/// One send under way.
pub(crate) struct Attempt {
    pub(crate) send_id: String,
    pub(crate) digest: Option<[u8; 32]>,
    end: watch::Sender<Option<Seen>>,
}

/// What a repeat learns when the first attempt is over.
#[derive(Clone)]
pub(crate) enum Seen {
    Answer(Arc<Kept>),
    /// Look into the store: it is not known, or somebody else has it.
    InStore,
    /// It was not made; the repeat may be.
    Nothing,
}

pub(crate) enum Begun {
    First(Turn),
    Running(Arc<Attempt>),
}

/// The right to make a send. Given back by being dropped, unless it ended otherwise.
pub(crate) struct Turn {
    attempts: Arc<Attempts>,
    hash: [u8; 32],
    attempt: Arc<Attempt>,
    /// A fully answered send that still holds the claim in the store: to be freed in the unit that claims it.
    pub(crate) displaces: Option<String>,
    /// The store may hold the claim for another send.
    pub(crate) may_be_stored: bool,
    over: bool,
}

impl Attempts {
    fn shard(&self, hash: &[u8; 32]) -> MutexGuard<'_, Shard> {
        let shard = &self.0[usize::from(hash[0]) % SHARDS];
        shard.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn begin(self: &Arc<Self>, claim: &Claim, send_id: &str) -> Begun {
        let mut shard = self.shard(&claim.hash);
        let displaces = match shard.entries.get(&claim.hash) {
            Some(Entry::Open(attempt)) => return Begun::Running(attempt.clone()),
            Some(Entry::Freed(send_id)) => Some(send_id.clone()),
            None => None,
        };
        let attempt = Arc::new(Attempt {
            send_id: send_id.to_owned(),
            digest: claim.digest,
            end: watch::Sender::new(None),
        });
        shard
            .entries
            .insert(claim.hash, Entry::Open(attempt.clone()));
        let may_be_stored = claim.digest.is_some() || shard.stored.contains_key(&claim.hash);
        Begun::First(Turn {
            attempts: self.clone(),
            hash: claim.hash,
            attempt,
            displaces,
            may_be_stored,
            over: false,
        })
    }

    /// A fully answered send does not stand in the way of the same one any more.
    pub(crate) fn free(&self, hash: &[u8; 32], send_id: &str) {
        let mut shard = self.shard(hash);
        match shard.entries.get(hash) {
            Some(Entry::Open(attempt)) if attempt.send_id != send_id => {}
            Some(Entry::Freed(_)) => {}
            _ => drop(
                shard
                    .entries
                    .insert(*hash, Entry::Freed(send_id.to_owned())),
            ),
        }
    }

    /// The store holds the claim of this send no more, or for a reason.
    pub(crate) fn forget(&self, hash: &[u8; 32], send_id: &str) {
        let mut shard = self.shard(hash);
        let its = match shard.entries.get(hash) {
            Some(Entry::Open(attempt)) => attempt.send_id == send_id,
            Some(Entry::Freed(freed)) => freed == send_id,
            None => false,
        };
        if its {
            shard.entries.remove(hash);
        }
    }

    fn move_to_store(&self, hash: &[u8; 32], send_id: &str) {
        let mut shard = self.shard(hash);
        let entry = shard.entries.get(hash);
        if matches!(entry, Some(Entry::Open(attempt)) if attempt.send_id == send_id) {
            shard.entries.remove(hash);
            shard.stored.insert(*hash, send_id.to_owned());
        }
    }

    /// The store holds this claim for this send.
    pub(crate) fn note_stored(&self, hash: [u8; 32], send_id: &str) {
        self.shard(&hash).stored.insert(hash, send_id.to_owned());
    }

    /// It does so no more.
    pub(crate) fn note_free(&self, hash: &[u8; 32], send_id: &str) {
        let mut shard = self.shard(hash);
        if shard.stored.get(hash).is_some_and(|held| held == send_id) {
            shard.stored.remove(hash);
        }
    }
}

impl Attempt {
    /// What came of it, if that is known yet.
    pub(crate) fn seen(&self) -> Option<Seen> {
        self.end.borrow().clone()
    }

    /// Waits for what comes of it.
    pub(crate) async fn over(&self) -> Seen {
        let mut end = self.end.subscribe();
        let seen = end.wait_for(Option::is_some).await;
        seen.ok()
            .and_then(|seen| seen.clone())
            .unwrap_or(Seen::Nothing)
    }
}

impl Turn {
    /// There is an answer. Repeats get it until whoever hands it over has done so.
    pub(crate) fn answered(mut self, kept: Arc<Kept>) -> Answered {
        self.over = true;
        self.attempt.end.send_replace(Some(Seen::Answer(kept)));
        Answered {
            attempts: self.attempts.clone(),
            hash: self.hash,
            send_id: self.attempt.send_id.clone(),
        }
    }

    /// The store knows what came of it, or of `holder`, who has the claim.
    pub(crate) fn in_store(mut self, holder: &str) {
        self.attempts.note_stored(self.hash, holder);
        // Of two only one can hold a claim there.
        self.displaces = None;
        self.end(Seen::InStore);
    }

    fn end(&mut self, seen: Seen) {
        self.over = true;
        self.attempts.forget(&self.hash, &self.attempt.send_id);
        // Behind a claim that is about to be freed stands whoever comes next, too.
        if let Some(displaced) = self.displaces.take() {
            self.attempts.free(&self.hash, &displaced);
        }
        self.attempt.end.send_replace(Some(seen));
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if !self.over {
            self.end(Seen::Nothing);
        }
    }
}

/// An answered send on its way to its caller.
pub(crate) struct Answered {
    attempts: Arc<Attempts>,
    pub(crate) hash: [u8; 32],
    pub(crate) send_id: String,
}

impl Answered {
    pub(crate) fn free(&self) {
        self.attempts.free(&self.hash, &self.send_id);
    }

    pub(crate) fn forget(&self) {
        self.attempts.forget(&self.hash, &self.send_id);
    }

    /// A repeat is answered from the store, unless one has got the answer meanwhile.
    pub(crate) fn in_store(&self) {
        self.attempts.move_to_store(&self.hash, &self.send_id);
    }

    /// The same once more.
    pub(crate) fn again_of(&self) -> Answered {
        Answered::again(&self.attempts, self.hash, self.send_id.clone())
    }

    /// Of a send that the store knows, and that is being told again.
    pub(crate) fn again(attempts: &Arc<Attempts>, hash: [u8; 32], send_id: String) -> Answered {
        Answered {
            attempts: attempts.clone(),
            hash,
            send_id,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;
    use http::{HeaderMap, StatusCode};

    fn claim(byte: u8) -> Claim {
        Claim {
            hash: [byte; 32],
            digest: None,
        }
    }

    fn first(begun: Begun) -> Turn {
        match begun {
            Begun::First(turn) => turn,
            Begun::Running(attempt) => panic!("{} is under way", attempt.send_id),
        }
    }

    fn running(begun: Begun) -> Arc<Attempt> {
        match begun {
            Begun::First(turn) => panic!("{} is the first", turn.attempt.send_id),
            Begun::Running(attempt) => attempt,
        }
    }

    #[tokio::test]
    async fn the_second_waits_for_the_first() {
        let attempts = Arc::new(Attempts::default());
        let turn = first(attempts.begin(&claim(1), "s1"));
        let waiting = running(attempts.begin(&claim(1), "s2"));
        assert!(waiting.seen().is_none());
        let kept = Kept::new(StatusCode::OK, &HeaderMap::new(), Bytes::new());
        let answered = turn.answered(Arc::new(kept));
        assert!(matches!(waiting.over().await, Seen::Answer(_)));
        // Until it has left a repeat gets it, too.
        assert!(running(attempts.begin(&claim(1), "s3")).seen().is_some());
        answered.free();
        let next = first(attempts.begin(&claim(1), "s4"));
        assert_eq!(next.displaces.as_deref(), Some("s1"));
        // What was not made leaves everything as it was.
        let waiting = running(attempts.begin(&claim(1), "s5"));
        drop(next);
        assert!(matches!(waiting.over().await, Seen::Nothing));
        let next = first(attempts.begin(&claim(1), "s6"));
        assert_eq!(next.displaces.as_deref(), Some("s1"));
        attempts.forget(&claim(1).hash, "s1");
        assert!(
            matches!(attempts.begin(&claim(1), "s7"), Begun::Running(_)),
            "only its own is forgotten"
        );
        next.in_store("s6");
        drop(first(attempts.begin(&claim(2), "s8")));
    }
}
