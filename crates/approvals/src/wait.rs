//! Waiting for an end, as long as somebody wants to and no longer.

use std::time::Duration;

use postern_store::approvals::Approval;
use tokio::time::{Instant, timeout_at};

use crate::service::Approvals;

/// Nobody waits longer on one connection; whoever wants to asks again.
pub const WAIT_SECONDS_MAX: u64 = 60;

impl Approvals {
    /// How it stands at its end, or when `seconds` are over. `None`: there is no such approval.
    pub async fn wait(
        &self,
        approval_id: &str,
        seconds: u64,
    ) -> postern_store::Result<Option<Approval>> {
        let until = Instant::now() + Duration::from_secs(seconds.min(WAIT_SECONDS_MAX));
        let mut changed = self.changed.subscribe();
        loop {
            // What changes while it is read is seen in the next round.
            changed.mark_unchanged();
            let found = self.get(approval_id).await?;
            let goes_on = found
                .as_ref()
                .is_some_and(|approval| !approval.state.is_end());
            if !goes_on || timeout_at(until, changed.changed()).await.is_err() {
                return Ok(found);
            }
        }
    }
}
