//! Whose messages a page shows: the platform has an account or two, seldom many.

use postern_domain::account::AccountId;
use postern_store::accounts::{self, Account};
use postern_store::{Result, Tx};

/// More are chosen by their number in the address.
const SHOWN_MAX: i64 = 100;

/// An entry of the list to choose from.
pub(crate) struct Choice {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) chosen: bool,
}

/// The account that an address names; what is no number names none.
pub(crate) fn named(text: Option<&str>) -> Option<i64> {
    text?.parse().ok()
}

/// The accounts to choose from and the one that is chosen: the named one, else the oldest.
pub(crate) fn choose(
    tx: &mut Tx<'_>,
    named: Option<i64>,
) -> Result<(Vec<Choice>, Option<Account>)> {
    let all = accounts::list(tx, AccountId(0), SHOWN_MAX)?;
    let chosen = match named {
        Some(id) => accounts::get(tx, AccountId(id))?,
        None => all.first().cloned(),
    };
    let choices = all.iter().map(|account| Choice {
        id: account.id.0,
        name: account.username.clone(),
        chosen: chosen.as_ref().is_some_and(|one| one.id == account.id),
    });
    Ok((choices.collect(), chosen))
}
