//! `postern backup`: a copy of everything durable but the vault key, while the server runs.

use std::fs;
use std::path::{Path, PathBuf};

use indicatif::{ProgressBar, ProgressStyle};
use postern_store::backup as store_backup;
use serde::Serialize;

use crate::args::DataArgs;
use crate::config::{self, Config, StoreUrl, VaultSource};
use crate::console::Console;
use crate::data_dir::{DataDir, unusable};
use crate::environment::Environment;
use crate::exit::{Exit, Failure, Outcome};
use crate::serve::store_failure;

/// Copy the database to a file, while the server goes on (works on the data directory)
///
/// One consistent state, checked, in one new file. The vault key is left out: without it the credentials in the copy cannot be
/// opened, so keep a copy of it elsewhere.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// The file to write; it must not exist
    file: PathBuf,
    #[command(flatten)]
    data: DataArgs,
}

#[derive(Serialize)]
struct Done {
    file: PathBuf,
    bytes: u64,
    schema: i64,
    /// What has to be kept apart from the copy.
    vault_key: String,
}

pub fn run(args: &Args, console: Console, environment: &Environment) -> Outcome {
    let config = config::load(&args.data.sources(), environment)?;
    if matches!(config.store, StoreUrl::Postgres { .. }) {
        return Err(Failure::failed("this store is on PostgreSQL, which has its own tools for a copy")
            .fix("run `pg_dump --format=custom --file=postern.dump` with the same database URL; keep the vault key apart from it"));
    }
    let data_dir = DataDir::existing(&config.data_dir)?;
    let done = copy(&data_dir.database(), &args.file, console)?;
    let vault_key = vault_key_place(&config);
    let done = Done { vault_key, ..done };
    console.answer(&done, |done| {
        format!(
            "{} holds everything but the vault key ({} bytes, schema {}).\n\
             Without the vault key its credentials cannot be opened. Keep a copy of it elsewhere: {}",
            done.file.display(),
            done.bytes,
            done.schema,
            done.vault_key
        )
    })
}

fn copy(database: &Path, file: &Path, console: Console) -> Outcome<Done> {
    reserve(file)?;
    let bar = bar(console);
    let copied = store_backup::copy(database, file, |done, total| {
        bar.set_length(total);
        bar.set_position(done);
    })
    .and_then(|()| store_backup::inspect(file, true));
    bar.finish_and_clear();
    let whole = copied
        .map_err(store_failure)
        .and_then(|inspection| match inspection.damage {
            None => Ok(inspection),
            Some(damage) => Err(Failure::new(
                Exit::Store,
                format!("the copy is damaged: {damage}"),
            )
            .fix("check the disk, then look at the original with `postern doctor`")),
        });
    match whole {
        Ok(inspection) => Ok(Done {
            file: file.to_owned(),
            bytes: fs::metadata(file)
                .map_err(|error| unusable(file, &error))?
                .len(),
            schema: inspection.standing.schema,
            vault_key: String::new(),
        }),
        Err(failure) => {
            // Half a copy is worse than none; if even that cannot be removed the failure says enough.
            let _left_behind = fs::remove_file(file);
            Err(failure)
        }
    }
}

/// Makes the file, empty and for its owner only, so that nobody reads along and nothing is overwritten.
fn reserve(file: &Path) -> Outcome {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(file) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Err(Failure::failed(
            format!("{} exists already", file.display()),
        )
        .fix("name another file, or remove it first")),
        Err(error) => Err(unusable(file, &error)),
    }
}

pub(super) fn bar(console: Console) -> ProgressBar {
    if console.json || !console.stderr_is_terminal {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{bar:40} {percent}% {msg}")
        .expect("the template is constant and tested by use");
    ProgressBar::new(1).with_style(style)
}

fn vault_key_place(config: &Config) -> String {
    match &config.vault {
        VaultSource::File { path, .. } => path.display().to_string(),
        VaultSource::Given { from, .. } => (*from).to_owned(),
    }
}
