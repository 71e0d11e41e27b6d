//! New keys and new secrets, as rows to be stored and a text to be shown once.

use postern_domain::key::Role;
use postern_domain::time::UnixMicros;
use postern_store::keys::{KeyRow, SecretRow};
use postern_vault::Peppers;
use postern_vault::api_key::{Mode, generate};
use secrecy::{ExposeSecret as _, SecretString};

use crate::id::time_ordered;
use crate::scope::Scope;

/// What somebody wants a key to be.
#[derive(Clone, Debug)]
pub struct KeyDraft {
    pub name: String,
    pub role: Role,
    pub test: bool,
    pub scope: Scope,
    /// `None`: the server's default.
    pub rate_per_second: Option<u32>,
    /// JSON object, as [`postern_guard::Policy::from_row`] reads it; `{}`: none.
    pub limits: String,
    pub expires_at: Option<UnixMicros>,
}

/// A key that exists once `key` and `secret` are stored.
pub struct Minted {
    pub api_key: SecretString,
    pub key: KeyRow,
    pub secret: SecretRow,
}

pub struct MintedSecret {
    pub api_key: SecretString,
    pub secret: SecretRow,
}

pub(crate) fn mint(peppers: &Peppers, draft: KeyDraft, now: UnixMicros) -> Minted {
    let key_id = time_ordered(now);
    let MintedSecret { api_key, secret } = mint_secret(peppers, key_id.clone(), draft.test, now);
    let columns = draft.scope.columns();
    let key = KeyRow {
        key_id,
        name: draft.name,
        role: draft.role,
        test: draft.test,
        apps: columns.apps,
        connections: columns.connections,
        rules: columns.rules,
        cidr: columns.cidr,
        rate_per_second: draft.rate_per_second.map(i64::from),
        limits: draft.limits,
        expires_at: draft.expires_at,
        revoked_at: None,
        last_used_at: None,
        created_at: now,
        updated_at: now,
    };
    Minted {
        api_key,
        key,
        secret,
    }
}

pub(crate) fn mint_secret(
    peppers: &Peppers,
    key_id: String,
    test: bool,
    now: UnixMicros,
) -> MintedSecret {
    let (api_key, display) = generate(if test { Mode::Test } else { Mode::Live });
    let hash = peppers.hash_current(api_key.expose_secret().as_bytes());
    let secret = SecretRow {
        secret_hash: hash.hash.to_vec(),
        pepper_version: hash.version,
        key_id,
        display: display.0,
        not_after: None,
        created_at: now,
    };
    MintedSecret { api_key, secret }
}
