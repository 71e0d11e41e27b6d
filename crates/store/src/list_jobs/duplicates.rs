//! Removing duplicates of a list of any length. First every contact's values are digested into a table that sorts equal ones together,
//! then that table is walked and emptied. The oldest of equal contacts stays; contacts that have none of the values equal nobody.

use postern_domain::contact::{Field, Fields};
use postern_domain::time::UnixMicros;
use sha2::{Digest as _, Sha256};

use super::windows::uncount;
use super::{Job, STEP_CONTACTS_MAX, Step};
use crate::contacts::after;
use crate::dialect::{Bulk, Kind};
use crate::settings::TENANT;
use crate::{Result, Tx, v};

const COLLECTING: i64 = 0;
const REMOVING: i64 = 1;

/// 128 bits: among a billion contacts the chance of two unequal ones meeting is 10⁻²¹.
const DIGEST_BYTES: usize = 16;

static DIGESTS: Bulk = Bulk {
    table: "list_job_digests",
    columns: &[
        ("tenant_id", Kind::Int),
        ("job_id", Kind::Int),
        ("digest", Kind::Blob),
        ("contact_id", Kind::Int),
    ],
};

pub(super) fn step(tx: &mut Tx<'_>, job: &Job, now: UnixMicros) -> Result<Step> {
    match job.phase {
        COLLECTING => collect(tx, job),
        _ => remove(tx, job, now),
    }
}

fn collect(tx: &mut Tx<'_>, job: &Job) -> Result<Step> {
    let fields: Vec<Field> = job.detail.split(',').filter_map(Field::parse).collect();
    let contacts = after(
        tx,
        job.account,
        job.list_id,
        job.position,
        STEP_CONTACTS_MAX,
    )?;
    let digests: Vec<_> = contacts
        .iter()
        .filter_map(|contact| Some((digest(&contact.fields, &fields)?, contact.contact_id)))
        .collect();
    let rows: Vec<_> = digests
        .iter()
        .map(|(digest, id)| vec![v(TENANT), v(job.job_id), v(digest), v(*id)])
        .collect();
    tx.insert_all(&DIGESTS, &rows)?;
    let last = contacts.last().map_or(job.position, |c| c.contact_id);
    let collected = (contacts.len() as i64) < STEP_CONTACTS_MAX;
    Ok(Step {
        phase: if collected { REMOVING } else { COLLECTING },
        position: if collected { 0 } else { last },
        read: contacts.len() as i64,
        done: 0,
        failed: 0,
        finished: false,
    })
}

/// In any case, without the spaces around. `None`: nothing to compare.
fn digest(contact: &Fields, fields: &[Field]) -> Option<[u8; DIGEST_BYTES]> {
    let mut hash = Sha256::new();
    let mut something = false;
    for field in fields {
        let value = contact.get(*field).trim().to_lowercase();
        something |= !value.is_empty();
        hash.update((value.len() as u64).to_be_bytes());
        hash.update(value);
    }
    let bytes = hash.finalize();
    something.then(|| bytes[..DIGEST_BYTES].try_into().expect("SHA-256 is longer"))
}

fn remove(tx: &mut Tx<'_>, job: &Job, now: UnixMicros) -> Result<Step> {
    let rows = tx.all(
        "SELECT digest, contact_id FROM list_job_digests WHERE job_id = $1 ORDER BY digest, contact_id LIMIT $2",
        &[v(job.job_id), v(STEP_CONTACTS_MAX)],
        |row| Ok((row.blob(0)?, row.int(1)?)),
    )?;
    let finished = (rows.len() as i64) < STEP_CONTACTS_MAX;
    let mut removed = Vec::new();
    if let Some((digest, last)) = rows.last() {
        // Both the older and the younger contact must be as they were when their values were digested.
        removed = tx.all(
            "DELETE FROM contacts WHERE list_id = $1 AND +updated_at <= $2 AND contact_id IN (
                SELECT s.contact_id FROM list_job_digests s WHERE s.job_id = $3 AND (s.digest, s.contact_id) <= ($4, $5) AND EXISTS (
                    SELECT 1 FROM list_job_digests k JOIN contacts c ON c.list_id = $1 AND c.contact_id = k.contact_id
                    WHERE k.job_id = $3 AND k.digest = s.digest AND k.contact_id < s.contact_id AND +c.updated_at <= $2))
             RETURNING contact_id",
            &[v(job.list_id), v(job.created_at.0), v(job.job_id), v(digest), v(*last)],
            |row| row.int(0),
        )?;
        uncount(tx, job, &mut removed, now)?;
        // Equal contacts may go on behind this stretch, so the oldest of the last ones stays in the table.
        let oldest = match finished {
            true => 0,
            false => rows
                .iter()
                .find(|(d, _)| d == digest)
                .map_or(0, |(_, id)| *id),
        };
        tx.execute(
            "DELETE FROM list_job_digests WHERE job_id = $1 AND (digest, contact_id) <= ($2, $3) AND NOT (digest = $2 AND contact_id = $4)",
            &[v(job.job_id), v(digest), v(*last), v(oldest)],
        )?;
    }
    Ok(Step {
        phase: REMOVING,
        position: job.position,
        read: 0,
        done: removed.len() as i64,
        failed: 0,
        finished,
    })
}
