//! Counters of limits are forgotten some time after their window, reservations and sends some time after their end, claims and answers of sends
//! when their time is over; in bounded steps.

use std::sync::Arc;
use std::time::Duration;

use postern_store::{Lane, reservations, sends, usage};
use tokio_util::sync::CancellationToken;

use crate::gateway::Gateway;

/// Between two rounds.
const EVERY: Duration = Duration::from_secs(600);
/// A send whose end comes late still finds the window that it was counted in.
const WINDOW_KEPT_SECONDS: i64 = 7 * 86_400;
/// From when it began: the longest one and that time.
const MONTH_KEPT_SECONDS: i64 = 31 * 86_400 + WINDOW_KEPT_SECONDS;
const RESERVATION_KEPT_SECONDS: i64 = 30 * 86_400;
/// What became of a send is told so long; the audit's record stays as long as its own retention says.
const SEND_KEPT_SECONDS: i64 = 90 * 86_400;
/// Rows of one unit of work.
const STEP_ROWS: i64 = 500;

impl Gateway {
    /// Forgets until `until`.
    pub async fn keep_forgetting(self: Arc<Self>, until: CancellationToken) {
        loop {
            match self.forget().await {
                // There is more.
                Ok(forgotten) if forgotten > 0 && !until.is_cancelled() => continue,
                Ok(_) => {}
                Err(error) => tracing::warn!(%error, "counters of old limits could not be swept"),
            }
            if until
                .run_until_cancelled(tokio::time::sleep(EVERY))
                .await
                .is_none()
            {
                return;
            }
        }
    }

    /// One step; gives how many rows went.
    ///
    /// # Errors
    /// The store fails.
    pub async fn forget(&self) -> postern_store::Result<u64> {
        let now = (self.clock)();
        self.end_old_reservations().await?;
        self.store
            .write(Lane::CONTROL, move |tx| {
                let (over, months) = (
                    now.plus_secs(-WINDOW_KEPT_SECONDS),
                    now.plus_secs(-MONTH_KEPT_SECONDS),
                );
                let windows = usage::sweep(tx, over, months, STEP_ROWS)?;
                let before = now.plus_secs(-RESERVATION_KEPT_SECONDS);
                let claims = sends::sweep(tx, now, STEP_ROWS)?;
                let over = now.plus_secs(-SEND_KEPT_SECONDS);
                let sends = sends::forget(tx, over, STEP_ROWS)?;
                Ok(windows + claims + sends + reservations::sweep(tx, before, STEP_ROWS)?)
            })
            .await
    }
}
