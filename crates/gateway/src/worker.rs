//! One thread of the data plane: what it does not share, so that a request takes no contended lock.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use postern_egress::Egress;
use postern_store::Lane;
use postern_vault::random;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::counters::Counters;
use crate::freeing::Freeing;
use crate::gateway::Gateway;
use crate::h1::{Conversations, Crowd, Scratches};
use crate::request_id::RequestIds;
use crate::request_log::LogBuffer;

pub(crate) struct Worker {
    pub(crate) gateway: Arc<Gateway>,
    pub(crate) egress: Egress,
    pub(crate) ids: RequestIds,
    pub(crate) log: LogBuffer,
    pub(crate) counters: Counters,
    /// Calls and records that outlive the connection they came by.
    pub(crate) tasks: TaskTracker,
    /// Units of this thread stay in one order.
    pub(crate) lane: Lane,
    /// Connections of clients.
    pub(crate) open: AtomicUsize,
    /// No connection begins another request.
    pub(crate) stopping: AtomicBool,
    pub(crate) crowd: Arc<Crowd>,
    pub(crate) scratches: Scratches,
    pub(crate) conversations: Conversations,
    pub(crate) freeing: Freeing,
    /// Records of refusals on their way to the store.
    refusals: AtomicUsize,
}

/// Between two rounds of house-keeping.
const TICK: Duration = Duration::from_millis(200);
/// Rounds between two looks at unused upstream connections.
const SWEEP_TICKS: u32 = 25;
/// A key that is refused again and again must not fill the store's queue.
const REFUSALS_MAX: usize = 64;

impl Worker {
    pub(crate) fn new(gateway: &Arc<Gateway>, number: usize) -> Arc<Self> {
        Arc::new(Self {
            egress: gateway.egress.sibling(),
            ids: RequestIds::new(random()),
            log: LogBuffer::new(gateway.log.clone()),
            counters: Counters::new(),
            tasks: TaskTracker::new(),
            lane: Lane::of(i64::try_from(number).unwrap_or_default() + 1),
            open: AtomicUsize::new(0),
            stopping: AtomicBool::new(false),
            crowd: Arc::default(),
            scratches: Scratches::default(),
            conversations: Conversations::default(),
            freeing: Freeing::default(),
            refusals: AtomicUsize::new(0),
            gateway: gateway.clone(),
        })
    }

    /// Log lines leave at least every [`TICK`], unused connections are closed.
    pub(crate) async fn keep_house(self: Arc<Self>, stop: CancellationToken) {
        let mut ticks = 0_u32;
        while stop
            .run_until_cancelled(tokio::time::sleep(TICK))
            .await
            .is_some()
        {
            self.log.flush();
            // A slow store does not hold up the log.
            let worker = self.clone();
            self.tasks.spawn(async move { worker.free_claims().await });
            ticks += 1;
            if ticks.is_multiple_of(SWEEP_TICKS) {
                self.egress.sweep();
            }
        }
        self.free_claims().await;
        self.log.flush();
    }

    /// Room for one more record of a refusal; `None` when there are too many on their way.
    pub(crate) fn refusal_slot(self: &Arc<Self>) -> Option<RefusalSlot> {
        let taken = self.refusals.fetch_add(1, Ordering::Relaxed);
        let slot = RefusalSlot(self.clone());
        (taken < REFUSALS_MAX).then_some(slot)
    }
}

/// Held while the record of a refusal is written.
pub(crate) struct RefusalSlot(Arc<Worker>);

impl Drop for RefusalSlot {
    fn drop(&mut self) {
        self.0.refusals.fetch_sub(1, Ordering::Relaxed);
    }
}
