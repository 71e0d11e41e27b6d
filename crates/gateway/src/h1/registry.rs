//! Which conversations a thread has, so that those which wait for nothing can be ended when it stops.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::task::AbortHandle;

/// A connection's task, and whether it is between two requests.
struct Conversation {
    task: AbortHandle,
    idle: Arc<AtomicBool>,
}

/// The conversations of one thread. All tasks run on that thread, so `idle` cannot change while it is looked at.
#[derive(Default)]
pub(crate) struct Conversations(Mutex<(u64, HashMap<u64, Conversation>)>);

impl Conversations {
    fn lock(&self) -> MutexGuard<'_, (u64, HashMap<u64, Conversation>)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A number for a new conversation.
    pub(crate) fn number(&self) -> u64 {
        let mut all = self.lock();
        all.0 += 1;
        all.0
    }

    pub(crate) fn begin(&self, number: u64, task: AbortHandle, idle: Arc<AtomicBool>) {
        // It may have ended before it could be noted.
        if !task.is_finished() {
            self.lock().1.insert(number, Conversation { task, idle });
        }
    }

    pub(crate) fn end(&self, number: u64) {
        self.lock().1.remove(&number);
    }

    /// Ends those that are between two requests; gives how many are left.
    pub(crate) fn end_idle(&self) -> usize {
        let mut all = self.lock();
        all.1.retain(|_, conversation| {
            let idle = conversation.idle.load(Ordering::Relaxed);
            if idle {
                conversation.task.abort();
            }
            !idle
        });
        all.1.len()
    }
}
