//! One immutable picture of all keys and connections, and how it is made from rows.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;

use postern_apps::{App, Origin, Registry};
use postern_domain::account::AccountId;
use postern_domain::connection::Status;
use postern_domain::time::UnixMicros;
use postern_guard::Policy;
use postern_store::connections::{BUILTIN, ConnectionRow};
use postern_store::keys::{KeyRow, SecretRow};
use postern_store::sends::UnknownPolicy;
use postern_vault::{Peppers, Vault};

use crate::connection::{Connection, Connections, Upstream};
use crate::credential::open_credential;
use crate::hearing::Hearing;
use crate::key::{Key, KeyState};
use crate::limiter::Limits;
use crate::plan::Guarding;
use crate::scope::Scope;

pub(crate) struct Snapshot {
    pub(crate) peppers: Arc<Peppers>,
    pub(crate) secrets: HashMap<[u8; 32], Secret, BuildHasherDefault<HashIsHash>>,
    pub(crate) keys: HashMap<String, Arc<Key>>,
    pub(crate) connections: Connections,
    /// Connections to one place share its origin: less memory to walk through, and one pool.
    origins: Origins,
    pub(crate) guarding: Guarding,
    pub(crate) hearing: Hearing,
    pub(crate) unknown_policies: HashMap<String, UnknownPolicy>,
}

type Origins = HashMap<String, Arc<Origin>>;

/// What a presented secret leads to.
pub(crate) struct Secret {
    pub(crate) key: Arc<Key>,
    pub(crate) not_after: Option<UnixMicros>,
}

/// Keyed hashes are as random as anything: hashing them again would be waste, and without the pepper nobody can choose them.
#[derive(Default)]
pub(crate) struct HashIsHash(u64);

impl Hasher for HashIsHash {
    fn write(&mut self, bytes: &[u8]) {
        if let Some(first) = bytes.first_chunk() {
            self.0 = u64::from_le_bytes(*first);
        }
    }

    fn write_usize(&mut self, _length: usize) {}

    fn finish(&self) -> u64 {
        self.0
    }
}

/// Everything the store knows, read page by page.
pub(crate) struct Rows {
    pub(crate) keys: Vec<KeyRow>,
    pub(crate) secrets: Vec<SecretRow>,
    /// Oldest first.
    pub(crate) connections: Vec<ConnectionRow>,
    /// By scope.
    pub(crate) limits: Vec<(String, String)>,
    pub(crate) frozen: Vec<(String, UnixMicros)>,
    /// Connections and the hashes of the tokens in their addresses.
    pub(crate) hooks: Vec<(String, Vec<u8>)>,
    /// Sealed; what opt-outs are hashed under.
    pub(crate) wish_key: Option<Vec<u8>>,
    /// By connection.
    pub(crate) unknown_policies: Vec<(String, String)>,
}

/// What is needed to turn rows into a snapshot.
pub(crate) struct Maker<'a> {
    pub(crate) vault: &'a Vault,
    pub(crate) registry: &'a Registry,
    pub(crate) limits: Limits,
    /// Rate meters, last uses and unchanged connections are taken over from here.
    pub(crate) before: Option<&'a Snapshot>,
}

