//! Pushes: claim what is due, call its address, put the try on record, wait longer before the next one.

mod call;
mod encode;
mod excerpt;

use std::sync::Arc;
use std::time::{Duration, Instant};

use postern_domain::backoff::Backoff;
use postern_domain::time::{Clock, UnixMicros};
use postern_egress::Egress;
use postern_store::pushes::{self, ClaimedPush, Next, Outcome};
use postern_store::queue::Lease;
use postern_store::{Lane, Result, Store};
use postern_vault::Vault;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::worker::{after, pause};
pub(crate) use call::Address;
use call::Called;
pub use encode::{Content, told};
pub(crate) use excerpt::excerpt;

/// The longest sleep: a clock that was set forward is noticed at the latest then.
const SLEEP_MAX: Duration = Duration::from_secs(30);
/// After the store failed.
const STORE_PAUSE: Duration = Duration::from_millis(500);
/// Calls under way at once. A receiver that never answers holds one of them for as long as it is waited for.
const UNDER_WAY_MAX: usize = 64;

/// How patiently addresses are called.
#[derive(Clone, Debug)]
pub struct PushConfig {
    pub backoff: Backoff,
    /// For a whole call, from looking up the name to the head of the answer.
    pub answer_within: Duration,
    /// How long a claim holds before the push counts as abandoned. Far above `answer_within`.
    pub lease: Duration,
}

impl Default for PushConfig {
    fn default() -> PushConfig {
        PushConfig {
            backoff: Backoff::default(),
            answer_within: Duration::from_secs(15),
            lease: Duration::from_secs(60),
        }
    }
}

/// Chance: for claims, and so that many pushes to one address do not come back in step.
pub type Random = Arc<dyn Fn() -> u64 + Send + Sync>;

/// Everything a pusher is made of.
pub struct PushParts {
    pub store: Store,
    pub vault: Vault,
    /// Knows which networks may be called. Bound to the runtime that the pusher runs on.
    pub egress: Egress,
    pub clock: Clock,
    pub random: Random,
    /// Rung by whoever commits something that may have queued a push.
    pub wake: Arc<Notify>,
    pub config: PushConfig,
}

pub struct Pusher {
    parts: PushParts,
    room: Arc<Semaphore>,
}

impl Pusher {
    pub fn new(parts: PushParts) -> Pusher {
        Pusher {
            parts,
            room: Arc::new(Semaphore::new(UNDER_WAY_MAX)),
        }
    }

    /// Works until `cancel`; then claims nothing more, and waits for the calls under way.
    pub async fn run(self: Arc<Self>, cancel: CancellationToken) {
        let under_way = TaskTracker::new();
        while !cancel.is_cancelled() {
            let Ok(first) = self.room.clone().acquire_owned().await else {
                break;
            };
            let mut permits = vec![first];
            while let Ok(more) = self.room.clone().try_acquire_owned() {
                permits.push(more);
            }
            match self.claim(permits.len() as i64).await {
                Ok(claimed) if claimed.is_empty() => {
                    drop(permits);
                    self.parts.egress.sweep();
                    self.idle(&cancel).await;
                }
                Ok(claimed) => {
                    for push in claimed {
                        let (this, permit) = (self.clone(), permits.pop());
                        under_way.spawn(async move { this.carry(push, permit).await });
                    }
                }
                Err(error) => {
                    tracing::error!(%error, "pushes cannot be claimed; trying again");
                    drop(permits);
                    pause(STORE_PAUSE, &cancel).await;
                }
            }
        }
        under_way.close();
        under_way.wait().await;
    }

    /// Calls everything that is due at this moment, one after the other, and returns how many calls that were: for tests, which move the
    /// clock by hand.
    ///
    /// # Errors
    /// Whatever the store says to a claim.
    pub async fn run_due(&self) -> Result<usize> {
        let mut carried = 0;
        loop {
            let claimed = self.claim(1).await?;
            let Some(push) = claimed.into_iter().next() else {
                return Ok(carried);
            };
            carried += 1;
            self.carry(push, None).await;
        }
    }

    async fn claim(&self, limit: i64) -> Result<Vec<ClaimedPush>> {
        let now = (self.parts.clock)();
        // Looking costs next to nothing; only then somebody else's writing is held up.
        let next = self.parts.store.read(pushes::next_due).await?;
        if next.is_none_or(|due| due > now) {
            return Ok(Vec::new());
        }
        let lease = Lease {
            until: after(now, self.parts.config.lease),
            // Never 0, which means that nobody holds the push.
            claim: ((self.parts.random)() >> 1) as i64 | 1,
        };
        self.parts
            .store
            .write(Lane::CONTROL, move |tx| {
                pushes::claim(tx, now, limit, lease)
            })
            .await
    }

    async fn carry(&self, push: ClaimedPush, permit: Option<OwnedSemaphorePermit>) {
        let (at, started) = ((self.parts.clock)(), Instant::now());
        let called = call::call(&self.parts, &push, at).await;
        let took_micros = i64::try_from(started.elapsed().as_micros()).unwrap_or(i64::MAX);
        let outcome = self.judge(&push, called, at, took_micros);
        metrics::counter!("postern_pushes_total", "outcome" => word(outcome.next)).increment(1);
        let (push_id, lease) = (push.push_id, push.lease);
        let settled = self
            .parts
            .store
            .write(Lane::of(push.account.0), move |tx| {
                pushes::settle(tx, push_id, lease, &outcome)
            })
            .await;
        if let Err(error) = settled {
            // The lease runs out and the push is due again: an address may be told twice, never less than once.
            tracing::error!(%error, push.id = push_id, "a push was not settled");
        }
        drop(permit);
        self.parts.wake.notify_one();
    }

    fn judge(
        &self,
        push: &ClaimedPush,
        called: Called,
        at: UnixMicros,
        took_micros: i64,
    ) -> Outcome {
        let again = || {
            let wait = self
                .parts
                .config
                .backoff
                .after(push.tries + 1, (self.parts.random)());
            wait.map_or(Next::GivenUp, |wait| {
                Next::Again(after((self.parts.clock)(), wait))
            })
        };
        let (status, answer, problem, next) = match called {
            Called::Answered(status, answer) if (200..300).contains(&status) => {
                (Some(status), answer, None, Next::Arrived)
            }
            Called::Answered(status, answer) => (Some(status), answer, None, again()),
            Called::Failed(why) => (None, None, Some(why), again()),
            Called::Never(why) => (None, None, Some(why.to_owned()), Next::GivenUp),
        };
        Outcome {
            at,
            took_micros,
            status: status.map(i64::from),
            problem,
            answer,
            next,
        }
    }

    async fn idle(&self, cancel: &CancellationToken) {
        let next = self.parts.store.read(pushes::next_due).await;
        let until_next = next.ok().flatten().map_or(SLEEP_MAX, |due| {
            let micros = due.0 - (self.parts.clock)().0;
            Duration::from_micros(u64::try_from(micros).unwrap_or(0)).min(SLEEP_MAX)
        });
        tokio::select! {
            () = self.parts.wake.notified() => {}
            () = pause(until_next, cancel) => {}
        }
    }
}

const fn word(next: Next) -> &'static str {
    match next {
        Next::Arrived => "arrived",
        Next::Again(_) => "again",
        Next::GivenUp => "given_up",
    }
}
