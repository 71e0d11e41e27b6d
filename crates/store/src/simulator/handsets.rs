//! What people do with their handsets. A handset that is simply on has no row.

use postern_domain::account::AccountId;
use postern_domain::chaos::Handset;
use postern_domain::time::UnixMicros;

use crate::settings::TENANT;
use crate::{Error, Result, Row, Tx, v};

/// Handsets of an account that are not simply on.
pub const HANDSETS_MAX: i64 = 1_000;

/// By number.
pub fn handsets(tx: &mut Tx<'_>, account: AccountId) -> Result<Vec<(String, Handset)>> {
    let found = tx.all(
        "SELECT account_id, number, state FROM handsets WHERE account_id = $1 ORDER BY number LIMIT $2",
        &[v(account.0), v(HANDSETS_MAX)],
        read,
    )?;
    Ok(found
        .into_iter()
        .map(|(_, number, state)| (number, state))
        .collect())
}

pub(super) fn all(tx: &mut Tx<'_>) -> Result<Vec<(AccountId, String, Handset)>> {
    tx.all(
        "SELECT account_id, number, state FROM handsets ORDER BY account_id, number",
        &[],
        read,
    )
}

/// `false`: too many are out of the ordinary, or `number` is none in E.164.
pub fn put_handset(
    tx: &mut Tx<'_>,
    account: AccountId,
    number: &str,
    state: Handset,
    now: UnixMicros,
) -> Result<bool> {
    let Some(digits) = number
        .strip_prefix('+')
        .and_then(|digits| digits.parse::<i64>().ok())
    else {
        return Ok(false);
    };
    if state == Handset::On {
        tx.execute(
            "DELETE FROM handsets WHERE account_id = $1 AND number = $2",
            &[v(account.0), v(digits)],
        )?;
        return Ok(true);
    }
    let put = tx.execute(
        "INSERT INTO handsets (tenant_id, account_id, number, state, updated_at)
         SELECT $1, $2, $3, $4, $5 WHERE (SELECT count(*) FROM handsets WHERE account_id = $2 AND number <> $3) < $6
         ON CONFLICT (account_id, number) DO UPDATE SET state = excluded.state, updated_at = excluded.updated_at",
        &[
            v(TENANT),
            v(account.0),
            v(digits),
            v(state.code()),
            v(now.0),
            v(HANDSETS_MAX),
        ],
    )?;
    Ok(put == 1)
}

fn read(row: &Row<'_>) -> Result<(AccountId, String, Handset)> {
    let (account, digits) = (row.int(0)?, row.int(1)?);
    let state = Handset::from_code(row.int(2)?).ok_or_else(|| Error::Inconsistent {
        table: "handsets",
        id: format!("{account}/{digits}"),
    })?;
    Ok((AccountId(account), format!("+{digits}"), state))
}
