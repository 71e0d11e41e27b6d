//! A reader: its own connection, one consistent snapshot a unit, reconnecting when the server comes back.

use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use tokio::sync::mpsc;

use super::{Connection, Server};
use crate::tx::{Engine, Tx};
use crate::unit::BoxedUnit;
use crate::{Error, Result};

pub(super) fn start(
    server: Server,
    queue: Arc<Mutex<mpsc::Receiver<BoxedUnit>>>,
) -> Result<JoinHandle<()>> {
    let mut connection = Some(Connection::open(&server)?);
    let run = move || {
        loop {
            let next = queue
                .lock()
                .unwrap_or_else(|poisoned| poisoned.into_inner())
                .blocking_recv();
            let Some(mut unit) = next else { break };
            if connection.as_ref().is_none_or(Connection::is_closed) {
                connection = Connection::open(&server).ok();
            }
            let outcome = match &mut connection {
                Some(connection) => snapshot(connection, &mut unit),
                None => Err(Error::Unavailable("PostgreSQL cannot be reached".into())),
            };
            unit.answer(outcome);
        }
    };
    std::thread::Builder::new()
        .name("store-reader".into())
        .spawn(run)
        .map_err(|e| Error::Setup(format!("cannot start a reader thread: {e}")))
}

fn snapshot(connection: &mut Connection, unit: &mut BoxedUnit) -> Result<()> {
    connection.batch("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")?;
    let result = unit.run(&mut Tx::new(Engine::Postgres(connection)));
    connection.batch("ROLLBACK")?;
    result
}
