//! A reader: takes the next read unit from the shared queue and runs it on one consistent snapshot.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use tokio::sync::mpsc;

use super::Connection;
use crate::tx::{Engine, Tx};
use crate::unit::BoxedUnit;
use crate::{Error, Result};

type Queue = Arc<Mutex<mpsc::Receiver<BoxedUnit>>>;

pub(crate) fn start(path: PathBuf, queue: Queue) -> Result<JoinHandle<()>> {
    let connection = Connection::open_reader(&path)?;
    let run = move || {
        while let Some(mut unit) = next(&queue) {
            let outcome = snapshot(&connection, &mut unit);
            unit.answer(outcome);
        }
    };
    std::thread::Builder::new()
        .name("store-reader".into())
        .spawn(run)
        .map_err(|e| Error::Setup(format!("cannot start a reader thread: {e}")))
}

/// One reader waits inside the lock, the others wait for the lock: the queue hands every unit to exactly one.
fn next(queue: &Queue) -> Option<BoxedUnit> {
    queue
        .lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner())
        .blocking_recv()
}

fn snapshot(connection: &Connection, unit: &mut BoxedUnit) -> Result<()> {
    connection.batch("BEGIN")?;
    let result = unit.run(&mut Tx::new(Engine::Sqlite(connection)));
    // Never keep a read transaction open: the log could not be checkpointed past it.
    if !connection.raw.is_autocommit() {
        connection.batch("ROLLBACK")?;
    }
    result
}
