//! A store, a vault, a clock and the directory over them.

use std::net::IpAddr;
use std::sync::Arc;

use postern_access::{Caller, Denied, Directory, KeyDraft, Limits, Minted, Scope};
use postern_apps::Registry;
use postern_domain::connection::{Method, Status};
use postern_domain::key::Role;
use postern_store::connections::{self, BUILTIN, ConnectionRow};
use postern_store::{Lane, Store, keys};
use postern_testkit::{FixedClock, TestStore, sqlite_store};
use postern_vault::{KeyRing, Vault};
use secrecy::ExposeSecret as _;

pub const LIMITS: Limits = Limits {
    rate_per_second: 10,
    burst: 20,
};

pub struct Office {
    pub store: TestStore,
    pub vault: Vault,
    pub clock: FixedClock,
    pub directory: Arc<Directory>,
}

pub fn registry() -> Arc<Registry> {
    let mut registry = Registry::builtin();
    registry
        .extend_toml(
            "[apps.acme]\nbase_url = 'https://api.acme.test'\n\
             injection = { kind = 'bearer', field = { name = 'token', label = 'Token' } }",
        )
        .unwrap();
    Arc::new(registry)
}

impl Office {
    pub async fn open() -> Self {
        let (store, clock) = (sqlite_store().await, FixedClock::new());
        let vault = Vault::open(KeyRing::create());
        let directory = Directory::load(
            Store::clone(&store),
            vault.clone(),
            registry(),
            clock.clock(),
            LIMITS,
        )
        .await
        .unwrap();
        Self {
            store,
            vault,
            clock,
            directory,
        }
    }

    pub async fn reload(&self) -> Arc<Directory> {
        Directory::load(
            Store::clone(&self.store),
            self.vault.clone(),
            registry(),
            self.clock.clock(),
            LIMITS,
        )
        .await
        .unwrap()
    }

    /// Stores a key and makes it known; answers its secret and its id.
    pub async fn key(&self, draft: KeyDraft) -> (String, String) {
        let Minted {
            api_key,
            key,
            secret,
        } = self.directory.mint(draft, self.clock.now());
        let key_id = key.key_id.clone();
        self.store
            .write(Lane::CONTROL, move |tx| keys::create(tx, &key, &secret))
            .await
            .unwrap();
        self.directory.refresh().await.unwrap();
        (api_key.expose_secret().to_owned(), key_id)
    }

    pub async fn connection(&self, row: ConnectionRow) {
        self.store
            .write(Lane::CONTROL, move |tx| connections::create(tx, &row))
            .await
            .unwrap();
        self.directory.refresh().await.unwrap();
    }

    pub fn authenticate(&self, key: &str) -> Result<Caller, Denied> {
        self.directory.authenticate(key, local())
    }
}

pub fn local() -> IpAddr {
    "127.0.0.1".parse().unwrap()
}

pub fn draft(role: Role) -> KeyDraft {
    KeyDraft {
        name: "a key".into(),
        role,
        test: false,
        scope: Scope::default(),
        rate_per_second: None,
        limits: "{}".to_owned(),
        expires_at: None,
    }
}

/// An ACTIVE built-in connection, `age` seconds after the start.
pub fn builtin(id: &str, age: i64) -> ConnectionRow {
    ConnectionRow {
        connection_id: id.into(),
        app: "clicksend".into(),
        name: String::new(),
        status: Status::Active,
        method: Method::Basic,
        upstream: BUILTIN.into(),
        account_id: Some(100_001),
        credential_sealed: None,
        metadata: "{}".into(),
        sandbox: false,
        session_nonce: None,
        session_expires_at: None,
        failure: None,
        verified_at: None,
        created_at: FixedClock::START.plus_secs(age),
        updated_at: FixedClock::START,
    }
}
