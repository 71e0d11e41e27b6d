//! Parameters as PostgreSQL takes them: single values, and columns of values for `UNNEST`.

use std::error::Error as StdError;

use bytes::BytesMut;
use postgres_types::{IsNull, ToSql, Type, to_sql_checked};

use crate::dialect::{Column, Kind};
use crate::{Error, Result, Value};

impl ToSql for Value<'_> {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> std::result::Result<IsNull, Box<dyn StdError + Sync + Send>> {
        match self {
            Value::Null => Ok(IsNull::Yes),
            Value::Int(n) if *ty == Type::INT4 => i32::try_from(*n)?.to_sql(ty, out),
            Value::Int(n) => n.to_sql(&Type::INT8, out),
            Value::Text(s) => s.to_sql(ty, out),
            Value::Blob(b) => b.to_sql(ty, out),
        }
    }

    fn accepts(ty: &Type) -> bool {
        matches!(
            *ty,
            Type::INT8 | Type::INT4 | Type::TEXT | Type::VARCHAR | Type::BYTEA
        )
    }

    to_sql_checked!();
}

pub(super) fn params<'a>(values: &'a [Value<'_>]) -> Vec<&'a (dyn ToSql + Sync)> {
    values
        .iter()
        .map(|value| value as &(dyn ToSql + Sync))
        .collect()
}

/// One column of many rows.
pub(super) enum Array<'a> {
    Int(Vec<Option<i64>>),
    Text(Vec<Option<&'a str>>),
    Blob(Vec<Option<&'a [u8]>>),
}

/// Turns rows into columns.
///
/// # Errors
/// A value that does not fit its column's kind is a bug of the caller.
pub(super) fn columns<'a>(columns: &[Column], rows: &[Vec<Value<'a>>]) -> Result<Vec<Array<'a>>> {
    columns
        .iter()
        .enumerate()
        .map(|(i, (name, kind))| column(name, *kind, i, rows))
        .collect()
}

fn column<'a>(name: &str, kind: Kind, i: usize, rows: &[Vec<Value<'a>>]) -> Result<Array<'a>> {
    let misfit = || Error::Driver(format!("a value does not fit column {name}"));
    let cells = rows
        .iter()
        .map(|row| row.get(i).copied().ok_or_else(misfit));
    Ok(match kind {
        Kind::Int => Array::Int(
            cells
                .map(|cell| match cell? {
                    Value::Null => Ok(None),
                    Value::Int(n) => Ok(Some(n)),
                    _ => Err(misfit()),
                })
                .collect::<Result<_>>()?,
        ),
        Kind::Text => Array::Text(
            cells
                .map(|cell| match cell? {
                    Value::Null => Ok(None),
                    Value::Text(s) => Ok(Some(s)),
                    _ => Err(misfit()),
                })
                .collect::<Result<_>>()?,
        ),
        Kind::Blob => Array::Blob(
            cells
                .map(|cell| match cell? {
                    Value::Null => Ok(None),
                    Value::Blob(b) => Ok(Some(b)),
                    _ => Err(misfit()),
                })
                .collect::<Result<_>>()?,
        ),
    })
}

pub(super) fn arrays<'a>(columns: &'a [Array<'_>]) -> Vec<&'a (dyn ToSql + Sync)> {
    columns
        .iter()
        .map(|column| match column {
            Array::Int(values) => values as &(dyn ToSql + Sync),
            Array::Text(values) => values as &(dyn ToSql + Sync),
            Array::Blob(values) => values as &(dyn ToSql + Sync),
        })
        .collect()
}