impl Maker<'_> {
    /// A row that makes no sense is left out and logged: its key or connection does not work, all others do.
    pub(crate) fn snapshot(&self, peppers: Peppers, rows: Rows) -> Snapshot {
        let mut origins = self
            .before
            .map(|before| before.origins.clone())
            .unwrap_or_default();
        let guarding = Guarding::new(
            &peppers,
            self.before.map(|before| &before.guarding),
            rows.limits,
            rows.frozen.into_iter().map(|(scope, _)| scope),
        );
        let hearing = Hearing::new(
            self.vault,
            self.before.map(|before| &before.hearing),
            rows.wish_key,
            rows.hooks,
        );
        let connections = Connections::new(
            rows.connections
                .into_iter()
                .filter_map(|row| self.connection(row, &mut origins)),
        );
        // What only the tables of this picture and the last one hold has no connection any more.
        let tables = 1 + usize::from(self.before.is_some());
        origins.retain(|_, origin| Arc::strong_count(origin) > tables);
        let keys: HashMap<String, Arc<Key>> = rows
            .keys
            .iter()
            .filter_map(|row| self.key(row, &connections))
            .map(|key| (key.id.clone(), Arc::new(key)))
            .collect();
        let mut secrets =
            HashMap::with_capacity_and_hasher(rows.secrets.len(), BuildHasherDefault::default());
        for row in rows.secrets {
            // A key that was made between two pages has its secret here and its row in the next refresh.
            if let (Some(key), Ok(hash)) =
                (keys.get(&row.key_id), <[u8; 32]>::try_from(row.secret_hash))
            {
                secrets.insert(
                    hash,
                    Secret {
                        key: Arc::clone(key),
                        not_after: row.not_after,
                    },
                );
            }
        }
        Snapshot {
            peppers: Arc::new(peppers),
            secrets,
            keys,
            connections,
            origins,
            guarding,
            hearing,
            // A word of a newer server is read as the careful one.
            unknown_policies: rows
                .unknown_policies
                .into_iter()
                .map(|(id, word)| (id, UnknownPolicy::parse(&word).unwrap_or_default()))
                .collect(),
        }
    }

    fn key(&self, row: &KeyRow, connections: &Connections) -> Option<Key> {
        let Some(scope) = Scope::from_row(row) else {
            tracing::error!(key.id = %row.key_id, "a key's scope cannot be read; the key does not work");
            return None;
        };
        let Some(policy) = Policy::from_row(&row.limits) else {
            tracing::error!(key.id = %row.key_id, "a key's limits cannot be read; the key does not work");
            return None;
        };
        let before = self
            .before
            .and_then(|snapshot| snapshot.keys.get(&row.key_id));
        let state = match before {
            Some(key) => Arc::clone(&key.state),
            None => Arc::new(KeyState::new(row.last_used_at)),
        };
        let mut key = Key::new(row, scope, policy, &self.limits, state);
        key.own = connections.own(&key.scope);
        Some(key)
    }

    fn connection(&self, row: ConnectionRow, origins: &mut Origins) -> Option<Arc<Connection>> {
        let unchanged = self
            .before
            .and_then(|snapshot| snapshot.connections.get(&row.connection_id));
        if let Some(connection) = unchanged.filter(|connection| connection.row == row) {
            return Some(Arc::clone(connection));
        }
        let Some(app) = self.registry.get(&row.app) else {
            tracing::warn!(connection.id = %row.connection_id, app = %row.app, "a connection's app is not configured");
            return None;
        };
        let upstream = match upstream(&row, app, origins) {
            Ok(upstream) => upstream,
            Err(reason) => {
                tracing::error!(connection.id = %row.connection_id, reason, "a connection cannot be used");
                return None;
            }
        };
        Some(Arc::new(self.prepared(row, Arc::clone(app), upstream)))
    }

    /// Opens the credential of an ACTIVE connection. One that cannot be opened or injected is FAILED until somebody
    /// enters it again.
    fn prepared(&self, row: ConnectionRow, app: Arc<App>, upstream: Upstream) -> Connection {
        let (mut status, mut failure, mut prepared) = (row.status, row.failure.clone(), None);
        if let Some(sealed) = &row.credential_sealed {
            let opened = open_credential(self.vault, &row.connection_id, sealed)
                .map_err(|error| error.to_string());
            match opened.and_then(|secrets| {
                app.injection
                    .prepare(&secrets)
                    .map_err(|error| error.to_string())
            }) {
                Ok(ready) => prepared = Some(ready),
                Err(reason) => {
                    tracing::error!(connection.id = %row.connection_id, reason, "a credential cannot be used");
                    status = Status::Failed;
                    failure = Some(format!("the stored credential cannot be used: {reason}"));
                }
            }
        }
        Connection {
            id: row.connection_id.clone(),
            app,
            name: row.name.clone(),
            status,
            upstream,
            prepared,
            sandbox: row.sandbox,
            failure,
            created_at: row.created_at,
            row,
        }
    }
}

fn upstream(
    row: &ConnectionRow,
    app: &App,
    origins: &mut Origins,
) -> Result<Upstream, &'static str> {
    match (row.upstream.as_str(), row.account_id) {
        (BUILTIN, Some(account_id)) => Ok(Upstream::Builtin(AccountId(account_id))),
        (BUILTIN, None) => Err("it is built in but names no account"),
        ("", _) => Ok(Upstream::Url(Arc::clone(&app.base_url))),
        (url, _) => {
            if let Some(known) = origins.get(url) {
                return Ok(Upstream::Url(Arc::clone(known)));
            }
            let origin = Arc::new(Origin::parse(url).map_err(|_| "its upstream is no URL")?);
            origins.insert(url.to_owned(), Arc::clone(&origin));
            Ok(Upstream::Url(origin))
        }
    }
}
