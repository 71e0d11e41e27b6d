//! Countries that an account has selected for sending, by their number in the list of countries.

use postern_domain::account::AccountId;
use postern_domain::time::UnixMicros;

use crate::settings::TENANT;
use crate::{Result, Tx, v};

#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct Selected {
    pub country_list_id: i64,
    /// When the account agreed to the country's rules.
    pub agreed_at: Option<UnixMicros>,
}

/// By number; there are no more than countries.
pub fn list(tx: &mut Tx<'_>, account: AccountId) -> Result<Vec<Selected>> {
    tx.all(
        "SELECT country_list_id, agreed_at FROM user_countries WHERE account_id = $1 ORDER BY country_list_id",
        &[v(account.0)],
        |row| {
            Ok(Selected {
                country_list_id: row.int(0)?,
                agreed_at: row.opt_int(1)?.map(UnixMicros),
            })
        },
    )
}

/// Makes `wanted` the selection. What was selected before keeps its agreement.
pub fn select(tx: &mut Tx<'_>, account: AccountId, wanted: &[i64], now: UnixMicros) -> Result<()> {
    for before in list(tx, account)? {
        if !wanted.contains(&before.country_list_id) {
            tx.execute(
                "DELETE FROM user_countries WHERE account_id = $1 AND country_list_id = $2",
                &[v(account.0), v(before.country_list_id)],
            )?;
        }
    }
    for id in wanted {
        tx.execute(
            "INSERT INTO user_countries (tenant_id, account_id, country_list_id, selected_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (account_id, country_list_id) DO NOTHING",
            &[v(TENANT), v(account.0), v(*id), v(now.0)],
        )?;
    }
    tx.execute(
        "UPDATE accounts SET countries_limited = $2 WHERE account_id = $1",
        &[v(account.0), v(!wanted.is_empty())],
    )?;
    Ok(())
}

/// Notes the agreement to the rules of selected countries (`None`: of all of them); the first time counts.
pub fn agree(
    tx: &mut Tx<'_>,
    account: AccountId,
    to: Option<&[i64]>,
    now: UnixMicros,
) -> Result<()> {
    for selected in list(tx, account)? {
        if to.is_none_or(|to| to.contains(&selected.country_list_id)) {
            tx.execute(
                "UPDATE user_countries SET agreed_at = $3 WHERE account_id = $1 AND country_list_id = $2 AND agreed_at IS NULL",
                &[v(account.0), v(selected.country_list_id), v(now.0)],
            )?;
        }
    }
    Ok(())
}
