//! Whether an answer to a send was fully written to its caller. If it was, and soon, the same call is a new send from then on; if it was
//! not, a repeat gets it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use postern_store::sends::{self, ANSWER_FIELD};
use tokio::runtime::Handle;
use tokio::time::Instant;

use crate::attempts::Answered;
use crate::claims::{CUT_KEPT_SECONDS, SLOW_AFTER, SLOW_KEPT_SECONDS};
use crate::kept::Kept;
use crate::worker::Worker;

/// Travels with the answer. What it was for is done when it is dropped.
pub(crate) struct Handover {
    worker: Arc<Worker>,
    answered: Answered,
    of: Of,
    delivered: AtomicBool,
}

/// Which answer.
pub(crate) enum Of {
    /// To a send with a name: the store has it already.
    Named,
    /// To the first attempt of a send without one.
    First { kept: Arc<Kept>, started: Instant },
    /// To a repeat of such a send; the store has it.
    Repeat,
}

impl Handover {
    pub(crate) fn new(worker: &Arc<Worker>, answered: Answered, of: Of) -> Arc<Self> {
        Arc::new(Self {
            worker: worker.clone(),
            answered,
            of,
            delivered: AtomicBool::new(false),
        })
    }

    /// All of the answer is written.
    pub(crate) fn delivered(&self) {
        self.delivered.store(true, Ordering::Relaxed);
    }
}

impl Drop for Handover {
    fn drop(&mut self) {
        let delivered = self.delivered.load(Ordering::Relaxed);
        match &self.of {
            Of::Named => self.answered.forget(),
            Of::Repeat if delivered => self.worker.free_later(&self.answered),
            Of::Repeat => {}
            Of::First { kept, started } => {
                let slow = started.elapsed() >= SLOW_AFTER;
                if delivered && !slow {
                    return self.worker.free_later(&self.answered);
                }
                let seconds = if delivered {
                    SLOW_KEPT_SECONDS
                } else {
                    CUT_KEPT_SECONDS
                };
                self.worker.keep(&self.answered, kept.clone(), seconds);
            }
        }
    }
}

impl Worker {
    /// Repeats are answered from the store for so many seconds.
    fn keep(self: &Arc<Self>, answered: &Answered, kept: Arc<Kept>, seconds: i64) {
        // Without a runtime this thread is ending: the next start keeps what is open.
        if Handle::try_current().is_err() {
            return;
        }
        let (worker, answered) = (self.clone(), answered.again_of());
        self.tasks.spawn(async move {
            let id = answered.send_id.clone();
            let claims = &worker.gateway.claims;
            let sealed = kept.to_bytes().map(|bytes| claims.seal(&id, ANSWER_FIELD, &bytes));
            let until = (worker.gateway.clock)().plus_secs(seconds);
            let written = worker.gateway.store.write(worker.lane, move |tx| {
                sends::keep_answer(tx, &id, sealed.as_deref(), until)
            });
            if let Err(error) = written.await {
                tracing::error!(send.id = answered.send_id, %error, "an answer could not be kept for a repeat");
            }
            answered.in_store();
        });
    }
}
