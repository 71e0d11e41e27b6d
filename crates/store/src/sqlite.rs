//! The embedded engine: one file in WAL mode, one writer, several readers.

mod reader;
mod writer;

use std::cell::RefCell;
use std::collections::HashMap;
use std::path::Path;

use std::thread::JoinHandle;

use rusqlite::OpenFlags;

use crate::dialect::{Bulk, Each, sqlite_placeholders};
use crate::store::Queues;
use crate::{Error, Result, Row, Value};

/// Enough for every statement of the project; an evicted one is only prepared again.
const STATEMENTS_CACHED_MAX: usize = 256;

/// Starts the writer and `readers` readers on a database whose schema is up to date.
pub(crate) fn start(
    path: &Path,
    readers: usize,
    mut queues: Queues,
) -> Result<Vec<JoinHandle<()>>> {
    let mut threads = Vec::new();
    if let Some(units) = queues.write.pop() {
        threads.push(writer::start(path.to_path_buf(), units)?);
    }
    for _ in 0..readers.max(1) {
        threads.push(reader::start(path.to_path_buf(), queues.read.clone())?);
    }
    Ok(threads)
}

pub(crate) struct Connection {
    pub(crate) raw: rusqlite::Connection,
    /// Statements as SQLite spells them, by the address of the `'static` original.
    spelled: RefCell<HashMap<(usize, usize), String>>,
}

impl Connection {
    /// For the writer: creates the file if need be.
    pub(crate) fn open_writer(path: &Path) -> Result<Connection> {
        let raw = rusqlite::Connection::open(path).map_err(|e| {
            Error::Setup(format!("cannot open the database {}: {e}", path.display()))
        })?;
        // FULL: an answer leaves only after fsync (design: accepted means kept). In WAL mode that is one fsync a group.
        raw.execute_batch(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=5000; PRAGMA temp_store=MEMORY;
             PRAGMA cache_size=-32768; PRAGMA wal_autocheckpoint=4000; PRAGMA foreign_keys=OFF;",
        )
        .map_err(|e| match Error::from(e) {
            Error::Driver(why) => Error::Setup(format!("{} is not a usable database: {why}", path.display())),
            Error::Unavailable(why) => {
                Error::Setup(format!("cannot write the database {}: {why}; check permissions and free space", path.display()))
            }
            other => other,
        })?;
        Ok(Connection::wrap(raw))
    }

    pub(crate) fn open_reader(path: &Path) -> Result<Connection> {
        // Not read-only: the index of the log has to be made when nobody else has it open. But it is never made by looking.
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let raw = rusqlite::Connection::open_with_flags(path, flags)?;
        raw.execute_batch("PRAGMA busy_timeout=5000; PRAGMA query_only=ON; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-8192;")?;
        Ok(Connection::wrap(raw))
    }

    fn wrap(raw: rusqlite::Connection) -> Connection {
        raw.set_prepared_statement_cache_capacity(STATEMENTS_CACHED_MAX);
        Connection {
            raw,
            spelled: RefCell::default(),
        }
    }

    pub(crate) fn batch(&self, sql: &str) -> Result<()> {
        Ok(self.raw.execute_batch(sql)?)
    }

    pub(crate) fn execute(&self, sql: &'static str, params: &[Value<'_>]) -> Result<u64> {
        self.prepared(sql, |statement| {
            // A statement with RETURNING has rows that must be stepped through for its effect to be whole.
            if statement.column_count() > 0 {
                let mut rows = statement.query(rusqlite::params_from_iter(params))?;
                let mut n = 0;
                while rows.next()?.is_some() {
                    n += 1;
                }
                return Ok(n);
            }
            Ok(statement.execute(rusqlite::params_from_iter(params))? as u64)
        })
    }

    pub(crate) fn all<T>(
        &self,
        sql: &'static str,
        params: &[Value<'_>],
        read: &mut impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        self.prepared(sql, |statement| {
            let mut rows = statement.query(rusqlite::params_from_iter(params))?;
            let mut all = Vec::new();
            while let Some(row) = rows.next()? {
                all.push(read(&Row::Sqlite(row))?);
            }
            Ok(all)
        })
    }

    pub(crate) fn insert_all(&self, bulk: &'static Bulk, rows: &[Vec<Value<'_>>]) -> Result<u64> {
        let key = (std::ptr::from_ref(bulk).addr(), 0);
        let sql = self.spelled(key, || bulk.sqlite());
        let mut statement = self.raw.prepare_cached(&sql)?;
        for row in rows {
            statement.execute(rusqlite::params_from_iter(row))?;
        }
        Ok(rows.len() as u64)
    }

    pub(crate) fn each<T>(
        &self,
        each: &'static Each,
        rows: &[Vec<Value<'_>>],
        read: &mut impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        self.prepared(each.one, |statement| {
            let mut all = Vec::with_capacity(rows.len());
            for params in rows {
                let mut answer = statement.query(rusqlite::params_from_iter(params))?;
                while let Some(row) = answer.next()? {
                    all.push(read(&Row::Sqlite(row))?);
                }
            }
            Ok(all)
        })
    }

    fn prepared<T>(
        &self,
        sql: &'static str,
        run: impl FnOnce(&mut rusqlite::CachedStatement<'_>) -> Result<T>,
    ) -> Result<T> {
        let text = self.spelled((sql.as_ptr().addr(), sql.len()), || {
            sqlite_placeholders(sql)
        });
        let mut statement = self.raw.prepare_cached(&text)?;
        run(&mut statement)
    }

    fn spelled(
        &self,
        key: (usize, usize),
        make: impl FnOnce() -> String,
    ) -> std::cell::Ref<'_, str> {
        if !self.spelled.borrow().contains_key(&key) {
            self.spelled.borrow_mut().insert(key, make());
        }
        std::cell::Ref::map(self.spelled.borrow(), |all| all[&key].as_str())
    }
}
