//! Who was told about one receipt, or about one text that came in.

use postern_domain::account::AccountId;

use super::About;
use super::record::{Push, Try, get, tries};
use crate::{Result, Tx, v};

/// Rules that want to know the same are fewer, and so are tests of it.
const PUSHES_MAX: i64 = 20;

/// Pushes about it with their tries, the oldest first; those that ended long ago are forgotten.
pub fn told(tx: &mut Tx<'_>, account: AccountId, about: About) -> Result<Vec<(Push, Vec<Try>)>> {
    let (kind, seq) = about.parts();
    let ids = tx.all(
        "SELECT push_id FROM pushes WHERE account_id = $1 AND about = $2 AND seq = $3 ORDER BY push_id LIMIT $4",
        &[v(account.0), v(kind), v(seq), v(PUSHES_MAX)],
        |row| row.int(0),
    )?;
    let mut found = Vec::with_capacity(ids.len());
    for id in ids {
        if let Some(push) = get(tx, account, id)? {
            found.push((push, tries(tx, account, id)?));
        }
    }
    Ok(found)
}
