//! The directory: the current snapshot, how it is asked, and how it is renewed.

use std::net::IpAddr;
use std::sync::{Arc, Mutex};

use arc_swap::ArcSwap;
use postern_apps::Registry;
use postern_domain::time::{Clock, UnixMicros};
use postern_store::connections::{self, ConnectionRow, Filter};
use postern_store::keys::{self, KeyRow, SecretRow};
use postern_store::sends::{self, UnknownPolicy};
use postern_store::{Lane, Store, Tx, freezes, hooks, kept_opt_outs, limits, peppers};
use postern_vault::{OpenError, Pepper, Peppers, Vault, api_key};

use crate::connection::{Connection, NoConnection};
use crate::denied::Denied;
use crate::key::{Caller, Key};
use crate::limiter::Limits;
use crate::mint::{self, KeyDraft, Minted, MintedSecret};
use crate::peppers::{open_peppers, seal_pepper};
use crate::snapshot::{Maker, Rows, Snapshot};
use crate::usage::Upgrade;

pub struct Directory {
    pub(crate) snapshot: ArcSwap<Snapshot>,
    pub(crate) store: Store,
    vault: Vault,
    registry: Arc<Registry>,
    clock: Clock,
    limits: Limits,
    /// One refresh at a time: an older picture must not replace a newer one.
    refreshing: tokio::sync::Mutex<()>,
    /// Secrets that were presented while their hash was still under an older pepper.
    pub(crate) upgrades: Mutex<Vec<Upgrade>>,
}

