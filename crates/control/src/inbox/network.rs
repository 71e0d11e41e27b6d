//! Whose simulated network somebody looks at or changes: of the connection that a key names, or of the account that an operator does.

use postern_access::operator_entry;
use postern_domain::account::AccountId;
use postern_domain::time::UnixMicros;
use postern_store::accounts::{self, Account};
use postern_store::audit::Entry;
use serde_json::Value;

use crate::audit::{action, change};
use crate::query::Parameters;
use crate::refusal::Refusal;
use crate::sends::Asker;
use crate::state::ControlState;

/// The account, and whoever asks, who may change it.
pub(super) struct Network {
    asker: Asker,
    pub(super) account: Account,
}

impl Network {
    pub(super) async fn asked(
        state: &ControlState,
        asker: Asker,
        pairs: Vec<(String, String)>,
    ) -> Result<Network, Refusal> {
        let named = match &asker {
            Asker::Key(context) if !context.is_operator => {
                super::may_change(&context.caller)?;
                let parameters = Parameters::new(pairs, &["connection"])?;
                let connection = parameters.text("connection");
                Some(super::account(state, &context.caller, connection)?)
            }
            Asker::Key(_) | Asker::Operator(..) => {
                let parameters = Parameters::new(pairs, &["account"])?;
                let number = |text: &str| {
                    let id = text.parse().map(AccountId);
                    id.map_err(|_| {
                        Refusal::invalid("account", "`account` must be the number of an account")
                    })
                };
                parameters.text("account").map(number).transpose()?
            }
        };
        let account = state.store.read(move |tx| match named {
            Some(id) => accounts::get(tx, id),
            None => Ok(accounts::list(tx, AccountId(0), 1)?.into_iter().next()),
        });
        let account = account.await?.ok_or_else(|| {
            Refusal::not_found("account_not_found", "there is no such account").field("account")
        })?;
        Ok(Network { asker, account })
    }

    /// The record of a change to it.
    pub(super) fn entry(
        &self,
        route: postern_access::role::ControlRoute,
        now: UnixMicros,
        detail: &Value,
    ) -> Entry {
        let id = self.account.id.0.to_string();
        match &self.asker {
            Asker::Key(context) => change(context, now, ("account", &id), detail),
            Asker::Operator(acting, visitor) => Entry {
                object_kind: "account".to_owned(),
                object_id: id,
                detail: detail.to_string(),
                ..operator_entry(&acting.operator_id, visitor, now, action(route))
            },
        }
    }
}

/// Brings what was committed into force.
pub(super) async fn in_force(state: &ControlState) -> Result<(), Refusal> {
    let read = state.phones.simulator.read_networks(&state.store).await;
    read.map_err(|error| Refusal::not_in_force(&error))
}
