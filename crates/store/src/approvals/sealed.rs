//! What of an approval is sealed, for moving it under another vault key.

use crate::settings::TENANT;
use crate::{Result, Tx, v};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    Request,
    Answer,
}

impl Field {
    pub const ALL: [Field; 2] = [Field::Request, Field::Answer];

    /// In the associated data; the owner is [`sealing_owner`].
    pub fn as_str(self) -> &'static str {
        match self {
            Field::Request => "request",
            Field::Answer => "answer",
        }
    }
}

/// Owner in the associated data.
pub fn sealing_owner(approval_id: &str) -> String {
    format!("approval:{approval_id}")
}

/// Up to `limit` of them after `after` (empty: from the start).
pub fn sealed_page(
    tx: &mut Tx<'_>,
    field: Field,
    after: &str,
    limit: i64,
) -> Result<Vec<(String, Vec<u8>)>> {
    let sql = match field {
        Field::Request => {
            "SELECT approval_id, request_sealed FROM approvals
             WHERE tenant_id = $1 AND approval_id > $2 AND request_sealed IS NOT NULL ORDER BY approval_id LIMIT $3"
        }
        Field::Answer => {
            "SELECT approval_id, answer_sealed FROM approvals
             WHERE tenant_id = $1 AND approval_id > $2 AND answer_sealed IS NOT NULL ORDER BY approval_id LIMIT $3"
        }
    };
    tx.all(sql, &[v(TENANT), v(after), v(limit)], |row| {
        Ok((row.text(0)?, row.blob(1)?))
    })
}

/// Replaces the sealed form if it is still `old`.
pub fn reseal(
    tx: &mut Tx<'_>,
    field: Field,
    approval_id: &str,
    old: &[u8],
    new: &[u8],
) -> Result<bool> {
    let sql = match field {
        Field::Request => {
            "UPDATE approvals SET request_sealed = $4 WHERE tenant_id = $1 AND approval_id = $2 AND request_sealed = $3"
        }
        Field::Answer => {
            "UPDATE approvals SET answer_sealed = $4 WHERE tenant_id = $1 AND approval_id = $2 AND answer_sealed = $3"
        }
    };
    let rows = tx.execute(sql, &[v(TENANT), v(approval_id), v(old), v(new)])?;
    Ok(rows == 1)
}
