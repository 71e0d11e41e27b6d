//! What remote accounts tell us: at which address each of them does, and who of theirs has opted out. Numbers are known by keyed hashes alone,
//! under the key that also remembers people who opted out and were erased.

use std::collections::HashMap;
use std::sync::Arc;

use postern_domain::time::UnixMicros;
use postern_guard::{Sending, Wishes};
use postern_store::kept_opt_outs::{KEY_FIELD, KEY_OWNER};
use postern_store::settings::TENANT;
use postern_store::{Result, Tx, hooks};
use postern_vault::{Aad, OpenError, Pepper, Peppers, Sealed, Vault};
use secrecy::ExposeSecret as _;

use crate::connection::Connection;
use crate::directory::Directory;
use crate::limiter::{Limits, Meter, Throttled};

/// Of one address. The provider tries again what was too fast.
const RATE: Limits = Limits {
    rate_per_second: 50,
    burst: 500,
};

/// The snapshot's part of it.
#[derive(Default)]
pub(crate) struct Hearing {
    key: Option<Arc<Peppers>>,
    by_token: HashMap<Vec<u8>, Arc<str>>,
    meters: HashMap<Arc<str>, Arc<Meter>>,
}

/// An address at which somebody called.
pub struct Hook {
    pub connection_id: Arc<str>,
    key: Arc<Peppers>,
    meter: Arc<Meter>,
}

/// The associated data of the key that opt-outs are hashed under.
fn aad() -> Aad<'static> {
    Aad {
        tenant: TENANT,
        owner: KEY_OWNER,
        field: KEY_FIELD,
    }
}

/// A first key, if the store has none.
pub fn seal_wish_key(vault: &Vault) -> Sealed {
    vault.seal(&aad(), Pepper::create(1).secret.expose_secret())
}

/// # Errors
/// The key ring does not fit the store.
pub fn open_wish_key(vault: &Vault, sealed: &[u8]) -> std::result::Result<Peppers, OpenError> {
    let secret = vault.open_sealed(&aad(), sealed)?;
    let keys = Peppers::new([Pepper { version: 1, secret }]);
    Ok(keys.unwrap_or_else(|| unreachable!("there is one")))
}

/// What is stored of the token of an address.
pub fn hook_hash(key: &Peppers, token: &str) -> [u8; 32] {
    key.hash_current(format!("hook:{token}").as_bytes()).hash
}

fn subject(key: &Peppers, connection_id: &str, e164: &str) -> String {
    let hash = key.hash_current(format!("{connection_id}:{e164}").as_bytes());
    hash.hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Hearing {
    /// `rows`: connections and the hashes of their tokens.
    pub(crate) fn new(
        vault: &Vault,
        before: Option<&Hearing>,
        sealed: Option<Vec<u8>>,
        rows: Vec<(String, Vec<u8>)>,
    ) -> Hearing {
        let opened = sealed.map(|sealed| open_wish_key(vault, &sealed));
        let key = match opened.transpose() {
            Ok(key) => key.map(Arc::new),
            Err(error) => {
                tracing::error!(%error, "the key of opt-outs cannot be opened; what remote accounts tell is not heard");
                return Hearing::default();
            }
        };
        let mut hearing = Hearing {
            key,
            ..Hearing::default()
        };
        for (connection_id, hash) in rows {
            let id: Arc<str> = connection_id.into();
            let meter = before.and_then(|before| before.meters.get(&id).cloned());
            hearing.meters.insert(id.clone(), meter.unwrap_or_default());
            hearing.by_token.insert(hash, id);
        }
        hearing
    }

    /// `None`: what its account has heard is not known here.
    pub(crate) fn wishes(&self, connection: &Connection) -> Option<Wishes> {
        let (id, _) = self.meters.get_key_value(connection.id.as_str())?;
        let (id, key) = (id.clone(), self.key.clone()?);
        Some(Wishes::new(move |tx, sending| {
            first(tx, &id, &key, sending)
        }))
    }
}

/// Position of the first recipient who has opted out.
fn first(
    tx: &mut Tx<'_>,
    connection_id: &str,
    key: &Peppers,
    sending: &Sending,
) -> Result<Option<usize>> {
    let recipients = sending.by_recipient();
    let subjects: HashMap<String, &str> = recipients
        .into_keys()
        .map(|to| (subject(key, connection_id, to), to))
        .collect();
    let asked: Vec<String> = subjects.keys().cloned().collect();
    let out = hooks::opted_out_among(tx, connection_id, &asked)?;
    let out: Vec<&str> = out
        .iter()
        .filter_map(|one| subjects.get(one).copied())
        .collect();
    Ok(sending
        .items
        .iter()
        .position(|item| out.contains(&item.to.as_str())))
}

impl Hook {
    /// Under which somebody's opt-out is kept.
    pub fn subject(&self, e164: &str) -> String {
        subject(&self.key, &self.connection_id, e164)
    }

    /// # Errors
    /// Too fast.
    pub fn admit(&self, now: UnixMicros) -> std::result::Result<(), Throttled> {
        self.meter.admit(RATE.rate(None), now)
    }
}

impl Directory {
    /// Whose address holds this token? No query.
    pub fn hook(&self, token: &str) -> Option<Hook> {
        let snapshot = self.snapshot.load();
        let hearing = &snapshot.hearing;
        let key = hearing.key.clone()?;
        let id = hearing.by_token.get(&hook_hash(&key, token)[..])?;
        Some(Hook {
            connection_id: id.clone(),
            meter: hearing.meters.get(id)?.clone(),
            key,
        })
    }
}
