//! The chain over audit records: links, checkpoints, and what retention leaves of them.

use postern_domain::time::UnixMicros;

use crate::audit::{self, Entry};
use crate::settings::TENANT;
use crate::{Result, Row, Tx, v};

/// One sealed part of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkRow {
    /// From 1, without gaps.
    pub seq: i64,
    pub audit_id: String,
    /// `whole`, `opened` or `closed`.
    pub part: String,
    /// `None`: the record was erased.
    pub salt: Option<Vec<u8>>,
    pub fact_hash: Vec<u8>,
    pub hash: Vec<u8>,
}

/// A head that was signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckpointRow {
    pub seq: i64,
    pub hash: Vec<u8>,
    pub at: UnixMicros,
    /// Base64.
    pub signature: String,
}

/// A record that is not wholly in the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsealed {
    pub entry: Entry,
    /// Its opening is in the chain already.
    pub opened: bool,
}

/// Number and hash of the newest link.
pub fn head(tx: &mut Tx<'_>) -> Result<Option<(i64, Vec<u8>)>> {
    tx.opt(
        "SELECT seq, hash FROM audit_links WHERE tenant_id = $1 ORDER BY seq DESC LIMIT 1",
        &[v(TENANT)],
        |row| Ok((row.int(0)?, row.blob(1)?)),
    )
}

/// Number and hash of one link.
pub fn link_hash(tx: &mut Tx<'_>, seq: i64) -> Result<Option<Vec<u8>>> {
    tx.opt(
        "SELECT hash FROM audit_links WHERE tenant_id = $1 AND seq = $2",
        &[v(TENANT), v(seq)],
        |row| row.blob(0),
    )
}

