//! Files in pieces: uploads, which expire, and pictures of messages, which stay and are kept once however often they are sent.

use postern_domain::account::AccountId;
use postern_domain::time::UnixMicros;

use crate::settings::{TENANT, next_number};
use crate::{Error, Result, Row, Tx, v};

/// Every piece of a file but the last is this long.
pub const PART_BYTES: usize = 128 * 1024;
/// Pieces dropped in one unit.
const PARTS_DROPPED_MAX: i64 = 8;

pub type FileId = [u8; 16];

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    pub file_id: FileId,
    pub account: AccountId,
    /// 0: a picture of messages.
    pub upload_id: i64,
    pub name: String,
    pub content_type: String,
    pub bytes: i64,
    pub created_at: UnixMicros,
    pub expires_at: Option<UnixMicros>,
}

/// What is known of a file once all of it has arrived.
#[derive(Clone, Debug)]
pub struct Complete {
    pub name: String,
    pub content_type: String,
    pub bytes: i64,
    /// SHA-256.
    pub digest: [u8; 32],
}

/// Opens an upload whose pieces follow. It is nobody's to see until it is [`complete`], and swept at `expires_at` in any case.
pub fn begin(
    tx: &mut Tx<'_>,
    file_id: &FileId,
    account: AccountId,
    now: UnixMicros,
    expires_at: UnixMicros,
) -> Result<i64> {
    let upload_id = next_number(tx, "upload")?;
    tx.execute(
        "INSERT INTO files (tenant_id, file_id, account_id, upload_id, file_name, content_type, bytes, created_at, expires_at)
         VALUES ($1, $2, $3, $4, '', '', 0, $5, $6)",
        &[v(TENANT), v(file_id), v(account.0), v(upload_id), v(now.0), v(expires_at.0)],
    )?;
    Ok(upload_id)
}

pub fn put_part(tx: &mut Tx<'_>, file_id: &FileId, part: i64, content: &[u8]) -> Result<()> {
    tx.execute(
        "INSERT INTO file_parts (tenant_id, file_id, part, content) VALUES ($1, $2, $3, $4)",
        &[v(TENANT), v(file_id), v(part), v(content)],
    )?;
    Ok(())
}

/// Every piece is there. `false`: the file was swept meanwhile.
pub fn complete(
    tx: &mut Tx<'_>,
    file_id: &FileId,
    file: &Complete,
    expires_at: UnixMicros,
) -> Result<bool> {
    let changed = tx.execute(
        "UPDATE files SET file_name = $2, content_type = $3, bytes = $4, digest = $5, expires_at = $6
         WHERE file_id = $1 AND digest IS NULL AND expires_at IS NOT NULL",
        &[
            v(file_id),
            v(&file.name),
            v(&file.content_type),
            v(file.bytes),
            v(&file.digest),
            v(expires_at.0),
        ],
    )?;
    Ok(changed == 1)
}

/// Keeps a picture of messages for good. One that the account has sent before has the same number, and is there already.
pub fn keep(
    tx: &mut Tx<'_>,
    file_id: &FileId,
    account: AccountId,
    file: &Complete,
    content: &[u8],
    now: UnixMicros,
) -> Result<()> {
    let added = tx.execute(
        "INSERT INTO files (tenant_id, file_id, account_id, upload_id, file_name, content_type, bytes, digest, created_at)
         VALUES ($1, $2, $3, 0, $4, $5, $6, $7, $8) ON CONFLICT (file_id) DO NOTHING",
        &[
            v(TENANT),
            v(file_id),
            v(account.0),
            v(&file.name),
            v(&file.content_type),
            v(file.bytes),
            v(&file.digest),
            v(now.0),
        ],
    )?;
    if added == 1 {
        for (part, content) in (0..).zip(content.chunks(PART_BYTES)) {
            put_part(tx, file_id, part, content)?;
        }
    }
    Ok(())
}

/// `None`: unknown, incomplete or expired.
pub fn get(tx: &mut Tx<'_>, file_id: &FileId, now: UnixMicros) -> Result<Option<File>> {
    tx.opt(
        "SELECT file_id, account_id, upload_id, file_name, content_type, bytes, created_at, expires_at FROM files
         WHERE file_id = $1 AND digest IS NOT NULL AND (expires_at IS NULL OR expires_at > $2)",
        &[v(file_id), v(now.0)],
        read,
    )
}

/// One piece of a file. `None`: behind its end.
pub fn part(tx: &mut Tx<'_>, file_id: &FileId, part: i64) -> Result<Option<Vec<u8>>> {
    tx.opt(
        "SELECT content FROM file_parts WHERE file_id = $1 AND part = $2",
        &[v(file_id), v(part)],
        |row| row.blob(0),
    )
}

/// A whole file that is known to be small.
pub fn content(tx: &mut Tx<'_>, file_id: &FileId, parts_max: i64) -> Result<Vec<u8>> {
    let parts = tx.all(
        "SELECT content FROM file_parts WHERE file_id = $1 AND part < $2 ORDER BY part",
        &[v(file_id), v(parts_max)],
        |row| row.blob(0),
    )?;
    Ok(parts.concat())
}

/// Drops a few pieces of one expired file, and its row with the last of them. `false`: nothing has expired.
pub fn sweep(tx: &mut Tx<'_>, now: UnixMicros) -> Result<bool> {
    let expired = tx.opt(
        "SELECT file_id FROM files WHERE expires_at <= $1 ORDER BY expires_at LIMIT 1",
        &[v(now.0)],
        |row| row.blob(0),
    )?;
    let Some(file_id) = expired else {
        return Ok(false);
    };
    let dropped = tx.execute(
        "DELETE FROM file_parts WHERE file_id = $1 AND part < (SELECT min(part) FROM file_parts WHERE file_id = $1) + $2",
        &[v(&file_id), v(PARTS_DROPPED_MAX)],
    )?;
    if dropped < PARTS_DROPPED_MAX as u64 {
        tx.execute("DELETE FROM files WHERE file_id = $1", &[v(&file_id)])?;
    }
    Ok(true)
}

fn id(bytes: &[u8]) -> Result<FileId> {
    bytes.try_into().map_err(|_| Error::Inconsistent {
        table: "files",
        id: format!("{bytes:02x?}"),
    })
}

fn read(row: &Row<'_>) -> Result<File> {
    Ok(File {
        file_id: id(&row.blob(0)?)?,
        account: AccountId(row.int(1)?),
        upload_id: row.int(2)?,
        name: row.text(3)?,
        content_type: row.text(4)?,
        bytes: row.int(5)?,
        created_at: UnixMicros(row.int(6)?),
        expires_at: row.opt_int(7)?.map(UnixMicros),
    })
}
