//! `/keys`: one file for each verb.

mod allowance;
mod change;
mod create;
mod draft;
mod list;
mod read;
mod revoke;
mod rotate;
mod view;

pub(crate) use allowance::{read_allowance, remaining};
pub(crate) use change::change_key;
pub(crate) use create::create_key;
pub(crate) use draft::{limits as stored_limits, limits_are_above, name as people_name};
pub(crate) use list::list_keys;
pub(crate) use read::read_key;
pub(crate) use revoke::revoke_key;
pub(crate) use rotate::rotate_key;
pub(crate) use view::shown;

use postern_access::{Caller, Scope};
use postern_store::keys::{self, KeyRow, SecretRow};

use crate::refusal::Refusal;
use crate::state::ControlState;

/// A key and its secrets, newest first, if `caller` may know of it: test keys know of test keys only.
async fn find(
    state: &ControlState,
    caller: &Caller,
    key_id: &str,
) -> Result<(KeyRow, Vec<SecretRow>), Refusal> {
    let id = key_id.to_owned();
    let found = state
        .store
        .read(move |tx| match keys::get(tx, &id)? {
            Some(row) => Ok(Some((row, keys::secrets_of(tx, &id)?))),
            None => Ok(None),
        })
        .await?;
    found
        .filter(|(row, _)| row.test || !caller.test)
        .ok_or_else(|| Refusal::not_found("key_not_found", "there is no such key"))
}

/// 404 if it does not exist, 403 if it reaches further than `caller`.
pub(crate) async fn concerns(
    state: &ControlState,
    caller: &Caller,
    key_id: &str,
) -> Result<(), Refusal> {
    let (row, _) = find(state, caller, key_id).await?;
    let scope = scope_of(&row)?;
    scope.within(&caller.scope).map_err(|field| {
        let message = format!("`{field}` of that key reaches further than the key that asks");
        Refusal::forbidden("wider_than_caller", message).field(field)
    })
}

/// A key's scope as it is stored.
fn scope_of(row: &KeyRow) -> Result<Scope, Refusal> {
    Scope::from_row(row).ok_or_else(|| {
        Refusal::internal(&format_args!(
            "the scope of key {} cannot be read",
            row.key_id
        ))
    })
}
