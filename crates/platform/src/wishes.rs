//! Whom an account's keys must not write to: everybody on its Opt-Out List, and those who opted out and were erased since. Callers with the
//! account's own credentials write to whom they name, as at ClickSend, where opting out concerns lists.

use std::collections::HashSet;

use postern_domain::account::AccountId;
use postern_guard::{Sending, Wishes};
use postern_store::{Result, Tx, opt_outs};
use postern_vault::Vault;

use crate::erased::Erased;

/// Asked inside the unit that sends.
pub(crate) fn of(account: AccountId, vault: Vault) -> Wishes {
    Wishes::new(move |tx, sending| first(tx, account, &vault, sending))
}

fn first(
    tx: &mut Tx<'_>,
    account: AccountId,
    vault: &Vault,
    sending: &Sending,
) -> Result<Option<usize>> {
    let kept = opt_outs::kept(tx, account)?;
    let mut out = HashSet::new();
    if let Some(list_id) = kept.list_id {
        let numbers: Vec<_> = sending.by_recipient().into_keys().collect();
        if !numbers.is_empty() {
            out.extend(opt_outs::among(tx, account, list_id, &numbers)?);
        }
    }
    if kept.erased {
        let erased = Erased::in_unit(tx, vault)?;
        for number in sending.by_recipient().into_keys() {
            if erased.knows(tx, account, number)? {
                out.insert(number.to_owned());
            }
        }
    }
    Ok(sending.items.iter().position(|item| out.contains(&item.to)))
}
