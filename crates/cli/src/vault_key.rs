//! The key ring on disk: made at the first start, read at every other, replaced by a rotation.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use postern_vault::{KeyRing, LockedError, PassphraseCost};
use secrecy::{ExposeSecret, SecretString};

use crate::config::VaultSource;
use crate::data_dir::{unusable, write_private};
use crate::exit::{Exit, Failure, Outcome};

/// Reads the ring. `None`: there is none yet and the store may be new.
pub fn read(source: &VaultSource) -> Outcome<Option<KeyRing>> {
    match source {
        VaultSource::Given { ring, from } => KeyRing::parse(&on_one_line(ring))
            .map(Some)
            .map_err(|error| wrong(from, &error)),
        VaultSource::File { path, passphrase } => {
            let text = match fs::read_to_string(path) {
                Ok(text) => SecretString::from(text),
                Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
                Err(error) => {
                    return Err(Failure::new(Exit::VaultKey, format!("cannot read {}: {error}", path.display()))
                        .fix("give this user the right to read it, or name another file with vault.key_file"));
                }
            };
            check_private(path)?;
            let named = path.display().to_string();
            parse(&text, passphrase.as_ref(), &named).map(Some)
        }
    }
}

/// Opens the text of a key file, locked or not; `named` is for the error.
pub fn parse(
    text: &SecretString,
    passphrase: Option<&SecretString>,
    named: &str,
) -> Outcome<KeyRing> {
    match (KeyRing::is_locked(text.expose_secret()), passphrase) {
        (true, Some(passphrase)) => {
            KeyRing::unlock(text.expose_secret(), passphrase).map_err(|error| {
                let fix = match error {
                    LockedError::WrongPassphrase => {
                        "give the passphrase that the file was locked with"
                    }
                    _ => "restore the file from its own backup",
                };
                Failure::new(Exit::VaultKey, format!("{named}: {error}")).fix(fix)
            })
        }
        (true, None) => Err(Failure::new(
            Exit::VaultKey,
            format!("{named} is locked with a passphrase"),
        )
        .fix(
            "set POSTERN_VAULT_PASSPHRASE, or name a file that holds it with vault.passphrase_file",
        )),
        (false, _) => KeyRing::parse(text).map_err(|error| wrong(named, &error)),
    }
}

/// Makes the first ring of a new data directory and keeps it where the configuration says.
pub fn create(source: &VaultSource) -> Outcome<KeyRing> {
    let ring = KeyRing::create();
    write(source, &ring, false)?;
    Ok(ring)
}

/// Keeps a ring durably, before anything is sealed under its newest key.
pub fn write(source: &VaultSource, ring: &KeyRing, replace: bool) -> Outcome {
    let VaultSource::File { path, passphrase } = source else {
        return Err(Failure::new(
            Exit::VaultKey,
            "the vault key is given from outside, so it cannot be changed from inside",
        )
        .fix("keep it in a file (vault.key_file, with vault.passphrase_file to lock it) to rotate it"));
    };
    let text = match passphrase {
        Some(passphrase) => SecretString::from(
            ring.lock(passphrase, PassphraseCost::STANDARD)
                .map_err(|error| {
                    Failure::new(Exit::Config, format!("vault passphrase: {error}"))
                        .fix("choose a longer one")
                })?,
        ),
        None => ring.to_secret_string(),
    };
    write_private(path, text.expose_secret().as_bytes(), replace)
        .map_err(|error| unusable(path, &error))
}

/// Environment variables and credentials may carry the ring with `;` for each line end.
fn on_one_line(ring: &SecretString) -> SecretString {
    SecretString::from(ring.expose_secret().replace(';', "\n"))
}

fn wrong(named: &str, error: &impl std::fmt::Display) -> Failure {
    Failure::new(Exit::VaultKey, format!("{named}: {error}"))
        .fix("restore the vault key from its own backup")
}

#[cfg(unix)]
fn check_private(path: &Path) -> Outcome {
    use std::os::unix::fs::PermissionsExt;
    let mode = fs::metadata(path)
        .map_err(|error| unusable(path, &error))?
        .permissions()
        .mode();
    if mode & 0o077 == 0 {
        return Ok(());
    }
    Err(Failure::new(
        Exit::VaultKey,
        format!(
            "{} can be read by others (mode {:o})",
            path.display(),
            mode & 0o777
        ),
    )
    .fix(format!("chmod 600 {}", path.display())))
}

#[cfg(not(unix))]
fn check_private(_: &Path) -> Outcome {
    Ok(())
}

#[cfg(test)]
mod tests;
