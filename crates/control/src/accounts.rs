//! `/accounts`: the accounts of the built-in platform, for keys that are not narrowed and see live data.

mod change;
mod create;
mod credit;
mod list;
mod mint;
mod rotate;
mod transfer;

pub(crate) use change::change_account;
pub(crate) use create::create_account;
pub(crate) use credit::credit_account;
pub(crate) use list::{list_accounts, read_account};
pub use mint::{AccountDefaults, MintedAccount, mint_account};
pub(crate) use mint::{open_api_key, rewrap_api_key};
pub(crate) use rotate::rotate_account_key;
pub(crate) use transfer::{transfer, transfer_places};

use postern_access::Caller;
use postern_domain::account::AccountId;
use postern_store::accounts::{self, Account};
use postern_wire::control;

use crate::instant::written;
use crate::refusal::Refusal;
use crate::state::ControlState;

/// An account's key and the vault reach past every scope, so a narrowed key may not touch them.
pub(crate) fn unnarrowed(caller: &Caller) -> Result<(), Refusal> {
    if caller.test {
        return Err(Refusal::forbidden(
            "test_key",
            "test keys see nothing but the sandbox",
        ));
    }
    let scope = &caller.scope;
    if scope.apps.is_some() || scope.connections.is_some() || scope.rules.is_some() {
        let message = "a key that is narrowed to apps, connections or rules may not do this";
        return Err(
            Refusal::forbidden("wider_than_caller", message).hint("use a full key without scopes")
        );
    }
    Ok(())
}

/// As limits are kept.
fn limits_scope(id: AccountId) -> String {
    format!("account:{}", id.0)
}

async fn find(state: &ControlState, account_id: &str) -> Result<Account, Refusal> {
    let missing = || {
        Refusal::not_found(
            "account_not_found",
            format!("there is no account `{account_id}`"),
        )
    };
    let id = AccountId(account_id.parse().map_err(|_| missing())?);
    state
        .store
        .read(move |tx| accounts::get(tx, id))
        .await?
        .ok_or_else(missing)
}

fn shown(state: &ControlState, account: &Account) -> Result<control::Account, Refusal> {
    let limits = state.directory.account_limits(account.id);
    let limits = limits.as_deref().map(serde_json::from_str).transpose();
    Ok(control::Account {
        account_id: account.id.0,
        username: account.username.clone(),
        email: account.email.clone(),
        balance: account.balance.to_string(),
        currency: account.currency.as_str().to_owned(),
        sandbox: account.sandbox,
        limits: limits
            .map_err(|error| Refusal::internal(&error))?
            .unwrap_or_default(),
        created_at: written(account.created_at),
    })
}
