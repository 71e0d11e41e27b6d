//! The three column types that both engines share (BIGINT, TEXT, bytes), going in as [`Value`] and coming out of a [`Row`].

use crate::{Error, Result};

/// A parameter. Booleans are 0 and 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value<'a> {
    Null,
    Int(i64),
    Text(&'a str),
    Blob(&'a [u8]),
}

/// Short for `Value::from`, since parameter lists are long.
pub fn v<'a>(value: impl Into<Value<'a>>) -> Value<'a> {
    value.into()
}

impl From<i64> for Value<'_> {
    fn from(n: i64) -> Self {
        Value::Int(n)
    }
}
impl From<bool> for Value<'_> {
    fn from(b: bool) -> Self {
        Value::Int(i64::from(b))
    }
}
impl<'a> From<&'a str> for Value<'a> {
    fn from(s: &'a str) -> Self {
        Value::Text(s)
    }
}
impl<'a> From<&'a String> for Value<'a> {
    fn from(s: &'a String) -> Self {
        Value::Text(s)
    }
}
impl<'a> From<&'a [u8]> for Value<'a> {
    fn from(b: &'a [u8]) -> Self {
        Value::Blob(b)
    }
}
impl<'a> From<&'a Vec<u8>> for Value<'a> {
    fn from(b: &'a Vec<u8>) -> Self {
        Value::Blob(b)
    }
}
impl<'a, const N: usize> From<&'a [u8; N]> for Value<'a> {
    fn from(b: &'a [u8; N]) -> Self {
        Value::Blob(b)
    }
}
impl<'a, T: Into<Value<'a>>> From<Option<T>> for Value<'a> {
    fn from(o: Option<T>) -> Self {
        o.map_or(Value::Null, Into::into)
    }
}
impl<'a> From<&'a Option<String>> for Value<'a> {
    fn from(o: &'a Option<String>) -> Self {
        o.as_deref().map_or(Value::Null, Value::Text)
    }
}

impl rusqlite::ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        use rusqlite::types::{ToSqlOutput, ValueRef};
        Ok(ToSqlOutput::Borrowed(match self {
            Value::Null => ValueRef::Null,
            Value::Int(n) => ValueRef::Integer(*n),
            Value::Text(s) => ValueRef::Text(s.as_bytes()),
            Value::Blob(b) => ValueRef::Blob(b),
        }))
    }
}

/// One row of an answer; columns are read by position.
pub enum Row<'a> {
    Sqlite(&'a rusqlite::Row<'a>),
    #[cfg(feature = "postgres")]
    Postgres(&'a tokio_postgres::Row),
}

macro_rules! getter {
    ($(#[$doc:meta])* $name:ident, $opt:ident, $owned:ty) => {
        $(#[$doc])*
        pub fn $name(&self, column: usize) -> Result<$owned> {
            match self {
                Row::Sqlite(row) => row.get(column).map_err(|e| unreadable(column, e)),
                #[cfg(feature = "postgres")]
                Row::Postgres(row) => row.try_get(column).map_err(|e| unreadable(column, e)),
            }
        }
        pub fn $opt(&self, column: usize) -> Result<Option<$owned>> {
            match self {
                Row::Sqlite(row) => row.get(column).map_err(|e| unreadable(column, e)),
                #[cfg(feature = "postgres")]
                Row::Postgres(row) => row.try_get(column).map_err(|e| unreadable(column, e)),
            }
        }
    };
}

impl Row<'_> {
    getter!(int, opt_int, i64);
    getter!(text, opt_text, String);
    getter!(blob, opt_blob, Vec<u8>);

    pub fn flag(&self, column: usize) -> Result<bool> {
        Ok(self.int(column)? != 0)
    }
}

fn unreadable(column: usize, error: impl std::fmt::Display) -> Error {
    Error::Driver(format!("column {column}: {error}"))
}
