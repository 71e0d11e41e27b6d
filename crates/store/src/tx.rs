//! What a unit of work sees of the database: statements, rows, and poison after the first failure.

use crate::dialect::{Bulk, Each, Pair};
use crate::{Error, Result, Row, Value};

pub struct Tx<'a> {
    engine: Engine<'a>,
    poison: Option<Error>,
}

pub(crate) enum Engine<'a> {
    Sqlite(&'a crate::sqlite::Connection),
    #[cfg(feature = "postgres")]
    Postgres(&'a mut crate::postgres::Connection),
}

impl<'a> Tx<'a> {
    pub(crate) fn new(engine: Engine<'a>) -> Tx<'a> {
        Tx {
            engine,
            poison: None,
        }
    }

    pub(crate) fn poison(&self) -> Option<&Error> {
        self.poison.as_ref()
    }

    /// Runs a statement; answers how many rows it changed.
    pub fn execute(&mut self, sql: &'static str, params: &[Value<'_>]) -> Result<u64> {
        self.guarded(|engine| match engine {
            Engine::Sqlite(c) => c.execute(sql, params),
            #[cfg(feature = "postgres")]
            Engine::Postgres(c) => c.execute(sql, params),
        })
    }

    /// Every row of the answer. The statement must bound it with LIMIT or by its key.
    pub fn all<T>(
        &mut self,
        sql: &'static str,
        params: &[Value<'_>],
        mut read: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        self.guarded(|engine| match engine {
            Engine::Sqlite(c) => c.all(sql, params, &mut read),
            #[cfg(feature = "postgres")]
            Engine::Postgres(c) => c.all(sql, params, &mut read),
        })
    }

    /// The first row, or `None`.
    pub fn opt<T>(
        &mut self,
        sql: &'static str,
        params: &[Value<'_>],
        read: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Option<T>> {
        Ok(self.all(sql, params, read)?.into_iter().next())
    }

    /// Exactly the first row; its absence is a bug in the statement (a count, a `RETURNING` that must hit).
    pub fn one<T>(
        &mut self,
        sql: &'static str,
        params: &[Value<'_>],
        read: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<T> {
        match self.opt(sql, params, read)? {
            Some(row) => Ok(row),
            None => self.guarded(|_| Err(Error::Driver(format!("no row from: {sql}")))),
        }
    }

    /// Inserts many rows of one shape: row by row on SQLite (fastest there), as one `UNNEST` on PostgreSQL.
    pub fn insert_all(&mut self, bulk: &'static Bulk, rows: &[Vec<Value<'_>>]) -> Result<u64> {
        if rows.is_empty() {
            return Ok(0);
        }
        self.guarded(|engine| match engine {
            Engine::Sqlite(c) => c.insert_all(bulk, rows),
            #[cfg(feature = "postgres")]
            Engine::Postgres(c) => c.insert_all(bulk, rows),
        })
    }

    /// Runs one statement for each row of parameters, and answers all that they answer. The order is the rows' own on SQLite and none on
    /// PostgreSQL.
    pub fn each<T>(
        &mut self,
        each: &'static Each,
        rows: &[Vec<Value<'_>>],
        mut read: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        self.guarded(|engine| match engine {
            Engine::Sqlite(c) => c.each(each, rows, &mut read),
            #[cfg(feature = "postgres")]
            Engine::Postgres(c) => c.each(each, rows, &mut read),
        })
    }

    /// The text of a statement that the engines spell differently.
    pub fn pick(&self, pair: &Pair) -> &'static str {
        match &self.engine {
            Engine::Sqlite(_) => pair.sqlite,
            #[cfg(feature = "postgres")]
            Engine::Postgres(_) => pair.postgres,
        }
    }

    fn guarded<T>(&mut self, run: impl FnOnce(&mut Engine<'a>) -> Result<T>) -> Result<T> {
        if let Some(error) = &self.poison {
            return Err(error.again());
        }
        run(&mut self.engine).inspect_err(|error| self.poison = Some(error.again()))
    }
}
