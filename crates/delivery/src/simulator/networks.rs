//! How each account's network behaves: what the store says, as it was last read.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use postern_domain::account::AccountId;
use postern_store::simulator::{self, Behaviour};
use postern_store::{Result, Store};

#[derive(Default)]
pub(super) struct Networks {
    now: RwLock<Arc<HashMap<AccountId, Behaviour>>>,
    /// One reading at a time, so that an older one never replaces a newer.
    reading: tokio::sync::Mutex<()>,
}

/// All networks at one moment.
pub(super) struct Moment(Arc<HashMap<AccountId, Behaviour>>);

impl Networks {
    pub(super) fn now(&self) -> Moment {
        let now = self.now.read().unwrap_or_else(PoisonError::into_inner);
        Moment(now.clone())
    }

    pub(super) async fn read(&self, store: &Store) -> Result<()> {
        let _alone = self.reading.lock().await;
        let all = store.read(simulator::all).await?;
        *self.now.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(all);
        Ok(())
    }
}

impl Moment {
    /// `None`: it works as it should.
    pub(super) fn of(&self, account: AccountId) -> Option<&Behaviour> {
        self.0.get(&account)
    }
}
