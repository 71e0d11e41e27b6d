//! The one writer: collects what is waiting, runs each unit under a savepoint, commits once, then answers everybody.

use std::path::PathBuf;
use std::thread::JoinHandle;

use tokio::sync::mpsc;

use super::Connection;
use crate::tx::{Engine, Tx};
use crate::unit::BoxedUnit;
use crate::{Error, Result};

/// Units that share one commit. Larger groups gain little: fsync is already a small part of each.
const UNITS_PER_GROUP_MAX: usize = 256;

/// Runs until every sender is gone, then checkpoints the log into the file.
pub(crate) fn start(path: PathBuf, mut units: mpsc::Receiver<BoxedUnit>) -> Result<JoinHandle<()>> {
    let connection = Connection::open_writer(&path)?;
    let run = move || {
        let mut group = Vec::with_capacity(UNITS_PER_GROUP_MAX);
        while let Some(first) = units.blocking_recv() {
            group.push(first);
            while group.len() < UNITS_PER_GROUP_MAX {
                match units.try_recv() {
                    Ok(next) => group.push(next),
                    Err(_) => break,
                }
            }
            commit(&connection, &mut group);
        }
        if let Err(error) = connection.batch("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA optimize;") {
            tracing::warn!(%error, "closing checkpoint failed; the log is kept and read at the next start");
        }
    };
    std::thread::Builder::new()
        .name("store-writer".into())
        .spawn(run)
        .map_err(|e| Error::Setup(format!("cannot start the writer thread: {e}")))
}

fn commit(connection: &Connection, group: &mut Vec<BoxedUnit>) {
    let outcome = together(connection, group);
    if outcome.is_err() && group.len() > 1 {
        // The transaction vanished under everybody (full disk, IO error): alone, only the unit at fault fails.
        for unit in group.drain(..) {
            let mut alone = [unit];
            let outcome = together(connection, &mut alone);
            let [unit] = alone;
            unit.answer(outcome);
        }
        return;
    }
    for unit in group.drain(..) {
        unit.answer(outcome.as_ref().map(|_| ()).map_err(Error::again));
    }
}

/// Runs all units in one transaction and commits it. `Err` means that nothing of the group is in the database.
fn together(connection: &Connection, group: &mut [BoxedUnit]) -> Result<()> {
    connection.batch("BEGIN IMMEDIATE")?;
    let result = each_under_savepoint(connection, group).and_then(|()| connection.batch("COMMIT"));
    if result.is_err() && !connection.raw.is_autocommit() {
        // An open transaction after a failed COMMIT would swallow the next group.
        connection.batch("ROLLBACK")?;
    }
    result
}

fn each_under_savepoint(connection: &Connection, group: &mut [BoxedUnit]) -> Result<()> {
    for unit in group {
        connection.batch("SAVEPOINT unit")?;
        let verdict = unit.run(&mut Tx::new(Engine::Sqlite(connection)));
        if connection.raw.is_autocommit() {
            return Err(verdict
                .err()
                .unwrap_or_else(|| Error::Unavailable("the transaction was rolled back".into())));
        }
        if verdict.is_err() {
            connection.batch("ROLLBACK TO unit")?;
        }
        connection.batch("RELEASE unit")?;
    }
    Ok(())
}
