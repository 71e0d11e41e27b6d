//! Sends of which nobody knows what became of them: what their repeats are told, and how it is cleared up.

use postern_store::sends::{self, Earlier, UnknownPolicy};

use crate::worker::Worker;

impl Worker {
    /// Whether a repeat of an unknown send passes.
    pub(crate) async fn unknown_again(&self, earlier: &Earlier) -> bool {
        let connection_id = earlier.connection_id.clone();
        let policy = self
            .gateway
            .store
            .read(move |tx| sends::unknown_policy(tx, &connection_id));
        match policy.await {
            Ok(policy) => policy == UnknownPolicy::AtLeastOnce,
            Err(error) => {
                tracing::error!(%error, "what is done about unknown sends could not be read");
                false
            }
        }
    }
}
