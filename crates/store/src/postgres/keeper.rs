//! One node, one database: an advisory lock held by a connection of its own for as long as the process lives.

use std::thread::JoinHandle;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::{Connection, Server};
use crate::{Error, Result};

/// Any number that other programs on the same database are unlikely to take ("postern" on a telephone).
const LOCK_KEY: i64 = 7_678_376;
/// How often the lock's connection is asked whether it still lives. Also the longest time to notice its loss.
const PULSE: Duration = Duration::from_secs(2);
/// After its loss, how long to try to have it back before this node gives up writing.
const RETAKE_TRIES_MAX: u32 = 15;

/// How often, and how far apart, a starting node asks for the lock: a server notices only after a moment that the process before this
/// one has gone.
const TAKE_TRIES_MAX: u32 = 20;
const TAKE_PAUSE: Duration = Duration::from_millis(50);

/// Proof that the lock was taken.
pub(super) struct Lock(());

/// Asks a few times.
pub(super) fn take_at_start(connection: &mut Connection) -> Result<Lock> {
    let never = CancellationToken::new();
    for _ in 1..TAKE_TRIES_MAX {
        match take(connection) {
            Err(Error::Setup(_)) => connection.wait(TAKE_PAUSE, &never),
            outcome => return outcome,
        };
    }
    take(connection)
}

fn take(connection: &mut Connection) -> Result<Lock> {
    let taken = connection.all(
        "SELECT CAST(CAST(pg_try_advisory_lock($1) AS int) AS bigint)",
        &[LOCK_KEY.into()],
        &mut |row| row.flag(0),
    )?;
    if taken.first() == Some(&true) {
        return Ok(Lock(()));
    }
    Err(Error::Setup(
        "another node is using this PostgreSQL database; several nodes on one database are not supported yet: stop the other one first".into(),
    ))
}

/// Watches the lock. Losing it to another node fences this one; a server that merely restarted is locked again.
pub(super) fn start(
    server: Server,
    mut connection: Connection,
    _lock: Lock,
    fenced: CancellationToken,
    closing: CancellationToken,
) -> Result<JoinHandle<()>> {
    let run = move || {
        while watch(&server, &mut connection, &closing) {}
        // Closed or outrun by another node: nothing may be written from here on either way.
        fenced.cancel();
    };
    std::thread::Builder::new()
        .name("store-keeper".into())
        .spawn(run)
        .map_err(|e| Error::Setup(format!("cannot start the keeper thread: {e}")))
}

/// One pulse. `false`: stop (fenced, or the store was closed).
fn watch(server: &Server, connection: &mut Connection, closing: &CancellationToken) -> bool {
    if connection.wait(PULSE, closing) {
        return false;
    }
    if connection.batch("SELECT 1").is_ok() {
        return true;
    }
    for _ in 0..RETAKE_TRIES_MAX {
        if let Ok(mut fresh) = Connection::open(server) {
            match take(&mut fresh) {
                Ok(_lock) => {
                    *connection = fresh;
                    return true;
                }
                Err(Error::Setup(_)) => {
                    tracing::error!(
                        "another node has taken over this database; this one stops writing"
                    );
                    return false;
                }
                Err(_) => {}
            }
        }
        if connection.wait(PULSE, closing) {
            return false;
        }
    }
    tracing::error!("PostgreSQL has been out of reach for too long; this node stops writing");
    false
}
