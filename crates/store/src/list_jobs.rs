//! Work on lists that is too long for one unit. A job is a row with a position; every step is one unit that works on at most a thousand
//! contacts and moves the position with them, so a job goes on after a restart where its last commit left it.

mod duplicates;
mod import;
mod windows;

use postern_domain::account::AccountId;
use postern_domain::contact::Field;
use postern_domain::time::UnixMicros;

use crate::settings::{TENANT, next_number};
use crate::{Error, Result, Row, Tx, v};

pub use import::{
    Chunk, FAULTS_MAX, Fault, PART_BYTES, Stored, begin_import, faults, import_chunk, parts,
    put_part, start_import,
};

/// Contacts in a step.
pub const STEP_CONTACTS_MAX: i64 = 1_000;

#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    Import,
    Duplicates,
    OptOuts,
    Erase,
}

#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// A file is on its way; a restart ends such a job.
    Receiving,
    Running,
    Done,
    Failed,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    pub job_id: i64,
    pub account: AccountId,
    pub list_id: i64,
    pub kind: Kind,
    pub state: State,
    /// Import: its settings, which only its reader knows. Duplicates: names of fields, joined by commas. Opt-outs: number of the list.
    pub detail: String,
    pub phase: i64,
    /// Byte of the file, or number of a contact.
    pub position: i64,
    /// Bytes of the file, or contacts at the start.
    pub total: i64,
    pub rows_read: i64,
    /// Contacts added or removed.
    pub rows_done: i64,
    pub rows_failed: i64,
    pub failure: Option<String>,
    pub created_at: UnixMicros,
}

impl Kind {
    pub(crate) const fn code(self) -> i64 {
        match self {
            Kind::Import => 1,
            Kind::Duplicates => 2,
            Kind::OptOuts => 3,
            Kind::Erase => 4,
        }
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT job_id, account_id, list_id, kind, state, detail, phase, position, total, rows_read, rows_done, rows_failed, failure,
                created_at
             FROM list_jobs ",
            $rest
        )
    };
}

/// Opens a job that is ready to run.
pub(crate) fn open(
    tx: &mut Tx<'_>,
    account: AccountId,
    list_id: i64,
    kind: Kind,
    detail: &str,
    now: UnixMicros,
) -> Result<i64> {
    insert(tx, account, list_id, kind, State::Running, detail, now)
}

/// Removes contacts that equal an older one of the list in all of `fields`. `None`: no such list.
pub fn open_duplicates(
    tx: &mut Tx<'_>,
    account: AccountId,
    list_id: i64,
    fields: &[Field],
    now: UnixMicros,
) -> Result<Option<i64>> {
    if crate::lists::get(tx, account, list_id)?.is_none() {
        return Ok(None);
    }
    let names: Vec<_> = fields.iter().map(|field| field.as_str()).collect();
    open(
        tx,
        account,
        list_id,
        Kind::Duplicates,
        &names.join(","),
        now,
    )
    .map(Some)
}

/// Removes contacts whose number (or, where they have none, e-mail address) is in `opt_out_list`. `None`: one of the lists is unknown.
pub fn open_opt_outs(
    tx: &mut Tx<'_>,
    account: AccountId,
    list_id: i64,
    opt_out_list: i64,
    now: UnixMicros,
) -> Result<Option<i64>> {
    for list in [list_id, opt_out_list] {
        if crate::lists::get(tx, account, list)?.is_none() {
            return Ok(None);
        }
    }
    let detail = opt_out_list.to_string();
    open(tx, account, list_id, Kind::OptOuts, &detail, now).map(Some)
}

fn insert(
    tx: &mut Tx<'_>,
    account: AccountId,
    list_id: i64,
    kind: Kind,
    state: State,
    detail: &str,
    now: UnixMicros,
) -> Result<i64> {
    let job_id = next_number(tx, "list_job")?;
    tx.execute(
        "INSERT INTO list_jobs (tenant_id, job_id, account_id, list_id, kind, state, detail, phase, position, total, rows_read, rows_done,
            rows_failed, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 0, coalesce((SELECT contacts FROM lists WHERE list_id = $4), 0), 0, 0, 0, $8, $8)",
        &[
            v(TENANT),
            v(job_id),
            v(account.0),
            v(list_id),
            v(kind.code()),
            v(state.code()),
            v(detail),
            v(now.0),
        ],
    )?;
    Ok(job_id)
}

pub fn get(tx: &mut Tx<'_>, job_id: i64) -> Result<Option<Job>> {
    tx.opt(select!("WHERE job_id = $1"), &[v(job_id)], read)
}

