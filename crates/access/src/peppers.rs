//! Peppers between the store, where they lie sealed, and the hashes they make.

use postern_store::peppers::PepperRow;
use postern_store::settings::TENANT;
use postern_vault::{Aad, OpenError, Pepper, Peppers, Sealed, Vault};
use secrecy::ExposeSecret as _;

const FIELD: &str = "secret";

fn owner(version: i64) -> String {
    format!("pepper:{version}")
}

pub fn seal_pepper(vault: &Vault, pepper: &Pepper) -> Sealed {
    let aad = Aad {
        tenant: TENANT,
        owner: &owner(pepper.version),
        field: FIELD,
    };
    vault.seal(&aad, pepper.secret.expose_secret())
}

/// `None` when there are no rows.
pub fn open_peppers(vault: &Vault, rows: &[PepperRow]) -> Result<Option<Peppers>, OpenError> {
    let open = |row: &PepperRow| {
        let aad = Aad {
            tenant: TENANT,
            owner: &owner(row.version),
            field: FIELD,
        };
        vault.open_sealed(&aad, &row.sealed).map(|secret| Pepper {
            version: row.version,
            secret,
        })
    };
    Ok(Peppers::new(
        rows.iter().map(open).collect::<Result<Vec<_>, _>>()?,
    ))
}

/// The same pepper under the vault's newest key; `None` when it is there already.
pub fn rewrap_pepper(vault: &Vault, row: &PepperRow) -> Result<Option<Sealed>, OpenError> {
    vault.rewrap(
        &Aad {
            tenant: TENANT,
            owner: &owner(row.version),
            field: FIELD,
        },
        &row.sealed,
    )
}
