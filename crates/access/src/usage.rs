//! What requests leave behind, written in batches: when keys were last used, and hashes that move to a newer pepper.

use std::sync::PoisonError;
use std::sync::atomic::Ordering;
use std::time::Duration;

use postern_domain::time::UnixMicros;
use postern_store::{Lane, keys};
use postern_vault::KeyedHash;
use tokio_util::sync::CancellationToken;

use crate::directory::{Directory, LoadError};

/// A secret's hash under an older pepper, and the one to replace it.
pub(crate) struct Upgrade {
    old: [u8; 32],
    new: KeyedHash,
}

/// Rows written in one unit of work.
const FLUSH_ROWS_MAX: usize = 500;
/// Upgrades remembered at once; the rest comes with the next use.
const UPGRADES_MAX: usize = 10_000;

impl Directory {
    /// Writes what has gathered. Cheap when nothing has.
    pub async fn flush(&self) -> Result<(), LoadError> {
        self.flush_last_used().await?;
        self.flush_upgrades().await
    }

    /// Flushes every `period` until `stop`, and once more then. A failure is logged and tried again.
    pub async fn keep_flushing(&self, period: Duration, stop: CancellationToken) {
        loop {
            let stopping = stop
                .run_until_cancelled(tokio::time::sleep(period))
                .await
                .is_none();
            if let Err(error) = self.flush().await {
                tracing::warn!(%error, "last uses of keys could not be written");
            }
            if stopping {
                return;
            }
        }
    }

    async fn flush_last_used(&self) -> Result<(), LoadError> {
        let snapshot = self.snapshot.load_full();
        let used: Vec<_> = snapshot
            .keys
            .values()
            .map(|key| (key, key.state.last_used()))
            .filter(|(key, at)| *at != key.state.flushed.load(Ordering::Relaxed))
            .collect();
        for batch in used.chunks(FLUSH_ROWS_MAX) {
            let rows: Vec<(String, UnixMicros)> = batch
                .iter()
                .map(|(key, at)| (key.id.clone(), UnixMicros(*at)))
                .collect();
            let write = move |tx: &mut postern_store::Tx<'_>| {
                rows.iter()
                    .try_for_each(|(key_id, at)| keys::touch(tx, key_id, *at))
            };
            self.store.write(Lane::CONTROL, write).await?;
            for (key, at) in batch {
                key.state.flushed.store(*at, Ordering::Relaxed);
            }
        }
        Ok(())
    }

    async fn flush_upgrades(&self) -> Result<(), LoadError> {
        let upgrades =
            std::mem::take(&mut *self.upgrades.lock().unwrap_or_else(PoisonError::into_inner));
        if upgrades.is_empty() {
            return Ok(());
        }
        for batch in upgrades.chunks(FLUSH_ROWS_MAX) {
            let rows: Vec<_> = batch
                .iter()
                .map(|upgrade| (upgrade.old, upgrade.new))
                .collect();
            let write = move |tx: &mut postern_store::Tx<'_>| {
                rows.iter().try_for_each(|(old, new)| {
                    keys::rehash(tx, old, &new.hash, new.version).map(drop)
                })
            };
            self.store.write(Lane::CONTROL, write).await?;
        }
        self.refresh().await
    }

    /// The same secret is presented many times before the next flush: it is noted once.
    pub(crate) fn note_upgrade(&self, old: [u8; 32], new: KeyedHash) {
        let mut upgrades = self.upgrades.lock().unwrap_or_else(PoisonError::into_inner);
        if upgrades.len() < UPGRADES_MAX && !upgrades.iter().any(|known| known.old == old) {
            upgrades.push(Upgrade { old, new });
        }
    }
}
