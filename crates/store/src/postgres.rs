//! The server engine: workers that own a connection each, group commit with a mark row, a lock that keeps a second node out.

mod connect;
mod group;
mod keeper;
mod reader;
mod value;

use std::collections::HashMap;
use std::thread::JoinHandle;

use postern_domain::time::UnixMicros;
use tokio::runtime::Runtime;
use tokio_postgres::{Client, Statement};
use tokio_util::sync::CancellationToken;

use crate::dialect::{Bulk, Each};
use crate::migrate;
use crate::store::Queues;
use crate::{Config, Error, Result, Row, Value};

pub(crate) use connect::Server;

/// Migrates, takes the node's lock, and starts the workers and readers.
pub(crate) fn start(
    url: &str,
    config: &Config,
    queues: Queues,
    now: UnixMicros,
) -> Result<Vec<JoinHandle<()>>> {
    let server = Server::parse(url, config.ca_pem.as_deref())?;
    let mut first = Connection::open(&server)?;
    let lock = keeper::take_at_start(&mut first)?;
    migrate(&mut first, now)?;
    let mut threads = vec![keeper::start(
        server.clone(),
        first,
        lock,
        queues.fenced.clone(),
        queues.closing,
    )?];
    for units in queues.write {
        threads.push(group::start(server.clone(), units, queues.fenced.clone())?);
    }
    for _ in 0..config.readers.max(1) {
        threads.push(reader::start(server.clone(), queues.read.clone())?);
    }
    Ok(threads)
}

fn migrate(connection: &mut Connection, now: UnixMicros) -> Result<()> {
    connection.batch(migrate::LEDGER)?;
    let applied = connection.all(migrate::APPLIED, &[], &mut |row| row.int(0))?;
    for migration in migrate::pending(&applied)? {
        let script = format!(
            "BEGIN; {}; INSERT INTO schema_migrations (version, name, applied_at) VALUES ({}, '{}', {}); COMMIT",
            migration.postgres, migration.version, migration.name, now.0
        );
        connection
            .batch(&script)
            .map_err(|e| Error::Setup(format!("migration {}: {e}", migration.name)))?;
    }
    Ok(())
}

/// One connection with the small runtime that drives it, so that a unit's closure can stay ordinary blocking code.
pub(crate) struct Connection {
    runtime: Runtime,
    client: Client,
    statements: HashMap<(usize, usize), Statement>,
}

impl Connection {
    pub(crate) fn open(server: &Server) -> Result<Connection> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|e| Error::Setup(format!("cannot start a database runtime: {e}")))?;
        let client = server.connect(&runtime)?;
        Ok(Connection {
            runtime,
            client,
            statements: HashMap::new(),
        })
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.client.is_closed()
    }

    /// Lets the connection's task notice what happens to it for `time`; `true` when `stop` was called meanwhile.
    pub(crate) fn wait(&self, time: std::time::Duration, stop: &CancellationToken) -> bool {
        self.runtime
            .block_on(async { tokio::time::timeout(time, stop.cancelled()).await.is_ok() })
    }

    /// Runs statements without parameters, in one round trip.
    pub(crate) fn batch(&mut self, sql: &str) -> Result<()> {
        Ok(self.runtime.block_on(self.client.batch_execute(sql))?)
    }

    pub(crate) fn execute(&mut self, sql: &'static str, params: &[Value<'_>]) -> Result<u64> {
        let statement = self.prepared((sql.as_ptr().addr(), sql.len()), || sql.to_owned())?;
        Ok(self
            .runtime
            .block_on(self.client.execute(&statement, &value::params(params)))?)
    }

    pub(crate) fn all<T>(
        &mut self,
        sql: &'static str,
        params: &[Value<'_>],
        read: &mut impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        let statement = self.prepared((sql.as_ptr().addr(), sql.len()), || sql.to_owned())?;
        let rows = self
            .runtime
            .block_on(self.client.query(&statement, &value::params(params)))?;
        rows.iter().map(|row| read(&Row::Postgres(row))).collect()
    }

    pub(crate) fn insert_all(
        &mut self,
        bulk: &'static Bulk,
        rows: &[Vec<Value<'_>>],
    ) -> Result<u64> {
        let statement = self.prepared((std::ptr::from_ref(bulk).addr(), 0), || bulk.postgres())?;
        let columns = value::columns(bulk.columns, rows)?;
        Ok(self
            .runtime
            .block_on(self.client.execute(&statement, &value::arrays(&columns)))?)
    }

    pub(crate) fn each<T>(
        &mut self,
        each: &'static Each,
        rows: &[Vec<Value<'_>>],
        read: &mut impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        let key = (each.many.as_ptr().addr(), each.many.len());
        let statement = self.prepared(key, || each.many.to_owned())?;
        let columns = value::columns(each.columns, rows)?;
        let answer = self
            .runtime
            .block_on(self.client.query(&statement, &value::arrays(&columns)))?;
        answer.iter().map(|row| read(&Row::Postgres(row))).collect()
    }

    fn prepared(&mut self, key: (usize, usize), sql: impl FnOnce() -> String) -> Result<Statement> {
        if let Some(statement) = self.statements.get(&key) {
            return Ok(statement.clone());
        }
        let statement = self.runtime.block_on(self.client.prepare(&sql()))?;
        self.statements.insert(key, statement.clone());
        Ok(statement)
    }
}

impl From<tokio_postgres::Error> for Error {
    fn from(error: tokio_postgres::Error) -> Error {
        let Some(db) = error.as_db_error() else {
            // No answer of the server's own: the connection is gone or never was.
            return Error::Unavailable(error.to_string());
        };
        let text = format!("{} ({})", db.message(), db.code().code());
        match db.code().code().get(..2) {
            Some("23") => Error::Conflict(text),
            // 40: serialization and deadlock; 53: no resources; 57: shutting down; 08: connection; 25006: read-only.
            Some("40" | "53" | "57" | "08" | "25") => Error::Unavailable(text),
            _ => Error::Driver(text),
        }
    }
}