/// Jobs that a restart interrupted, oldest first.
pub fn unfinished(tx: &mut Tx<'_>, after: i64, limit: i64) -> Result<Vec<Job>> {
    tx.all(
        select!("WHERE state <= 2 AND job_id > $1 ORDER BY job_id LIMIT $2"),
        &[v(after), v(limit)],
        read,
    )
}

/// One step of anything but an import, whose rows must be read first. Answers the job as it is now; a step of a finished job does nothing.
pub fn step(tx: &mut Tx<'_>, job_id: i64, now: UnixMicros) -> Result<Option<Job>> {
    let Some(job) = get(tx, job_id)? else {
        return Ok(None);
    };
    if job.state != State::Running {
        return Ok(Some(job));
    }
    let done = match job.kind {
        Kind::Import => return Ok(Some(job)),
        Kind::Duplicates => match job.detail.as_str() {
            "phone_number" => windows::same_phone(tx, &job, now)?,
            "email" => windows::same_email(tx, &job, now)?,
            _ => duplicates::step(tx, &job, now)?,
        },
        Kind::OptOuts => windows::opt_outs(tx, &job, now)?,
        Kind::Erase => windows::erase(tx, &job)?,
    };
    advance(tx, &job, done, now)?;
    get(tx, job_id)
}

/// Where a step left its job.
#[derive(Copy, Clone, Debug)]
pub(crate) struct Step {
    pub(crate) phase: i64,
    pub(crate) position: i64,
    pub(crate) read: i64,
    pub(crate) done: i64,
    pub(crate) failed: i64,
    pub(crate) finished: bool,
}

/// Moves the job on from where it was. `false`: somebody else has; the unit must then fail.
pub(crate) fn advance(tx: &mut Tx<'_>, job: &Job, step: Step, now: UnixMicros) -> Result<()> {
    let state = match step.finished {
        true => State::Done,
        false => State::Running,
    };
    let moved = tx.execute(
        "UPDATE list_jobs SET phase = $4, position = $5, rows_read = rows_read + $6, rows_done = rows_done + $7,
            rows_failed = rows_failed + $8, state = $9, updated_at = $10
         WHERE job_id = $1 AND phase = $2 AND position = $3 AND state = 2",
        &[
            v(job.job_id),
            v(job.phase),
            v(job.position),
            v(step.phase),
            v(step.position),
            v(step.read),
            v(step.done),
            v(step.failed),
            v(state.code()),
            v(now.0),
        ],
    )?;
    match moved {
        1 => Ok(()),
        _ => Err(Error::Conflict(format!("job {} has moved on", job.job_id))),
    }
}

/// Ends a job that cannot go on, and drops what is left of its file in further calls until it answers `true`.
pub fn fail(tx: &mut Tx<'_>, job_id: i64, why: &str, now: UnixMicros) -> Result<bool> {
    let parts = import::drop_parts(tx, job_id, i64::MAX)?;
    if parts > 0 {
        return Ok(false);
    }
    tx.execute(
        "UPDATE list_jobs SET state = $2, failure = $3, updated_at = $4 WHERE job_id = $1 AND state <= 2",
        &[v(job_id), v(State::Failed.code()), v(why), v(now.0)],
    )?;
    Ok(true)
}

impl State {
    const fn code(self) -> i64 {
        match self {
            State::Receiving => 1,
            State::Running => 2,
            State::Done => 3,
            State::Failed => 4,
        }
    }
}

fn read(row: &Row<'_>) -> Result<Job> {
    let job_id = row.int(0)?;
    let inconsistent = || Error::Inconsistent {
        table: "list_jobs",
        id: job_id.to_string(),
    };
    let kinds = [Kind::Import, Kind::Duplicates, Kind::OptOuts, Kind::Erase];
    let states = [State::Receiving, State::Running, State::Done, State::Failed];
    let (kind, state) = (row.int(3)?, row.int(4)?);
    Ok(Job {
        job_id,
        account: AccountId(row.int(1)?),
        list_id: row.int(2)?,
        kind: *kinds
            .iter()
            .find(|k| k.code() == kind)
            .ok_or_else(inconsistent)?,
        state: *states
            .iter()
            .find(|s| s.code() == state)
            .ok_or_else(inconsistent)?,
        detail: row.text(5)?,
        phase: row.int(6)?,
        position: row.int(7)?,
        total: row.int(8)?,
        rows_read: row.int(9)?,
        rows_done: row.int(10)?,
        rows_failed: row.int(11)?,
        failure: row.opt_text(12)?,
        created_at: UnixMicros(row.int(13)?),
    })
}
