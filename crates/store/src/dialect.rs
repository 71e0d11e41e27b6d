//! The few places where the engines truly differ. If the pairs pass ten, think again.

/// One statement in two spellings, e.g. a claim with `FOR UPDATE SKIP LOCKED` on PostgreSQL.
#[derive(Clone, Copy, Debug)]
pub struct Pair {
    pub sqlite: &'static str,
    pub postgres: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Int,
    Text,
    Blob,
}

pub type Column = (&'static str, Kind);

/// A table and the columns that [`crate::Tx::insert_all`] fills.
#[derive(Debug)]
pub struct Bulk {
    pub table: &'static str,
    pub columns: &'static [Column],
}

/// One statement for each of many rows, every one of which answers rows itself (`RETURNING`, or a `SELECT`): run row by row on SQLite,
/// at once on PostgreSQL, where `many` takes each column as an array.
#[derive(Debug)]
pub struct Each {
    pub one: &'static str,
    pub many: &'static str,
    /// The parameters of `one` in their order, and the arrays of `many`.
    pub columns: &'static [Column],
}

impl Bulk {
    fn names(&self) -> String {
        self.columns
            .iter()
            .map(|(name, _)| *name)
            .collect::<Vec<_>>()
            .join(", ")
    }

    pub(crate) fn sqlite(&self) -> String {
        let marks: Vec<String> = (1..=self.columns.len()).map(|n| format!("?{n}")).collect();
        format!(
            "INSERT INTO {} ({}) VALUES ({})",
            self.table,
            self.names(),
            marks.join(", ")
        )
    }

    #[cfg(feature = "postgres")]
    pub(crate) fn postgres(&self) -> String {
        let arrays: Vec<String> = self
            .columns
            .iter()
            .enumerate()
            .map(|(i, (_, kind))| {
                let sql = match kind {
                    Kind::Int => "bigint[]",
                    Kind::Text => "text[]",
                    Kind::Blob => "bytea[]",
                };
                format!("${}::{sql}", i + 1)
            })
            .collect();
        format!(
            "INSERT INTO {} ({}) SELECT * FROM UNNEST({})",
            self.table,
            self.names(),
            arrays.join(", ")
        )
    }
}

/// Statements are written with `$1`, which SQLite would read as a *name*: `?1` is its numbered form.
/// Text inside quotes is left alone.
pub(crate) fn sqlite_placeholders(sql: &str) -> String {
    let mut quoted = false;
    sql.chars()
        .map(|c| {
            if c == '\'' {
                quoted = !quoted;
            }
            if c == '$' && !quoted { '?' } else { c }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_change_outside_quotes_only() {
        assert_eq!(
            sqlite_placeholders("SELECT $1, '$2' WHERE a = $12"),
            "SELECT ?1, '$2' WHERE a = ?12"
        );
    }

    #[test]
    fn bulk_spells_both_dialects() {
        static B: Bulk = Bulk {
            table: "t",
            columns: &[("a", Kind::Int), ("b", Kind::Blob)],
        };
        assert_eq!(B.sqlite(), "INSERT INTO t (a, b) VALUES (?1, ?2)");
        #[cfg(feature = "postgres")]
        assert_eq!(
            B.postgres(),
            "INSERT INTO t (a, b) SELECT * FROM UNNEST($1::bigint[], $2::bytea[])"
        );
    }
}