#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    #[error(transparent)]
    Store(#[from] postern_store::Error),
    /// The key ring does not fit this store.
    #[error("the stored peppers cannot be opened: {0}")]
    Vault(#[from] OpenError),
}

/// Rows read in one unit of work.
const PAGE_ROWS: i64 = 1000;

impl Directory {
    /// Reads everything; makes the first pepper of a new store.
    pub async fn load(
        store: Store,
        vault: Vault,
        registry: Arc<Registry>,
        clock: Clock,
        limits: Limits,
    ) -> Result<Arc<Self>, LoadError> {
        let peppers = peppers_or_first(&store, &vault, clock()).await?;
        let rows = rows(&store).await?;
        let maker = Maker {
            vault: &vault,
            registry: &registry,
            limits,
            before: None,
        };
        let snapshot = ArcSwap::from_pointee(maker.snapshot(peppers, rows));
        Ok(Arc::new(Self {
            snapshot,
            store,
            vault,
            registry,
            clock,
            limits,
            refreshing: tokio::sync::Mutex::new(()),
            upgrades: Mutex::default(),
        }))
    }

    /// Sees what was committed before the call. To be called after every change of keys, connections or peppers; until
    /// then requests are judged by the older picture. If it fails the older picture stays.
    pub async fn refresh(&self) -> Result<(), LoadError> {
        let _turn = self.refreshing.lock().await;
        let peppers = peppers_or_first(&self.store, &self.vault, (self.clock)()).await?;
        let rows = rows(&self.store).await?;
        let before = self.snapshot.load_full();
        let maker = Maker {
            vault: &self.vault,
            registry: &self.registry,
            limits: self.limits,
            before: Some(&before),
        };
        self.snapshot.store(Arc::new(maker.snapshot(peppers, rows)));
        Ok(())
    }

    /// Who presents this key? No lock, no query; allocates nothing unless the hash is to be moved to a newer pepper.
    pub fn authenticate(&self, presented_key: &str, peer: IpAddr) -> Result<Caller, Denied> {
        let parsed = api_key::shape(presented_key).map_err(Denied::Malformed)?;
        let at = (self.clock)();
        let snapshot = self.snapshot.load();
        let (found, secret) = snapshot
            .peppers
            .hash_all(parsed.as_bytes())
            .find_map(|hash| {
                snapshot
                    .secrets
                    .get(&hash.hash)
                    .map(|secret| (hash, secret))
            })
            // What is not there may have a typo.
            .ok_or_else(|| {
                api_key::parse(presented_key).map_or_else(Denied::Malformed, |_| Denied::Unknown)
            })?;
        secret.key.check(peer, at)?;
        if secret.not_after.is_some_and(|end| end <= at) {
            return Err(Denied::Expired);
        }
        secret.key.note_use(at);
        if found.version < snapshot.peppers.current_version() {
            self.note_upgrade(found.hash, snapshot.peppers.hash_current(parsed.as_bytes()));
        }
        Ok(Caller {
            key: Arc::clone(&secret.key),
            at,
        })
    }

    /// The connection that a call of `caller` to `app` uses; `chosen` is the id that the caller named.
    pub fn connection(
        &self,
        caller: &Caller,
        app: &str,
        chosen: Option<&str>,
    ) -> Result<Arc<Connection>, NoConnection> {
        if let Some(own) = caller.key.own_connection(app, chosen) {
            return Ok(Arc::clone(own));
        }
        let snapshot = self.snapshot.load();
        snapshot
            .connections
            .choose(&caller.key, app, chosen)
            .map(Arc::clone)
    }

    /// A key by its id, whoever asks.
    pub fn key(&self, key_id: &str) -> Option<Arc<Key>> {
        self.snapshot.load().keys.get(key_id).cloned()
    }

    /// A connection by its id, whoever asks.
    pub fn connection_by_id(&self, connection_id: &str) -> Option<Arc<Connection>> {
        self.snapshot.load().connections.get(connection_id).cloned()
    }

    /// What is done about sends over a connection whose outcome is not known.
    pub fn unknown_policy(&self, connection_id: &str) -> UnknownPolicy {
        let snapshot = self.snapshot.load();
        let found = snapshot.unknown_policies.get(connection_id);
        found.copied().unwrap_or_default()
    }

    /// The peppers in force: the platform's accounts are hashed under them, too.
    pub fn peppers(&self) -> Arc<Peppers> {
        Arc::clone(&self.snapshot.load().peppers)
    }

    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// A new key under the current pepper; it works once its rows are stored and the directory is refreshed.
    pub fn mint(&self, draft: KeyDraft, now: UnixMicros) -> Minted {
        mint::mint(&self.peppers(), draft, now)
    }

    /// A new secret for an existing key.
    pub fn mint_secret(&self, key_id: &str, test: bool, now: UnixMicros) -> MintedSecret {
        mint::mint_secret(&self.peppers(), key_id.to_owned(), test, now)
    }
}

async fn peppers_or_first(
    store: &Store,
    vault: &Vault,
    now: UnixMicros,
) -> Result<Peppers, LoadError> {
    let rows = store.read(peppers::all).await?;
    if let Some(peppers) = open_peppers(vault, &rows)? {
        return Ok(peppers);
    }
    let sealed = seal_pepper(vault, &Pepper::create(1)).0;
    let rows = store
        .write(Lane::CONTROL, move |tx| {
            peppers::create(tx, 1, &sealed, now)?;
            peppers::all(tx)
        })
        .await?;
    let missing = || postern_store::Error::Inconsistent {
        table: "peppers",
        id: "1".to_owned(),
    };
    Ok(open_peppers(vault, &rows)?.ok_or_else(missing)?)
}

async fn rows(store: &Store) -> postern_store::Result<Rows> {
    Ok(Rows {
        keys: all_keys(store).await?,
        secrets: all_secrets(store).await?,
        connections: all_connections(store).await?,
        limits: all_scopes(store, limits::page).await?,
        frozen: all_scopes(store, freezes::page).await?,
        hooks: all_scopes(store, hooks::page).await?,
        wish_key: store.read(kept_opt_outs::key).await?,
        unknown_policies: all_scopes(store, sends::policies_page).await?,
    })
}

type ScopePage<T> = fn(&mut Tx<'_>, &str, i64) -> postern_store::Result<Vec<(String, T)>>;

/// Everything of a table whose rows are found by their scopes.
async fn all_scopes<T: Send + 'static>(
    store: &Store,
    page: ScopePage<T>,
) -> postern_store::Result<Vec<(String, T)>> {
    let mut rows: Vec<(String, T)> = Vec::new();
    loop {
        let after = rows.last().map_or_else(String::new, |row| row.0.clone());
        let more = store.read(move |tx| page(tx, &after, PAGE_ROWS)).await?;
        let last = (more.len() as i64) < PAGE_ROWS;
        rows.extend(more);
        if last {
            return Ok(rows);
        }
    }
}

async fn all_keys(store: &Store) -> postern_store::Result<Vec<KeyRow>> {
    let mut rows: Vec<KeyRow> = Vec::new();
    loop {
        let after = rows
            .last()
            .map_or_else(String::new, |row| row.key_id.clone());
        let page = store
            .read(move |tx| keys::page(tx, &after, PAGE_ROWS))
            .await?;
        let last = (page.len() as i64) < PAGE_ROWS;
        rows.extend(page);
        if last {
            return Ok(rows);
        }
    }
}

async fn all_secrets(store: &Store) -> postern_store::Result<Vec<SecretRow>> {
    let mut rows: Vec<SecretRow> = Vec::new();
    loop {
        let after = rows
            .last()
            .map_or_else(Vec::new, |row| row.secret_hash.clone());
        let page = store
            .read(move |tx| keys::secrets_page(tx, &after, PAGE_ROWS))
            .await?;
        let last = (page.len() as i64) < PAGE_ROWS;
        rows.extend(page);
        if last {
            return Ok(rows);
        }
    }
}

async fn all_connections(store: &Store) -> postern_store::Result<Vec<ConnectionRow>> {
    let mut rows: Vec<ConnectionRow> = Vec::new();
    loop {
        let (at, id) = match rows.last() {
            Some(row) => (row.created_at, row.connection_id.clone()),
            None => (connections::START.0, String::new()),
        };
        let page = store
            .read(move |tx| connections::page(tx, &Filter::default(), (at, &id), PAGE_ROWS))
            .await?;
        let last = (page.len() as i64) < PAGE_ROWS;
        rows.extend(page);
        if last {
            return Ok(rows);
        }
    }
}
