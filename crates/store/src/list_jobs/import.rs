//! Imports: a file in pieces, and rows that become contacts in the same unit that moves the position in the file.

use postern_domain::account::AccountId;
use postern_domain::contact::Fields;
use postern_domain::time::UnixMicros;

use super::{Job, Kind, State, Step, advance, get, insert};
use crate::dialect::{Bulk, Kind as ColumnKind};
use crate::settings::TENANT;
use crate::{Result, Tx, contacts, lists, v};

/// Every piece of a file but the last is this long, so that a position names a piece.
pub const PART_BYTES: usize = 128 * 1024;

/// Bad rows whose reason is kept; more are only counted.
pub const FAULTS_MAX: i64 = 1_000;

/// Pieces dropped in one unit.
const PARTS_DROPPED_MAX: i64 = 8;

/// Why a row of a file (counted from 1, headings included) is no contact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub row: i64,
    pub reason: String,
}

/// What was read from a file from the job's position on.
#[derive(Clone, Debug, Default)]
pub struct Chunk {
    /// Where the next chunk begins.
    pub position: i64,
    pub rows_read: i64,
    /// At most a step's worth.
    pub contacts: Vec<Fields>,
    pub faults: Vec<Fault>,
    pub finished: bool,
}

#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Stored {
    Yes,
    /// The list was deleted meanwhile.
    ListGone,
    /// The job is not where the chunk begins, or ended.
    Stale,
}

static FAULTS: Bulk = Bulk {
    table: "list_job_faults",
    columns: &[
        ("tenant_id", ColumnKind::Int),
        ("job_id", ColumnKind::Int),
        ("row_number", ColumnKind::Int),
        ("reason", ColumnKind::Text),
    ],
};

/// Opens a job that receives a file. `None`: no such list.
pub fn begin_import(
    tx: &mut Tx<'_>,
    account: AccountId,
    list_id: i64,
    detail: &str,
    now: UnixMicros,
) -> Result<Option<i64>> {
    if lists::get(tx, account, list_id)?.is_none() {
        return Ok(None);
    }
    insert(
        tx,
        account,
        list_id,
        Kind::Import,
        State::Receiving,
        detail,
        now,
    )
    .map(Some)
}

pub fn put_part(tx: &mut Tx<'_>, job_id: i64, part: i64, content: &[u8]) -> Result<()> {
    tx.execute(
        "INSERT INTO list_job_parts (tenant_id, job_id, part, content) VALUES ($1, $2, $3, $4)",
        &[v(TENANT), v(job_id), v(part), v(content)],
    )?;
    Ok(())
}

/// The file is complete.
pub fn start_import(tx: &mut Tx<'_>, job_id: i64, bytes: i64, now: UnixMicros) -> Result<()> {
    tx.execute(
        "UPDATE list_jobs SET state = 2, total = $2, updated_at = $3 WHERE job_id = $1 AND state = 1",
        &[v(job_id), v(bytes), v(now.0)],
    )?;
    Ok(())
}

/// Up to `count` pieces from piece `from` on.
pub fn parts(tx: &mut Tx<'_>, job_id: i64, from: i64, count: i64) -> Result<Vec<Vec<u8>>> {
    tx.all(
        "SELECT content FROM list_job_parts WHERE job_id = $1 AND part >= $2 ORDER BY part LIMIT $3",
        &[v(job_id), v(from), v(count)],
        |row| row.blob(0),
    )
}

/// Adds the contacts of a chunk, notes its bad rows and moves the job from `from` to the chunk's end.
pub fn import_chunk(
    tx: &mut Tx<'_>,
    job_id: i64,
    from: i64,
    chunk: &Chunk,
    now: UnixMicros,
) -> Result<Stored> {
    let job = match get(tx, job_id)? {
        Some(job) if job.state == State::Running && job.position == from => job,
        _ => return Ok(Stored::Stale),
    };
    if lists::get(tx, job.account, job.list_id)?.is_none() {
        return Ok(Stored::ListGone);
    }
    if !chunk.contacts.is_empty() {
        contacts::add(tx, job.account, job.list_id, &chunk.contacts, now)?;
    }
    note(tx, &job, &chunk.faults)?;
    let whole_parts = chunk.position / PART_BYTES as i64;
    let below = if chunk.finished {
        i64::MAX
    } else {
        whole_parts
    };
    while drop_parts(tx, job_id, below)? > 0 {}
    let step = Step {
        phase: 0,
        position: chunk.position,
        read: chunk.rows_read,
        done: chunk.contacts.len() as i64,
        failed: chunk.faults.len() as i64,
        finished: chunk.finished,
    };
    advance(tx, &job, step, now)?;
    Ok(Stored::Yes)
}

fn note(tx: &mut Tx<'_>, job: &Job, faults: &[Fault]) -> Result<()> {
    let room = usize::try_from(FAULTS_MAX - job.rows_failed).unwrap_or(0);
    let rows: Vec<_> = faults
        .iter()
        .take(room)
        .map(|fault| vec![v(TENANT), v(job.job_id), v(fault.row), v(&fault.reason)])
        .collect();
    tx.insert_all(&FAULTS, &rows)?;
    Ok(())
}

/// Drops a few pieces below piece `below`; answers how many there were.
pub(super) fn drop_parts(tx: &mut Tx<'_>, job_id: i64, below: i64) -> Result<u64> {
    tx.execute(
        "DELETE FROM list_job_parts WHERE job_id = $1 AND part < $2 AND part < (SELECT min(part) FROM list_job_parts WHERE job_id = $1) + $3",
        &[v(job_id), v(below), v(PARTS_DROPPED_MAX)],
    )
}

/// The bad rows of an import, as far as they are kept.
pub fn faults(tx: &mut Tx<'_>, job_id: i64) -> Result<Vec<Fault>> {
    tx.all(
        "SELECT row_number, reason FROM list_job_faults WHERE job_id = $1 ORDER BY row_number LIMIT $2",
        &[v(job_id), v(FAULTS_MAX)],
        |row| {
            Ok(Fault {
                row: row.int(0)?,
                reason: row.text(1)?,
            })
        },
    )
}
