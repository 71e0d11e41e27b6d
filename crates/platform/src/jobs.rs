//! Drives long work on lists: unit after unit, in a task of its own. What a restart interrupts is taken up by [`PlatformState::resume_jobs`].

use std::time::Duration;

use postern_domain::account::AccountId;
use postern_store::list_jobs::{self, Chunk, Job, Kind, PART_BYTES, State, Stored};
use postern_store::{Error, Lane, Result};
use tokio::task::{JoinHandle, spawn_blocking};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::campaigns;
use crate::csv::{self, Layout, ROW_BYTES_MAX, Stretch};
use crate::error::ApiError;
use crate::state::PlatformState;
use crate::uploads;

/// How long a caller waits for the end of work that is also done without them.
const WAIT: Duration = Duration::from_secs(25);
/// Until work that the store could not do is tried again.
const RETRY_AFTER: Duration = Duration::from_secs(5);
/// Pieces of a file in memory at a time.
const PARTS_READ: i64 = 2;
/// Jobs looked at in one read after a restart.
const RESUMED_MAX: i64 = 100;

// A row of allowed length is whole in what is read at a time.
const _: () = assert!(ROW_BYTES_MAX + PART_BYTES <= PARTS_READ as usize * PART_BYTES);

/// The work under way in this process.
#[derive(Default)]
pub(crate) struct Jobs {
    stopping: CancellationToken,
    tasks: TaskTracker,
}

/// Starts a job that is ready to run.
pub(crate) fn start(state: &PlatformState, account: AccountId, job: i64) -> JoinHandle<()> {
    let (state, stopping) = (state.clone(), state.jobs.stopping.clone());
    let tasks = state.jobs.tasks.clone();
    tasks.spawn(async move {
        let driving = async {
            while let Err(error) = drive(&state, account, job).await {
                tracing::error!(%error, list_job.id = job, "work on a list stopped; it is taken up again");
                tokio::time::sleep(RETRY_AFTER).await;
            }
        };
        stopping.run_until_cancelled(driving).await;
    })
}

/// Starts a job and waits for its end, but not for ever: answers how far it is then.
pub(crate) async fn finish(
    state: &PlatformState,
    account: AccountId,
    job: i64,
) -> std::result::Result<Job, ApiError> {
    drop(tokio::time::timeout(WAIT, start(state, account, job)).await);
    let job = state
        .store
        .read(move |tx| list_jobs::get(tx, job))
        .await?
        .ok_or(ApiError::NotFound("List record not found."))?;
    Ok(job)
}

/// Ends a job that cannot go on.
pub(crate) async fn fail(
    state: &PlatformState,
    account: AccountId,
    job: i64,
    why: &'static str,
) -> Result<()> {
    let now = state.now();
    while !state
        .store
        .write(Lane::of(account.0), move |tx| {
            list_jobs::fail(tx, job, why, now)
        })
        .await?
    {}
    Ok(())
}

impl PlatformState {
    /// Takes up what the last stop interrupted, sends campaigns at their time and sweeps what has expired. All of it stops between two units
    /// when `until` is cancelled.
    pub async fn keep_jobs(self, until: CancellationToken) {
        if let Err(error) = self.resume_jobs().await {
            tracing::error!(%error, "work on lists was not taken up; the next start tries again");
        }
        tokio::join!(
            campaigns::keep(&self, &until),
            uploads::sweep(&self, &until)
        );
        self.jobs.stopping.cancel();
        self.jobs.tasks.close();
        self.jobs.tasks.wait().await;
    }

    /// Takes up the work on lists that the last stop interrupted. To be called once, when the process starts.
    ///
    /// # Errors
    /// The store's; nothing is lost then, and the next start tries again.
    pub async fn resume_jobs(&self) -> Result<usize> {
        let (mut after, mut resumed) = (0, 0);
        loop {
            let jobs = self
                .store
                .read(move |tx| list_jobs::unfinished(tx, after, RESUMED_MAX))
                .await?;
            let Some(last) = jobs.last() else {
                return Ok(resumed);
            };
            after = last.job_id;
            for job in jobs {
                match job.state {
                    State::Receiving => {
                        fail(
                            self,
                            job.account,
                            job.job_id,
                            "The service was restarted while it received the file.",
                        )
                        .await?;
                    }
                    _ => {
                        start(self, job.account, job.job_id);
                        resumed += 1;
                    }
                }
            }
        }
    }
}

async fn drive(state: &PlatformState, account: AccountId, id: i64) -> Result<()> {
    let Some(job) = state.store.read(move |tx| list_jobs::get(tx, id)).await? else {
        return Ok(());
    };
    if job.kind == Kind::Import {
        return import(state, job).await;
    }
    loop {
        let now = state.now();
        let job = state
            .store
            .write(Lane::of(account.0), move |tx| list_jobs::step(tx, id, now))
            .await?;
        if job.is_none_or(|job| job.state != State::Running) {
            return Ok(());
        }
    }
}

/// While one stretch is stored the next one is read.
async fn import(state: &PlatformState, job: Job) -> Result<()> {
    let Some(layout) = Layout::from_text(&job.detail) else {
        return fail(
            state,
            job.account,
            job.job_id,
            "The settings of this import cannot be read.",
        )
        .await;
    };
    if job.state != State::Running {
        return Ok(());
    }
    let (id, lane) = (job.job_id, Lane::of(job.account.0));
    let mut from = (job.position, job.rows_read);
    let mut chunk = read(state, &job, &layout, from).await?;
    loop {
        let (position, next) = (from.0, (chunk.position, from.1 + chunk.rows_read));
        let (finished, now) = (chunk.finished, state.now());
        let storing = state.store.write(lane, move |tx| {
            list_jobs::import_chunk(tx, id, position, &chunk, now)
        });
        let (stored, following) = match finished {
            true => (storing.await?, None),
            false => {
                let (stored, following) = tokio::join!(storing, read(state, &job, &layout, next));
                (stored?, Some(following?))
            }
        };
        match (stored, following) {
            (Stored::Yes, Some(following)) => (chunk, from) = (following, next),
            (Stored::Yes, None) | (Stored::Stale, _) => return Ok(()),
            (Stored::ListGone, _) => {
                return fail(state, job.account, id, "The list was deleted.").await;
            }
        }
    }
}

/// Reads on from a byte and a row of the file.
async fn read(
    state: &PlatformState,
    job: &Job,
    layout: &Layout,
    (position, rows_before): (i64, i64),
) -> Result<Chunk> {
    let (id, total) = (job.job_id, job.total);
    let (part, skipped) = (position / PART_BYTES as i64, position % PART_BYTES as i64);
    let parts = state
        .store
        .read(move |tx| list_jobs::parts(tx, id, part, PARTS_READ))
        .await?;
    let layout = layout.clone();
    let reading = spawn_blocking(move || {
        let bytes = parts.concat();
        let bytes = bytes.get(skipped as usize..).unwrap_or_default();
        csv::read(
            &Stretch {
                bytes,
                position,
                rows_before,
                to_end: position + bytes.len() as i64 >= total || bytes.is_empty(),
            },
            &layout,
        )
    });
    reading
        .await
        .map_err(|e| Error::Driver(format!("reading a file: {e}")))
}
