//! The loop: claim what is due, carry each batch on its own, sleep until something is due or somebody says so.

mod batch;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use postern_domain::time::{Clock, UnixMicros};
use postern_store::queue::{self, Batch, Lease};
use postern_store::{Lane, Result, Store};
use tokio::sync::{Notify, Semaphore, watch};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use uuid::Uuid;

use crate::config::CLAIM_BATCH_MAX;
use crate::incoming::{self, HandedOver, Taken};
use crate::{Carrier, Config, Routes};

/// The longest sleep: a clock that was set forward is noticed at the latest then.
const SLEEP_MAX: Duration = Duration::from_secs(30);
/// After the store failed.
const STORE_PAUSE: Duration = Duration::from_millis(500);

pub struct Delivery {
    store: Store,
    routes: Routes,
    clock: Clock,
    config: Config,
    bells: Bells,
}

/// What is rung so that nobody has to look at the clock for work that is there already.
#[derive(Clone, Default)]
pub struct Bells {
    /// By whoever commits a message that is due, and by every settled batch.
    pub messages: Arc<Notify>,
    /// By whoever commits something that a rule may have turned into a push.
    pub pushes: Arc<Notify>,
    /// By whoever commits a text that a rule may have turned into a message.
    pub reactions: Arc<Notify>,
    /// Counted up by whoever commits a freeze, before anybody is told of it: what is claimed but with no carrier yet is looked at again.
    pub brakes: Arc<AtomicU64>,
    /// Counted up by every batch in which a carrier reported something, once that is kept.
    pub reported: watch::Sender<u64>,
}

impl Delivery {
    pub fn new(
        store: Store,
        routes: Routes,
        clock: Clock,
        config: Config,
        bells: Bells,
    ) -> Delivery {
        Delivery {
            store,
            routes,
            clock,
            config,
            bells,
        }
    }

    /// Works until `cancel`; then claims nothing more, settles what it holds, and returns.
    pub async fn run(self: Arc<Self>, cancel: CancellationToken) {
        let (batches, under_way) = (
            Arc::new(Semaphore::new(self.config.batches_max.max(1))),
            TaskTracker::new(),
        );
        for carrier in self.routes.carriers() {
            under_way.spawn(self.clone().listen(carrier, cancel.clone()));
        }
        while !cancel.is_cancelled() {
            let Ok(permit) = batches.clone().acquire_owned().await else {
                break;
            };
            let brakes = self.brakes();
            match self.claim().await {
                Ok(batch) if batch.is_end => {
                    drop(permit);
                    self.idle(&cancel).await;
                }
                Ok(batch) => {
                    let this = self.clone();
                    under_way.spawn(async move {
                        this.carry(batch.messages, brakes).await;
                        drop(permit);
                    });
                }
                Err(error) => {
                    tracing::error!(%error, "delivery cannot claim; trying again");
                    drop(permit);
                    pause(STORE_PAUSE, &cancel).await;
                }
            }
        }
        under_way.close();
        under_way.wait().await;
    }

    /// Carries everything that is due at this moment and returns how many claims that took: for tests, which move the clock by hand.
    ///
    /// # Errors
    /// Whatever the store says to a claim.
    pub async fn run_due(&self) -> Result<usize> {
        let mut carried = 0;
        loop {
            let brakes = self.brakes();
            let batch = self.claim().await?;
            if batch.is_end {
                return Ok(carried);
            }
            carried += batch.messages.len();
            self.carry(batch.messages, brakes).await;
        }
    }

    /// Takes in what a carrier brings until `cancel`; what is in hand then is still kept.
    pub async fn listen(self: Arc<Self>, carrier: Arc<dyn Carrier>, cancel: CancellationToken) {
        while let Some(HandedOver { text, told }) =
            cancel.run_until_cancelled(carrier.incoming()).await
        {
            let taken = incoming::take(&self.store, &self.clock, text).await;
            if taken == Taken::Kept {
                self.bells.pushes.notify_one();
                self.bells.reactions.notify_one();
            }
            // A carrier that no longer waits hands the text over again.
            let _nobody_waits = told.send(taken).is_err();
        }
    }

    /// How often the brake was pulled. To be asked before a claim.
    pub(crate) fn brakes(&self) -> u64 {
        self.bells.brakes.load(Ordering::SeqCst)
    }

    async fn claim(&self) -> Result<Batch> {
        let now = (self.clock)();
        let [.., a, b, c, d, e, f, g, h] = *Uuid::new_v4().as_bytes();
        let lease = Lease {
            until: after(now, self.config.lease),
            // Never 0, which means that nobody holds the row.
            claim: i64::from_be_bytes([a, b, c, d, e, f, g, h]) | 1,
        };
        self.store
            .write(Lane::CONTROL, move |tx| {
                queue::claim(tx, now, CLAIM_BATCH_MAX, lease)
            })
            .await
    }

    async fn idle(&self, cancel: &CancellationToken) {
        let next = self
            .store
            .read(queue::next_due)
            .await
            .unwrap_or_else(|error| {
                tracing::error!(%error, "delivery cannot look ahead; trying again");
                None
            });
        let until_next = next.map_or(SLEEP_MAX, |due| {
            Duration::from_micros(u64::try_from(due.0 - (self.clock)().0).unwrap_or(0))
                .min(SLEEP_MAX)
        });
        tokio::select! {
            () = self.bells.messages.notified() => {}
            () = pause(until_next, cancel) => {}
        }
    }
}

pub(crate) async fn pause(time: Duration, cancel: &CancellationToken) {
    tokio::select! {
        () = tokio::time::sleep(time) => {}
        () = cancel.cancelled() => {}
    }
}

pub(crate) fn after(now: UnixMicros, time: Duration) -> UnixMicros {
    UnixMicros(
        now.0
            .saturating_add(i64::try_from(time.as_micros()).unwrap_or(i64::MAX)),
    )
}
