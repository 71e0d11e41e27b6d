//! Copies of an embedded database while others write to it, and a look into one before it is trusted.

use std::path::Path;
use std::time::Duration;

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};

use crate::look::Standing;
use crate::migrate::APPLIED;
use crate::{Error, Result};

/// Pages copied between two reports of progress: 4 MiB.
const PAGES_A_STEP: i32 = 1024;
const BUSY: Duration = Duration::from_secs(5);

/// What a database file is, as far as it can be known without a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inspection {
    pub standing: Standing,
    /// What SQLite's own check found wrong; nothing when the file is whole.
    pub damage: Option<String>,
}

/// Copies the database at `from` into the new file `to`: one consistent state, as of the moment it begins, without holding up
/// writers. `progress` is told pages done and pages in all.
///
/// # Errors
/// [`Error::Setup`] when `from` is no database or `to` cannot be written; what was written of `to` is useless then.
pub fn copy(from: &Path, to: &Path, mut progress: impl FnMut(u64, u64)) -> Result<()> {
    let source = open(from)?;
    // The copy would start over whenever somebody commits; inside a transaction the source stands still for us alone.
    source
        .execute_batch("BEGIN; SELECT count(*) FROM sqlite_schema;")
        .map_err(|error| unusable(from, &error))?;
    let mut target = Connection::open(to).map_err(|error| unusable(to, &error))?;
    {
        let backup = Backup::new(&source, &mut target).map_err(|error| unusable(to, &error))?;
        loop {
            let step = backup
                .step(PAGES_A_STEP)
                .map_err(|error| unusable(to, &error))?;
            let state = backup.progress();
            let total = u64::try_from(state.pagecount).unwrap_or(0);
            progress(
                total.saturating_sub(u64::try_from(state.remaining).unwrap_or(0)),
                total,
            );
            match step {
                StepResult::Done => break,
                StepResult::More => {}
                // Another process recovers or checkpoints the log: a matter of moments.
                _ => std::thread::sleep(Duration::from_millis(20)),
            }
        }
    }
    // One file, without a log beside it.
    target
        .execute_batch("PRAGMA journal_mode=DELETE;")
        .map_err(|error| unusable(to, &error))?;
    Ok(())
}

/// Reads a database without changing it. `thorough` also checks every page and index, which takes long on large ones.
pub fn inspect(path: &Path, thorough: bool) -> Result<Inspection> {
    let connection = open(path)?;
    let applied = connection
        .prepare(APPLIED)
        .and_then(|mut statement| {
            statement
                .query_map([], |row| row.get(0))?
                .collect::<rusqlite::Result<Vec<i64>>>()
        })
        .map_err(|error| unusable(path, &error))?;
    let check = if thorough {
        "PRAGMA integrity_check(1)"
    } else {
        "PRAGMA schema_version"
    };
    let found: String = connection
        .query_row(check, [], |row| row.get::<_, rusqlite::types::Value>(0))
        .map(|value| match value {
            rusqlite::types::Value::Text(text) => text,
            _ => "ok".to_owned(),
        })
        .map_err(|error| unusable(path, &error))?;
    Ok(Inspection {
        standing: Standing::of(&applied),
        damage: (found != "ok").then_some(found),
    })
}

fn open(path: &Path) -> Result<Connection> {
    // Not read-only: the index of the write-ahead log has to be made when nobody else has it open.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection =
        Connection::open_with_flags(path, flags).map_err(|error| unusable(path, &error))?;
    connection
        .busy_timeout(BUSY)
        .map_err(|error| unusable(path, &error))?;
    Ok(connection)
}

fn unusable(path: &Path, error: &rusqlite::Error) -> Error {
    Error::Setup(format!("{}: {error}", path.display()))
}
