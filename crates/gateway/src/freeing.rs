//! Claims of sends that were fully answered leave the store together, some time after their answers.

use std::sync::{Arc, Mutex, PoisonError};

use postern_store::sends;

use crate::attempts::Answered;
use crate::worker::Worker;

/// Freed in one unit.
const STEP_CLAIMS: usize = 500;

/// Claims of one thread that are to be freed.
#[derive(Default)]
pub(crate) struct Freeing(Mutex<Vec<([u8; 32], String)>>);

impl Freeing {
    fn push(&self, hash: [u8; 32], send_id: String) {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.push((hash, send_id));
    }

    fn take(&self) -> Vec<([u8; 32], String)> {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *waiting)
    }
}

impl Worker {
    /// The same call is a new send from now on; the store follows.
    pub(crate) fn free_later(&self, answered: &Answered) {
        answered.free();
        self.freeing.push(answered.hash, answered.send_id.clone());
    }

    /// Brings the store up to date.
    pub(crate) async fn free_claims(self: &Arc<Self>) {
        for step in self.freeing.take().chunks(STEP_CLAIMS) {
            let ids: Vec<&str> = step.iter().map(|(_, id)| id.as_str()).collect();
            let ids = serde_json::to_string(&ids).unwrap_or_default();
            let freed = self
                .gateway
                .store
                .write(self.lane, move |tx| sends::end_claims(tx, &ids).map(drop));
            match freed.await {
                Ok(()) => {
                    for (hash, id) in step {
                        self.gateway.attempts.forget(hash, id);
                        self.gateway.attempts.note_free(hash, id);
                    }
                }
                // A repeat frees them itself; after a restart it gets the answer again, which is the lesser evil.
                Err(error) => {
                    tracing::warn!(%error, count = step.len(), "claims of answered sends could not be freed");
                }
            }
        }
    }
}
