//! `postern restore`: a backup and its vault key become a data directory again.

use std::fs;
use std::path::{Path, PathBuf};

use postern_access::open_peppers;
use postern_store::{Store, backup as store_backup, peppers};
use postern_vault::{KeyRing, Vault};
use secrecy::SecretString;

use crate::args::DataArgs;
use crate::clock;
use crate::config::{self, Config, StoreUrl, VaultSource};
use crate::console::Console;
use crate::data_dir::{DataDir, unusable};
use crate::environment::Environment;
use crate::exit::{Exit, Failure, Outcome};
use crate::serve::store_failure;
use crate::vault_key;

/// Make a data directory from a backup and the vault key that belongs to it (works on the data directory)
///
/// The vault key is not in the backup: it is asked for, or named with --vault-key-file. It is checked against the backup before
/// anything is put in place.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// The file that `postern backup` wrote
    file: PathBuf,

    /// The vault key that belongs to it (a copy of vault.key)
    #[arg(long, value_name = "FILE")]
    vault_key_file: Option<PathBuf>,

    #[command(flatten)]
    data: DataArgs,
}

pub fn run(args: &Args, console: Console, environment: &Environment) -> Outcome {
    let config = config::load(&args.data.sources(), environment)?;
    if matches!(config.store, StoreUrl::Postgres { .. }) {
        return Err(Failure::failed("this store is on PostgreSQL, which has its own tools for a copy")
            .fix("run `pg_restore --dbname=… postern.dump` into an empty database, and put the vault key back"));
    }
    inspect(&args.file)?;
    let data_dir = DataDir::prepare(&config.data_dir)?;
    let _lock = data_dir.lock()?;
    let target = data_dir.database();
    if target.exists() {
        return Err(Failure::failed(format!(
            "{} holds a database already",
            data_dir.path().display()
        ))
        .fix("name an empty directory with --data-dir, or move the old one away"));
    }
    let ring = ring(args, &config, console)?;
    // Under another name until the key is known to fit: a start must never find half a restore.
    let arriving = data_dir.path().join("postern.db.restoring");
    remove(&arriving)?;
    let placed = copy(&args.file, &arriving, console)
        .and_then(|()| super::block_on(fits(&arriving, ring.clone())))
        .and_then(|()| keep_ring(&config, &ring))
        .and_then(|()| fs::rename(&arriving, &target).map_err(|error| unusable(&target, &error)));
    if placed.is_err() {
        remove(&arriving)?;
    }
    placed?;
    let answer = serde_json::json!({"restored": true, "data_dir": config.data_dir});
    console.answer(&answer, |_| {
        format!(
            "restored to {}; start it with `postern serve`",
            config.data_dir.display()
        )
    })
}

fn inspect(file: &Path) -> Outcome {
    let found = store_backup::inspect(file, true)
        .map_err(|error| store_failure(error).fix("name a file that `postern backup` wrote"))?;
    if let Some(damage) = found.damage {
        return Err(Failure::new(
            Exit::Store,
            format!("{} is damaged: {damage}", file.display()),
        )
        .fix("use another backup"));
    }
    if let Some(foreign) = found.standing.foreign {
        return Err(Failure::new(
            Exit::Store,
            format!(
                "the backup has schema {}, this program knows up to {}",
                foreign, found.standing.known
            ),
        )
        .fix("restore it with the version that wrote it, or a newer one"));
    }
    Ok(())
}

/// From the flag, from where the configuration keeps it, or from somebody at the terminal.
fn ring(args: &Args, config: &Config, console: Console) -> Outcome<KeyRing> {
    let passphrase = match &config.vault {
        VaultSource::File { passphrase, .. } => passphrase.clone(),
        VaultSource::Given { .. } => None,
    };
    if let Some(path) = &args.vault_key_file {
        return read_ring(path, passphrase.as_ref(), console);
    }
    if let Some(ring) = vault_key::read(&config.vault)? {
        return Ok(ring);
    }
    if !console.can_ask() {
        return Err(Failure::new(
            Exit::VaultKey,
            "a backup does not hold the vault key, and nobody is there to ask for it",
        )
        .fix("name the copy of vault.key with --vault-key-file"));
    }
    let path: String = dialoguer::Input::new()
        .with_prompt("File that holds the vault key of this backup")
        .interact_text()
        .map_err(|error| Failure::failed(format!("cannot ask: {error}")))?;
    read_ring(Path::new(&path), passphrase.as_ref(), console)
}

fn read_ring(path: &Path, passphrase: Option<&SecretString>, console: Console) -> Outcome<KeyRing> {
    let text = fs::read_to_string(path).map_err(|error| {
        Failure::new(
            Exit::VaultKey,
            format!("cannot read {}: {error}", path.display()),
        )
        .fix("name the copy of vault.key")
    })?;
    let asked = if KeyRing::is_locked(&text) && passphrase.is_none() && console.can_ask() {
        let answer = dialoguer::Password::new()
            .with_prompt("Passphrase of the vault key")
            .interact()
            .map_err(|error| Failure::failed(format!("cannot ask: {error}")))?;
        Some(SecretString::from(answer))
    } else {
        None
    };
    vault_key::parse(
        &SecretString::from(text),
        asked.as_ref().or(passphrase),
        &path.display().to_string(),
    )
}

fn copy(from: &Path, to: &Path, console: Console) -> Outcome {
    let bar = super::backup::bar(console);
    let copied = store_backup::copy(from, to, |done, total| {
        bar.set_length(total);
        bar.set_position(done);
    });
    bar.finish_and_clear();
    copied.map_err(store_failure)
}

/// Opens what the backup sealed, which only the right ring can.
async fn fits(database: &Path, ring: KeyRing) -> Outcome {
    let store = Store::open(postern_store::Config::sqlite(database), clock::now())
        .await
        .map_err(store_failure)?;
    let rows = store.read(peppers::all).await.map_err(store_failure);
    store.close().await;
    let opened = open_peppers(&Vault::open(ring), &rows?);
    opened.map(drop).map_err(|error| {
        Failure::new(
            Exit::VaultKey,
            format!("this is not the vault key of the backup: {error}"),
        )
        .fix("name the vault key that was in use when the backup was made")
    })
}

/// Where the configuration keeps the ring; one that is there already, or is given from outside, stays as it is.
fn keep_ring(config: &Config, ring: &KeyRing) -> Outcome {
    match &config.vault {
        VaultSource::File { path, .. } if !path.exists() => {
            vault_key::write(&config.vault, ring, false)
        }
        VaultSource::File { .. } | VaultSource::Given { .. } => {
            let kept = vault_key::read(&config.vault)?;
            if kept.is_some_and(|kept| ring.ids().all(|id| kept.ids().any(|other| other == id))) {
                return Ok(());
            }
            Err(
                Failure::new(Exit::VaultKey, "another vault key is in place already")
                    .fix("move it away, or leave --vault-key-file out to use it"),
            )
        }
    }
}

fn remove(path: &Path) -> Outcome {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(unusable(path, &error)),
        _ => Ok(()),
    }
}
