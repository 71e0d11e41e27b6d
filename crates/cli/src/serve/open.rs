//! From a data directory to an open store, the vault that fits it, and the directory of keys in it.

use std::sync::Arc;

use postern_access::{Directory, Limits, LoadError};
use postern_apps::Registry;
use postern_domain::time::Clock;
use postern_store::{Store, peppers};
use postern_vault::Vault;
use secrecy::ExposeSecret;

use super::prepare::read;
use crate::config::{Config, StoreUrl, VaultSource};
use crate::data_dir::{DataDir, Lock};
use crate::exit::{Exit, Failure, Outcome};
use crate::vault_key;

/// Everything durable, in hand. The lock goes last.
pub struct Opened {
    pub directory: Arc<Directory>,
    pub store: Store,
    pub vault: Vault,
    pub data_dir: DataDir,
    pub lock: Lock,
}

impl Opened {
    /// Writes what is still in memory and closes the files; the lock goes with it.
    pub async fn close(self) {
        let Self {
            directory,
            store,
            lock,
            ..
        } = self;
        if let Err(error) = directory.flush().await {
            tracing::warn!(%error, "the last uses of keys could not be written");
        }
        drop(directory);
        store.close().await;
        drop(lock);
    }
}

pub async fn open(config: &Config, registry: Arc<Registry>, clock: Clock) -> Outcome<Opened> {
    let data_dir = DataDir::prepare(&config.data_dir)?;
    let lock = data_dir.lock()?;
    let store = open_store(config, &data_dir, &clock).await?;
    let vault = open_vault(config, &store).await?;
    let limits = Limits {
        rate_per_second: config.limits.rate_per_second,
        burst: config.limits.rate_burst,
    };
    let directory = Directory::load(store.clone(), vault.clone(), registry, clock, limits)
        .await
        .map_err(|error| match error {
            LoadError::Vault(error) => wrong_key(&config.vault, &error),
            LoadError::Store(error) => store_failure(error),
        })?;
    Ok(Opened {
        directory,
        store,
        vault,
        data_dir,
        lock,
    })
}

/// Where the store is and how it is reached.
pub fn settings(config: &Config, data_dir: &DataDir) -> Outcome<postern_store::Config> {
    Ok(match &config.store {
        StoreUrl::Embedded => postern_store::Config::sqlite(data_dir.database()),
        StoreUrl::Postgres { url, ca_file } => {
            let ca_pem = ca_file.as_deref().map(|path| read("store.ca_file", path));
            postern_store::Config {
                ca_pem: ca_pem.transpose()?,
                ..postern_store::Config::postgres(url.expose_secret())
            }
        }
    })
}

pub async fn open_store(config: &Config, data_dir: &DataDir, clock: &Clock) -> Outcome<Store> {
    if matches!(config.store, StoreUrl::Embedded) {
        data_dir.reserve_database()?;
    }
    let opened = Store::open(settings(config, data_dir)?, clock()).await;
    opened.map_err(|error| match (&config.store, error) {
        (StoreUrl::Embedded, postern_store::Error::Unavailable(why)) => Failure::new(
            Exit::Store,
            format!("cannot use {}: {why}", data_dir.database().display()),
        )
        .fix("free some space, or make the directory writable for this user"),
        (_, error) => store_failure(error),
    })
}

/// The ring that is there; a new one only for a store in which nothing is sealed yet.
async fn open_vault(config: &Config, store: &Store) -> Outcome<Vault> {
    if let Some(ring) = vault_key::read(&config.vault)? {
        return Ok(Vault::open(ring));
    }
    let sealed = store
        .read(peppers::last_version)
        .await
        .map_err(store_failure)?
        > 0;
    if sealed {
        let place = place(&config.vault);
        return Err(Failure::new(
            Exit::VaultKey,
            format!("the vault key is missing: there is no {place}, and this store was sealed with one"),
        )
        .fix("put the vault key back from its own backup; without it the stored credentials cannot be opened"));
    }
    vault_key::create(&config.vault).map(Vault::open)
}

fn wrong_key(source: &VaultSource, error: &dyn std::fmt::Display) -> Failure {
    Failure::new(
        Exit::VaultKey,
        format!(
            "{} is not the vault key of this store: {error}",
            place(source)
        ),
    )
    .fix("put back the vault key that belongs to this store, from its own backup")
}

fn place(source: &VaultSource) -> String {
    match source {
        VaultSource::File { path, .. } => path.display().to_string(),
        VaultSource::Given { from, .. } => (*from).to_owned(),
    }
}

/// What an operator can do about a store that does not open or take work.
pub fn store_failure(error: postern_store::Error) -> Failure {
    use postern_store::Error;
    let fix = match &error {
        Error::Setup(_) => None,
        Error::Unavailable(_) => {
            Some("check free space, permissions, and that the database can be reached")
        }
        Error::Inconsistent { .. } => {
            Some("restore a backup; this row was changed by something else than Postern")
        }
        _ => Some("look at the log; if it says nothing more, this is a fault of Postern"),
    };
    let failure = Failure::new(Exit::Store, error.to_string());
    match fix {
        Some(fix) => failure.fix(fix),
        None => failure,
    }
}
