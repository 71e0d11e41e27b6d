//! A connection's credential between the vault and the app's injection.

use std::collections::BTreeMap;

use postern_apps::Secrets;
use postern_store::settings::TENANT;
use postern_vault::{Aad, OpenError, Sealed, Vault};
use secrecy::{ExposeSecret as _, SecretString};
use zeroize::Zeroizing;

const FIELD: &str = "credentials";

fn owner(connection_id: &str) -> String {
    format!("connection:{connection_id}")
}

/// Seals all fields of a credential as one value that belongs to this connection only.
pub fn seal_credential(vault: &Vault, connection_id: &str, secrets: &Secrets) -> Sealed {
    let plain: BTreeMap<&str, &str> = secrets
        .iter()
        .map(|(name, secret)| (name.as_str(), secret.expose_secret()))
        .collect();
    let json = Zeroizing::new(serde_json::to_vec(&plain).expect("a map of texts is always JSON"));
    vault.seal(
        &Aad {
            tenant: TENANT,
            owner: &owner(connection_id),
            field: FIELD,
        },
        &json,
    )
}

pub fn open_credential(
    vault: &Vault,
    connection_id: &str,
    sealed: &[u8],
) -> Result<Secrets, OpenError> {
    let json = vault.open_sealed(
        &Aad {
            tenant: TENANT,
            owner: &owner(connection_id),
            field: FIELD,
        },
        sealed,
    )?;
    // Each text moves into its wrapper, which wipes it.
    let plain: BTreeMap<String, String> =
        serde_json::from_slice(json.expose_secret()).map_err(|_| OpenError::Malformed)?;
    Ok(plain
        .into_iter()
        .map(|(name, secret)| (name, SecretString::from(secret)))
        .collect())
}

/// The same credential under the vault's newest key; `None` when it is there already.
pub fn rewrap_credential(
    vault: &Vault,
    connection_id: &str,
    sealed: &[u8],
) -> Result<Option<Sealed>, OpenError> {
    vault.rewrap(
        &Aad {
            tenant: TENANT,
            owner: &owner(connection_id),
            field: FIELD,
        },
        sealed,
    )
}
