//! Secrets come from files, variables made for them, or systemd credentials: never from `postern.toml` itself.

use std::fs;
use std::path::{Path, PathBuf};

use secrecy::SecretString;

use super::layers::Layers;
use super::model::{StoreUrl, VaultSource};
use crate::environment::Environment;
use crate::exit::{Exit, Failure, Outcome};

/// The file names under `$CREDENTIALS_DIRECTORY` that are looked for.
pub const CREDENTIAL_VAULT_KEY: &str = "postern.vault-key";
pub const CREDENTIAL_PASSPHRASE: &str = "postern.vault-passphrase";

/// A secret file's text without its last newline.
pub fn read_secret(path: &Path, named_by: &str) -> Outcome<SecretString> {
    let text = fs::read_to_string(path).map_err(|error| {
        Failure::new(
            Exit::Config,
            format!("{named_by}: cannot read {}: {error}", path.display()),
        )
        .fix("name a file that this user can read")
    })?;
    let text = text.trim_end_matches(['\n', '\r']);
    if text.is_empty() {
        return Err(Failure::new(
            Exit::Config,
            format!("{named_by}: {} is empty", path.display()),
        )
        .fix("put the secret into the file, alone"));
    }
    Ok(SecretString::from(text.to_owned()))
}

pub fn store_url(
    layers: &Layers,
    file: Option<&str>,
    ca_file: Option<PathBuf>,
    environment: &Environment,
) -> Outcome<StoreUrl> {
    let (url, named_by) = match (environment.get("POSTERN_DATABASE_URL"), file) {
        (Some(url), _) => (
            SecretString::from(url.to_owned()),
            "POSTERN_DATABASE_URL".to_owned(),
        ),
        (None, Some(path)) => {
            let named_by = layers.origin("store.database_url_file").to_string();
            (read_secret(Path::new(path), &named_by)?, named_by)
        }
        (None, None) => return Ok(StoreUrl::Embedded),
    };
    use secrecy::ExposeSecret;
    let scheme = url
        .expose_secret()
        .split_once("://")
        .map(|(scheme, _)| scheme);
    match scheme {
        Some("postgres" | "postgresql") if cfg!(feature = "postgres") => Ok(StoreUrl::Postgres { url, ca_file }),
        Some("postgres" | "postgresql") => {
            Err(Failure::new(Exit::Config, format!("{named_by}: this postern was built without PostgreSQL"))
                .fix("build with --features postgres, or leave it out to use SQLite in the data directory"))
        }
        _ => Err(Failure::new(Exit::Config, format!("{named_by}: the database URL must begin with postgres://"))
            .fix("write postgres://user:password@host/database, or leave it out to use SQLite in the data directory")),
    }
}

/// POSTERN_VAULT_KEY, then a systemd credential, then the file; at most one passphrase for the file.
pub fn vault_source(
    layers: &Layers,
    key_file: &Path,
    passphrase_file: Option<&str>,
    environment: &Environment,
) -> Outcome<VaultSource> {
    if let Some(ring) = environment.get("POSTERN_VAULT_KEY") {
        return Ok(VaultSource::Given {
            ring: SecretString::from(ring.to_owned()),
            from: "POSTERN_VAULT_KEY",
        });
    }
    let credentials = environment.get("CREDENTIALS_DIRECTORY").map(Path::new);
    if let Some(path) = credentials
        .map(|dir| dir.join(CREDENTIAL_VAULT_KEY))
        .filter(|path| path.exists())
    {
        let ring = read_secret(&path, "systemd credential postern.vault-key")?;
        return Ok(VaultSource::Given {
            ring,
            from: "the systemd credential postern.vault-key",
        });
    }
    let passphrase = if let Some(text) = environment.get("POSTERN_VAULT_PASSPHRASE") {
        Some(SecretString::from(text.to_owned()))
    } else if let Some(path) = passphrase_file {
        Some(read_secret(
            Path::new(path),
            &layers.origin("vault.passphrase_file").to_string(),
        )?)
    } else if let Some(path) = credentials
        .map(|dir| dir.join(CREDENTIAL_PASSPHRASE))
        .filter(|path| path.exists())
    {
        Some(read_secret(
            &path,
            "systemd credential postern.vault-passphrase",
        )?)
    } else {
        None
    };
    Ok(VaultSource::File {
        path: key_file.to_owned(),
        passphrase,
    })
}
