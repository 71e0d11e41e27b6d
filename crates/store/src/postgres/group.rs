//! A write worker: group commit on one connection, and the question that a lost COMMIT leaves behind.
//!
//! Every group inserts a row with its own mark. When the answer to COMMIT is lost, the worker reconnects and inserts the
//! same mark again: the server makes that insert wait for the old transaction, and then says for certain whether it is there.

use std::thread::JoinHandle;

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{Connection, Server};
use crate::tx::{Engine, Tx};
use crate::unit::BoxedUnit;
use crate::{Error, Result};

/// Smaller than SQLite's: each unit costs round trips here, and its neighbours wait for them.
const UNITS_PER_GROUP_MAX: usize = 64;
/// Re-runs after a deadlock or serialization failure, and reconnects after a lost connection.
const TRIES_MAX: u32 = 5;
/// Marks are needed for seconds; every so many groups the old ones are swept.
const GROUPS_PER_SWEEP: u64 = 4096;

pub(super) fn start(
    server: Server,
    mut units: mpsc::Receiver<BoxedUnit>,
    fenced: CancellationToken,
) -> Result<JoinHandle<()>> {
    let mut worker = Worker {
        connection: Some(Connection::open(&server)?),
        server,
        fenced,
        groups: 0,
    };
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
            worker.commit(&mut group);
        }
    };
    std::thread::Builder::new()
        .name("store-writer".into())
        .spawn(run)
        .map_err(|e| Error::Setup(format!("cannot start a writer thread: {e}")))
}

struct Worker {
    server: Server,
    connection: Option<Connection>,
    fenced: CancellationToken,
    groups: u64,
}

/// How far an attempt got.
enum Attempt {
    Done(Result<()>),
    /// The connection went away after COMMIT was sent.
    CommitLost(Error),
}

impl Worker {
    fn commit(&mut self, group: &mut Vec<BoxedUnit>) {
        self.sweep();
        let outcome = self.certainly(group);
        if matches!(outcome, Err(ref e) if !matches!(e, Error::OutcomeUnknown(_)))
            && group.len() > 1
        {
            for unit in group.drain(..) {
                let mut alone = [unit];
                let outcome = self.certainly(&mut alone);
                let [unit] = alone;
                unit.answer(outcome);
            }
            return;
        }
        for unit in group.drain(..) {
            unit.answer(outcome.as_ref().map(|_| ()).map_err(Error::again));
        }
    }

    /// Runs the group until it is certainly committed, certainly not, or nobody can know.
    fn certainly(&mut self, group: &mut [BoxedUnit]) -> Result<()> {
        let mark = Uuid::new_v4();
        let mut lost: Option<Error> = None;
        for attempt in 0..TRIES_MAX {
            if attempt > 0 {
                // Deadlock partners that retry in step would meet again.
                std::thread::sleep(std::time::Duration::from_millis(5 << attempt));
            }
            if self.fenced.is_cancelled() {
                let why = "this node lost the database to another one".to_owned();
                return Err(if lost.is_some() {
                    Error::OutcomeUnknown(why)
                } else {
                    Error::Unavailable(why)
                });
            }
            match self.attempt(mark, group) {
                Attempt::CommitLost(error) => lost = Some(error),
                Attempt::Done(Err(Error::Unavailable(why))) => {
                    tracing::debug!(%why, attempt, "a group is run again");
                    if attempt + 1 == TRIES_MAX && lost.is_none() {
                        return Err(Error::Unavailable(why));
                    }
                }
                Attempt::Done(result) => return result,
            }
        }
        Err(Error::OutcomeUnknown(
            lost.map_or_else(String::new, |e| e.to_string()),
        ))
    }

    fn attempt(&mut self, mark: Uuid, group: &mut [BoxedUnit]) -> Attempt {
        let connection = match self.connected() {
            Ok(connection) => connection,
            Err(error) => return Attempt::Done(Err(Error::Unavailable(error.to_string()))),
        };
        match begin(connection, mark) {
            // The mark is there: an earlier attempt's COMMIT did happen, and the closures' outcomes are still in hand.
            Ok(false) => return Attempt::Done(connection.batch("ROLLBACK")),
            Ok(true) => {}
            Err(error) => return self.undone(error),
        }
        if let Err(error) = each_under_savepoint(connection, group) {
            return self.undone(error);
        }
        match connection.batch("COMMIT") {
            Ok(()) => Attempt::Done(Ok(())),
            Err(error) if connection.is_closed() => {
                self.connection = None;
                Attempt::CommitLost(error)
            }
            Err(error) => self.undone(error),
        }
    }

    /// Nothing of the attempt is in the database; the connection is kept if it still answers.
    fn undone(&mut self, error: Error) -> Attempt {
        if self
            .connection
            .as_mut()
            .is_some_and(|c| c.is_closed() || c.batch("ROLLBACK").is_err())
        {
            self.connection = None;
        }
        Attempt::Done(Err(error))
    }

    fn connected(&mut self) -> Result<&mut Connection> {
        if self.connection.as_ref().is_none_or(Connection::is_closed) {
            self.connection = None;
        }
        match &mut self.connection {
            Some(connection) => Ok(connection),
            empty => Ok(empty.insert(Connection::open(&self.server)?)),
        }
    }

    fn sweep(&mut self) {
        self.groups += 1;
        if self.groups.is_multiple_of(GROUPS_PER_SWEEP) {
            let sql = "DELETE FROM commit_marks WHERE at < now() - interval '1 hour'";
            if let Some(Err(error)) = self.connection.as_mut().map(|c| c.batch(sql)) {
                tracing::warn!(%error, "old commit marks were not swept");
            }
        }
    }
}

/// Opens the transaction and leaves the group's mark; `false` if the mark is already there.
fn begin(connection: &mut Connection, mark: Uuid) -> Result<bool> {
    connection.batch("BEGIN")?;
    let marked = connection.execute(
        "INSERT INTO commit_marks (mark) VALUES ($1) ON CONFLICT (mark) DO NOTHING",
        &[(&mark.as_bytes()[..]).into()],
    )?;
    Ok(marked == 1)
}

/// One round trip between two units: the old savepoint goes and the next one comes in the same message. COMMIT ends the last.
fn each_under_savepoint(connection: &mut Connection, group: &mut [BoxedUnit]) -> Result<()> {
    let alone = group.len() == 1;
    let mut boundary = "SAVEPOINT unit";
    for unit in group {
        if !alone {
            connection.batch(boundary)?;
        }
        boundary = match unit.run(&mut Tx::new(Engine::Postgres(connection))) {
            Ok(()) => "RELEASE SAVEPOINT unit; SAVEPOINT unit",
            // The connection, a deadlock, a shutdown: the whole group is at stake, not this unit.
            Err(error @ Error::Unavailable(_)) => return Err(error),
            Err(error) if alone => return Err(error),
            Err(_) => {
                // Undone now: COMMIT may come next. The savepoint itself stays and serves the next unit.
                connection.batch("ROLLBACK TO SAVEPOINT unit")?;
                ""
            }
        };
    }
    Ok(())
}
