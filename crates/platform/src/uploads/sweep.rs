//! Files whose time is over go, a few pieces at a time.

use std::time::Duration;

use postern_store::{Lane, files};
use tokio_util::sync::CancellationToken;

use crate::state::PlatformState;

const EVERY: Duration = Duration::from_secs(60);

/// Sweeps until `until`.
pub(crate) async fn sweep(state: &PlatformState, until: &CancellationToken) {
    let sweeping = async {
        loop {
            let now = state.now();
            let swept = state
                .store
                .write(Lane::CONTROL, move |tx| files::sweep(tx, now))
                .await;
            match swept {
                Ok(true) => continue,
                Ok(false) => {}
                Err(error) => tracing::error!(%error, "expired files were not swept; trying again"),
            }
            tokio::time::sleep(EVERY).await;
        }
    };
    until.run_until_cancelled(sweeping).await;
}
