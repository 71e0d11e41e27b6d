//! Jobs that go through a list once, window by window: removing opted out contacts and duplicates that an index finds, erasing a deleted
//! list.

use postern_domain::time::UnixMicros;

use super::{Job, STEP_CONTACTS_MAX, Step};
use crate::contacts::{BLOCK, count};
use crate::{Error, Result, Tx, lists, v};

/// The next contacts of a job: how many, and the number of the last.
fn window(tx: &mut Tx<'_>, job: &Job) -> Result<(i64, i64)> {
    tx.one(
        "SELECT count(*), coalesce(max(contact_id), 0) FROM (
            SELECT contact_id FROM contacts WHERE list_id = $1 AND contact_id > $2 ORDER BY contact_id LIMIT $3) next_ones",
        &[v(job.list_id), v(job.position), v(STEP_CONTACTS_MAX)],
        |row| Ok((row.int(0)?, row.int(1)?)),
    )
}

pub(super) fn opt_outs(tx: &mut Tx<'_>, job: &Job, now: UnixMicros) -> Result<Step> {
    let opt_out_list: i64 = job.detail.parse().map_err(|_| Error::Inconsistent {
        table: "list_jobs",
        id: job.job_id.to_string(),
    })?;
    let (rows, last) = window(tx, job)?;
    let mut removed = tx.all(
        "DELETE FROM contacts WHERE list_id = $1 AND contact_id > $2 AND contact_id <= $3 AND (
            EXISTS (SELECT 1 FROM contacts o WHERE o.account_id = $4 AND o.phone_number = contacts.phone_number AND o.phone_number <> ''
                AND +o.list_id = $5)
            OR (phone_number = '' AND EXISTS (SELECT 1 FROM contacts o WHERE o.account_id = $4 AND lower(o.email) = lower(contacts.email)
                AND o.email <> '' AND +o.list_id = $5)))
         RETURNING contact_id",
        &[
            v(job.list_id),
            v(job.position),
            v(last),
            v(job.account.0),
            v(opt_out_list),
        ],
        |row| row.int(0),
    )?;
    uncount(tx, job, &mut removed, now)?;
    Ok(Step {
        phase: 0,
        position: last.max(job.position),
        read: rows,
        done: removed.len() as i64,
        failed: 0,
        finished: rows < STEP_CONTACTS_MAX,
    })
}

macro_rules! younger_of {
    ($equal:literal) => {
        concat!(
            "DELETE FROM contacts WHERE list_id = $1 AND contact_id > $2 AND contact_id <= $3 AND EXISTS (
                SELECT 1 FROM contacts k WHERE k.account_id = $4 AND ",
            $equal,
            " AND +k.list_id = $1 AND k.contact_id < contacts.contact_id)
             RETURNING contact_id"
        )
    };
}

/// Removes contacts with the number of an older one.
pub(super) fn same_phone(tx: &mut Tx<'_>, job: &Job, now: UnixMicros) -> Result<Step> {
    let sql = younger_of!("k.phone_number = contacts.phone_number AND k.phone_number <> ''");
    younger(tx, job, sql, now)
}

/// Removes contacts with the e-mail address of an older one.
pub(super) fn same_email(tx: &mut Tx<'_>, job: &Job, now: UnixMicros) -> Result<Step> {
    let sql = younger_of!("lower(k.email) = lower(contacts.email) AND k.email <> ''");
    younger(tx, job, sql, now)
}

fn younger(tx: &mut Tx<'_>, job: &Job, sql: &'static str, now: UnixMicros) -> Result<Step> {
    let (rows, last) = window(tx, job)?;
    let params = [v(job.list_id), v(job.position), v(last), v(job.account.0)];
    let mut removed = tx.all(sql, &params, |row| row.int(0))?;
    uncount(tx, job, &mut removed, now)?;
    Ok(Step {
        phase: 0,
        position: last.max(job.position),
        read: rows,
        done: removed.len() as i64,
        failed: 0,
        finished: rows < STEP_CONTACTS_MAX,
    })
}

pub(super) fn uncount(
    tx: &mut Tx<'_>,
    job: &Job,
    removed: &mut [i64],
    now: UnixMicros,
) -> Result<()> {
    removed.sort_unstable();
    if !removed.is_empty() {
        lists::count(tx, job.account, job.list_id, -(removed.len() as i64), now)?;
        count(tx, job.list_id, removed.iter().copied(), -1)?;
    }
    Ok(())
}

/// Nobody sees the list any more, so nothing is counted; the last step takes the list itself.
pub(super) fn erase(tx: &mut Tx<'_>, job: &Job) -> Result<Step> {
    let (rows, last) = window(tx, job)?;
    let erased = tx.execute(
        "DELETE FROM contacts WHERE list_id = $1 AND contact_id > $2 AND contact_id <= $3",
        &[v(job.list_id), v(job.position), v(last)],
    )?;
    let finished = rows < STEP_CONTACTS_MAX;
    let below = if finished { i64::MAX } else { last / BLOCK };
    tx.execute(
        "DELETE FROM contact_blocks WHERE list_id = $1 AND block < $2",
        &[v(job.list_id), v(below)],
    )?;
    if finished {
        tx.execute(
            "DELETE FROM lists WHERE list_id = $1 AND erased = 1",
            &[v(job.list_id)],
        )?;
    }
    Ok(Step {
        phase: 0,
        position: last.max(job.position),
        read: rows,
        done: erased as i64,
        failed: 0,
        finished,
    })
}