/// Records with something to seal, new ones first, each kind oldest first. One that waits for its answer comes back when that is known.
pub fn unsealed(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<Unsealed>> {
    let mut found = tx.all(
        concat!(
            "SELECT ",
            audit::columns!(),
            " FROM audit WHERE tenant_id = $1 AND sealed < 2 AND sealed = 0 ORDER BY audit_id LIMIT $2"
        ),
        &[v(TENANT), v(limit)],
        |row| audit::entry(row).map(|entry| Unsealed { entry, opened: false }),
    )?;
    let answered = tx.all(
        concat!(
            "SELECT ",
            audit::columns!(),
            " FROM audit WHERE tenant_id = $1 AND sealed < 2 AND sealed = 1 AND closed_at IS NOT NULL ORDER BY audit_id LIMIT $2"
        ),
        &[v(TENANT), v(limit - found.len() as i64)],
        |row| audit::entry(row).map(|entry| Unsealed { entry, opened: true }),
    )?;
    found.extend(answered);
    Ok(found)
}

/// Adds links, which must follow the head, and notes how far their records are sealed.
pub fn append(tx: &mut Tx<'_>, links: &[LinkRow]) -> Result<()> {
    for link in links {
        tx.execute(
            "INSERT INTO audit_links (tenant_id, seq, audit_id, part, salt, fact_hash, hash) VALUES ($1, $2, $3, $4, $5, $6, $7)",
            &[
                v(TENANT),
                v(link.seq),
                v(&link.audit_id),
                v(&link.part),
                v(link.salt.as_ref()),
                v(&link.fact_hash),
                v(&link.hash),
            ],
        )?;
        let sealed = if link.part == "opened" { 1 } else { 2 };
        tx.execute(
            "UPDATE audit SET sealed = $3 WHERE tenant_id = $1 AND audit_id = $2",
            &[v(TENANT), v(&link.audit_id), v(sealed)],
        )?;
    }
    Ok(())
}

/// Links behind `after` up to `last`, in order, each with its record if that is still there.
pub fn links(
    tx: &mut Tx<'_>,
    after: i64,
    last: i64,
    limit: i64,
) -> Result<Vec<(LinkRow, Option<Entry>)>> {
    let links = tx.all(
        "SELECT seq, audit_id, part, salt, fact_hash, hash FROM audit_links
         WHERE tenant_id = $1 AND seq > $2 AND seq <= $3 ORDER BY seq LIMIT $4",
        &[v(TENANT), v(after), v(last), v(limit)],
        link,
    )?;
    let mut whole = Vec::with_capacity(links.len());
    for link in links {
        let entry = match link.salt {
            Some(_) => audit::get(tx, &link.audit_id)?,
            None => None,
        };
        whole.push((link, entry));
    }
    Ok(whole)
}

pub fn checkpoint(tx: &mut Tx<'_>, row: &CheckpointRow) -> Result<()> {
    tx.execute(
        "INSERT INTO audit_checkpoints (tenant_id, seq, hash, at, signature) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (tenant_id, seq) DO NOTHING",
        &[
            v(TENANT),
            v(row.seq),
            v(&row.hash),
            v(row.at.0),
            v(&row.signature),
        ],
    )?;
    Ok(())
}

/// Checkpoints behind link `after` up to `last`, in order.
/// The newest signature.
pub fn newest_checkpoint(tx: &mut Tx<'_>) -> Result<Option<CheckpointRow>> {
    tx.opt(
        "SELECT seq, hash, at, signature FROM audit_checkpoints WHERE tenant_id = $1 ORDER BY seq DESC LIMIT 1",
        &[v(TENANT)],
        |row| {
            Ok(CheckpointRow {
                seq: row.int(0)?,
                hash: row.blob(1)?,
                at: UnixMicros(row.int(2)?),
                signature: row.text(3)?,
            })
        },
    )
}

pub fn checkpoints(
    tx: &mut Tx<'_>,
    after: i64,
    last: i64,
    limit: i64,
) -> Result<Vec<CheckpointRow>> {
    tx.all(
        "SELECT seq, hash, at, signature FROM audit_checkpoints
         WHERE tenant_id = $1 AND seq > $2 AND seq <= $3 ORDER BY seq LIMIT $4",
        &[v(TENANT), v(after), v(last), v(limit)],
        |row| {
            Ok(CheckpointRow {
                seq: row.int(0)?,
                hash: row.blob(1)?,
                at: UnixMicros(row.int(2)?),
                signature: row.text(3)?,
            })
        },
    )
}

/// Sealed records from before `before`, oldest first.
fn expired(tx: &mut Tx<'_>, before: UnixMicros, limit: i64) -> Result<Vec<String>> {
    tx.all(
        "SELECT audit_id FROM audit WHERE tenant_id = $1 AND at < $2 AND sealed = 2 ORDER BY at, audit_id LIMIT $3",
        &[v(TENANT), v(before.0), v(limit)],
        |row| row.text(0),
    )
}

/// Whether [`erase`] would find something.
pub fn has_expired(tx: &mut Tx<'_>, before: UnixMicros) -> Result<bool> {
    Ok(!expired(tx, before, 1)?.is_empty())
}

/// Erases sealed records from before `before`, and the salts without which their hashes say nothing; the chain stays whole. At most
/// `limit` records; gives how many.
pub fn erase(tx: &mut Tx<'_>, before: UnixMicros, limit: i64) -> Result<usize> {
    let ids = expired(tx, before, limit)?;
    for id in &ids {
        tx.execute(
            "UPDATE audit_links SET salt = NULL WHERE tenant_id = $1 AND audit_id = $2",
            &[v(TENANT), v(id)],
        )?;
        tx.execute(
            "DELETE FROM audit WHERE tenant_id = $1 AND audit_id = $2",
            &[v(TENANT), v(id)],
        )?;
    }
    Ok(ids.len())
}

fn link(row: &Row<'_>) -> Result<LinkRow> {
    Ok(LinkRow {
        seq: row.int(0)?,
        audit_id: row.text(1)?,
        part: row.text(2)?,
        salt: row.opt_blob(3)?,
        fact_hash: row.blob(4)?,
        hash: row.blob(5)?,
    })
}
