//! An empty, migrated store for one test. SQLite lives in a temporary directory; PostgreSQL in a database of its own on the
//! server that `POSTERN_TEST_DATABASE_URL` names.

use std::ops::Deref;

use postern_store::{Config, Store};

use crate::FixedClock;

/// Derefs to the [`Store`]. The files or the database go when it is dropped.
pub struct TestStore {
    store: Option<Store>,
    pub config: Config,
    _place: Place,
}

enum Place {
    File(
        #[expect(
            dead_code,
            reason = "held so that the directory lives as long as the store"
        )]
        tempfile::TempDir,
    ),
    Database(
        #[expect(
            dead_code,
            reason = "held so that the database is dropped with the store"
        )]
        TempDatabase,
    ),
}

impl Deref for TestStore {
    type Target = Store;
    fn deref(&self) -> &Store {
        self.store.as_ref().expect("present until it is taken")
    }
}

impl TestStore {
    /// Closes the store and leaves its place to whoever opens it another way.
    pub async fn close(&mut self) {
        if let Some(store) = self.store.take() {
            store.close().await;
        }
    }

    /// Closes the store and opens the same database again, as a restart would.
    pub async fn reopen(&mut self) {
        self.close().await;
        self.store = Some(
            Store::open(self.config.clone(), FixedClock::START)
                .await
                .expect("the store opens again"),
        );
    }
}

pub async fn sqlite_store() -> TestStore {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let config = Config::sqlite(dir.path().join("postern.db"));
    let store = Store::open(config.clone(), FixedClock::START)
        .await
        .expect("an empty SQLite store opens");
    TestStore {
        store: Some(store),
        config,
        _place: Place::File(dir),
    }
}

/// `None`, said loudly, when no server is named.
pub async fn postgres_store() -> Option<TestStore> {
    let Some(server) = server_url() else {
        eprintln!("SKIPPED on PostgreSQL: POSTERN_TEST_DATABASE_URL is not set");
        return None;
    };
    let database = TempDatabase::create(&server).await;
    let config = Config {
        writers: 2,
        readers: 1,
        ..Config::postgres(database.url())
    };
    let store = Store::open(config.clone(), FixedClock::START)
        .await
        .expect("an empty PostgreSQL store opens");
    Some(TestStore {
        store: Some(store),
        config,
        _place: Place::Database(database),
    })
}

/// An empty database for a server of its own; `None` when no PostgreSQL is named.
pub async fn postgres_database() -> Option<TempDatabase> {
    Some(TempDatabase::create(&server_url()?).await)
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one switch of the test suite"
)]
fn server_url() -> Option<String> {
    std::env::var("POSTERN_TEST_DATABASE_URL")
        .ok()
        .filter(|url| !url.is_empty())
}

/// A database that is dropped with this value, whoever is still connected to it.
pub struct TempDatabase {
    server: String,
    name: String,
}

impl TempDatabase {
    async fn create(server: &str) -> TempDatabase {
        let name = format!("postern_test_{}", uuid::Uuid::new_v4().simple());
        run(server, &format!("CREATE DATABASE {name}")).await;
        TempDatabase {
            server: server.to_owned(),
            name,
        }
    }

    /// Statements without parameters.
    pub async fn run(&self, sql: &str) {
        run(&self.url(), sql).await;
    }

    /// The server's own address with this database in it.
    pub fn url(&self) -> String {
        let (base, query) = self
            .server
            .split_once('?')
            .map_or((self.server.as_str(), ""), |(b, q)| (b, q));
        let slash = base
            .rfind('/')
            .filter(|i| *i > "postgresql://".len())
            .unwrap_or(base.len());
        let query = if query.is_empty() {
            String::new()
        } else {
            format!("?{query}")
        };
        format!("{}/{}{query}", &base[..slash], self.name)
    }
}

impl Drop for TempDatabase {
    fn drop(&mut self) {
        let (server, drop_it) = (
            self.server.clone(),
            format!("DROP DATABASE {} WITH (FORCE)", self.name),
        );
        // A runtime of its own: drop also happens while the test's runtime is unwinding.
        let drop_database = move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime");
            runtime.block_on(run(&server, &drop_it));
        };
        drop(std::thread::spawn(drop_database).join());
    }
}

async fn run(server: &str, sql: &str) {
    let (client, connection) = tokio_postgres::connect(server, tokio_postgres::NoTls)
        .await
        .expect("the test server answers");
    let task = tokio::spawn(connection);
    client
        .batch_execute(sql)
        .await
        .unwrap_or_else(|e| panic!("{sql}: {e}"));
    drop(client);
    drop(task.await);
}
