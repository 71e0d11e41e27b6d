//! A look into a store that changes nothing: no script is applied, no node's lock is taken, and whoever works with it goes on.

use crate::config::Engine;
use crate::migrate::{self, MIGRATIONS};
use crate::tx::{self, Tx};
use crate::{Config, Result, sqlite};

/// How a database's schema stands to this binary's scripts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Number of the newest script in it; 0: none.
    pub schema: i64,
    /// Number of the newest script that this binary has.
    pub known: i64,
    /// Scripts of this binary that it has not; the next start applies them.
    pub pending: usize,
    /// A script that this binary does not know: a newer one wrote it, and this one would refuse it.
    pub foreign: Option<i64>,
}

impl Standing {
    pub(crate) fn of(applied: &[i64]) -> Standing {
        let is_known = |version: i64| MIGRATIONS.iter().any(|one| one.version == version);
        Standing {
            schema: applied.iter().copied().max().unwrap_or(0),
            known: MIGRATIONS.last().map_or(0, |one| one.version),
            pending: MIGRATIONS
                .iter()
                .filter(|one| !applied.contains(&one.version))
                .count(),
            foreign: applied.iter().copied().find(|version| !is_known(*version)),
        }
    }

    /// Whether this binary's statements work on it as it is.
    pub fn is_current(&self) -> bool {
        self.pending == 0 && self.foreign.is_none()
    }
}

/// Reads from one consistent state. Not to be called from within an async runtime: it waits.
///
/// # Errors
/// [`crate::Error::Setup`] when the database cannot be reached or is none.
pub fn look<T>(
    config: &Config,
    read: impl FnOnce(&mut Tx<'_>, &Standing) -> Result<T>,
) -> Result<T> {
    match &config.engine {
        Engine::Sqlite(path) => {
            let connection = sqlite::Connection::open_reader(path)?;
            connection.batch("BEGIN")?;
            let ledger = "SELECT 1 FROM sqlite_schema WHERE name = 'schema_migrations'";
            inside(Tx::new(tx::Engine::Sqlite(&connection)), ledger, read)
        }
        #[cfg(feature = "postgres")]
        Engine::Postgres(url) => {
            let server = crate::postgres::Server::parse(url, config.ca_pem.as_deref())?;
            let mut connection = crate::postgres::Connection::open(&server)?;
            connection.batch("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")?;
            let ledger =
                "SELECT CAST(1 AS BIGINT) WHERE to_regclass('schema_migrations') IS NOT NULL";
            inside(Tx::new(tx::Engine::Postgres(&mut connection)), ledger, read)
        }
        #[cfg(not(feature = "postgres"))]
        Engine::Postgres(_) => Err(crate::Error::Setup(
            "this binary was built without PostgreSQL (cargo feature `postgres`)".into(),
        )),
    }
}

/// The transaction ends with the connection.
fn inside<T>(
    mut tx: Tx<'_>,
    ledger: &'static str,
    read: impl FnOnce(&mut Tx<'_>, &Standing) -> Result<T>,
) -> Result<T> {
    let applied = match tx.opt(ledger, &[], |row| row.int(0))? {
        None => Vec::new(),
        Some(_) => tx.all(migrate::APPLIED, &[], |row| row.int(0))?,
    };
    read(&mut tx, &Standing::of(&applied))
}
