//! The handle every room holds: hands units of work to the engine's workers and waits for the answer.

use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::unit::{BoxedUnit, unit};
use crate::{Config, Engine, Error, Lane, Result, Tx, migrate, sqlite};

/// Units that may wait for a worker. When it is full callers wait: back-pressure, not memory.
pub(crate) const UNITS_WAITING_MAX: usize = 4096;

/// Cheap to clone. The workers finish what was handed to them and end when the last clone is gone.
#[derive(Clone)]
pub struct Store {
    write: Arc<[mpsc::Sender<BoxedUnit>]>,
    read: mpsc::Sender<BoxedUnit>,
    threads: Arc<Mutex<Vec<JoinHandle<()>>>>,
    /// Cancelled when this node may no longer write (PostgreSQL: its lock on the database went to another node).
    fenced: CancellationToken,
    /// Tells threads that wait for no queue when the last handle is gone.
    _closing: Arc<DropGuard>,
}

/// The queues' other ends, handed to the engine's workers.
pub(crate) struct Queues {
    pub(crate) write: Vec<mpsc::Receiver<BoxedUnit>>,
    pub(crate) read: Arc<Mutex<mpsc::Receiver<BoxedUnit>>>,
    #[cfg(feature = "postgres")]
    pub(crate) fenced: CancellationToken,
    #[cfg(feature = "postgres")]
    pub(crate) closing: CancellationToken,
}

impl Store {
    /// Opens or creates the database, brings its schema up to date and starts the workers. `now` is written beside each
    /// migration that is applied.
    ///
    /// # Errors
    /// [`Error::Setup`] says what to change: file not writable, server unreachable, schema newer than this binary, another
    /// node on the same database.
    pub async fn open(config: Config, now: postern_domain::time::UnixMicros) -> Result<Store> {
        tokio::task::spawn_blocking(move || Store::open_blocking(&config, now))
            .await
            .map_err(|e| Error::Driver(e.to_string()))?
    }

    fn open_blocking(config: &Config, now: postern_domain::time::UnixMicros) -> Result<Store> {
        let lanes = match config.engine {
            Engine::Sqlite(_) => 1,
            Engine::Postgres(_) => config.writers.max(1),
        };
        let (write, write_queues) = (0..lanes).map(|_| mpsc::channel(UNITS_WAITING_MAX)).unzip();
        let (read, read_queue) = mpsc::channel(UNITS_WAITING_MAX);
        let (fenced, closing) = (CancellationToken::new(), CancellationToken::new());
        let queues = Queues {
            write: write_queues,
            read: Arc::new(Mutex::new(read_queue)),
            #[cfg(feature = "postgres")]
            fenced: fenced.clone(),
            #[cfg(feature = "postgres")]
            closing: closing.clone(),
        };
        let threads = match &config.engine {
            Engine::Sqlite(path) => {
                migrate::sqlite(path, now)?;
                sqlite::start(path, config.readers, queues)?
            }
            #[cfg(feature = "postgres")]
            Engine::Postgres(url) => crate::postgres::start(url, config, queues, now)?,
            #[cfg(not(feature = "postgres"))]
            Engine::Postgres(_) => {
                return Err(Error::Setup(
                    "this binary was built without PostgreSQL (cargo feature `postgres`)".into(),
                ));
            }
        };
        let write: Vec<_> = write;
        let threads = Arc::new(Mutex::new(threads));
        Ok(Store {
            write: write.into(),
            read,
            threads,
            fenced,
            _closing: Arc::new(closing.drop_guard()),
        })
    }

    /// Runs `work` in a transaction and answers after the commit. See the crate's page for what a closure may do.
    pub async fn write<T, F>(&self, lane: Lane, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        if self.fenced.is_cancelled() {
            return Err(Error::Unavailable(
                "another node has taken over this database".into(),
            ));
        }
        let (unit, answer) = unit(work);
        hand_over(&self.write[lane.worker(self.write.len())], unit, answer).await
    }

    /// Runs `work` on one consistent snapshot; it must not write.
    pub async fn read<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        let (unit, answer) = unit(work);
        hand_over(&self.read, unit, answer).await
    }

    /// Resolves when this node lost its right to write; the process should stop.
    pub async fn fenced(&self) {
        self.fenced.cancelled().await;
    }

    /// Gives up this handle and, when it is the last one, waits until everything handed over is committed and the files are closed.
    pub async fn close(self) {
        let Store {
            write,
            read,
            threads,
            _closing,
            ..
        } = self;
        drop((write, read, _closing));
        let Some(threads) = Arc::into_inner(threads) else {
            return;
        };
        let threads = threads
            .into_inner()
            .unwrap_or_else(|poisoned| poisoned.into_inner());
        let join = move || threads.into_iter().for_each(|thread| drop(thread.join()));
        drop(tokio::task::spawn_blocking(join).await);
    }
}

async fn hand_over<T>(
    queue: &mpsc::Sender<BoxedUnit>,
    unit: BoxedUnit,
    answer: oneshot::Receiver<Result<T>>,
) -> Result<T> {
    queue
        .send(unit)
        .await
        .map_err(|_| Error::Unavailable("the store is closed".into()))?;
    // The worker died between taking the unit and answering: nobody knows whether its commit happened.
    answer.await.map_err(|_| {
        Error::OutcomeUnknown("the store stopped while this unit was under way".into())
    })?
}
