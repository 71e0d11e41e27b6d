//! Whose simulated network or webhooks somebody looks at or changes: of the connection that a key names, or of the account that an operator does.

use postern_access::operator_entry;
use postern_access::role::ControlRoute;
use postern_domain::account::AccountId;
use postern_domain::time::UnixMicros;
use postern_store::accounts::{self, Account};
use postern_store::audit::Entry;
use serde_json::Value;

use crate::audit::{action, change};
use crate::inbox;
use crate::query::Parameters;
use crate::refusal::Refusal;
use crate::sends::Asker;
use crate::state::ControlState;

/// The account, and whoever asks, who may change it.
pub(crate) struct Whose {
    asker: Asker,
    pub(crate) account: Account,
}

impl Whose {
    pub(crate) async fn asked(
        state: &ControlState,
        asker: Asker,
        pairs: Vec<(String, String)>,
    ) -> Result<Whose, Refusal> {
        let (whose, _) = Whose::asked_with(state, asker, pairs, &[]).await?;
        Ok(whose)
    }

    /// With the parameters of the request itself, which are `known`.
    pub(crate) async fn asked_with(
        state: &ControlState,
        asker: Asker,
        pairs: Vec<(String, String)>,
        known: &[&str],
    ) -> Result<(Whose, Parameters), Refusal> {
        let with = |name| [known, &[name]].concat();
        let (named, parameters) = match &asker {
            Asker::Key(context) if !context.is_operator => {
                inbox::may_change(&context.caller)?;
                let parameters = Parameters::new(pairs, &with("connection"))?;
                let connection = parameters.text("connection");
                let account = inbox::account(state, &context.caller, connection)?;
                (Some(account), parameters)
            }
            Asker::Key(_) | Asker::Operator(..) => {
                let parameters = Parameters::new(pairs, &with("account"))?;
                let number = |text: &str| {
                    let id = text.parse().map(AccountId);
                    id.map_err(|_| {
                        Refusal::invalid("account", "`account` must be the number of an account")
                    })
                };
                let named = parameters.text("account").map(number).transpose()?;
                (named, parameters)
            }
        };
        let account = state.store.read(move |tx| match named {
            Some(id) => accounts::get(tx, id),
            None => Ok(accounts::list(tx, AccountId(0), 1)?.into_iter().next()),
        });
        let account = account.await?.ok_or_else(|| {
            Refusal::not_found("account_not_found", "there is no such account").field("account")
        })?;
        Ok((Whose { asker, account }, parameters))
    }

    /// The record of a change to it.
    pub(crate) fn entry(&self, route: ControlRoute, now: UnixMicros, detail: &Value) -> Entry {
        let id = self.account.id.0.to_string();
        self.entry_about(route, now, ("account", &id), detail)
    }

    /// The record of a change to something of the account's.
    pub(crate) fn entry_about(
        &self,
        route: ControlRoute,
        now: UnixMicros,
        object: (&str, &str),
        detail: &Value,
    ) -> Entry {
        match &self.asker {
            Asker::Key(context) => change(context, now, object, detail),
            Asker::Operator(acting, visitor) => Entry {
                object_kind: object.0.to_owned(),
                object_id: object.1.to_owned(),
                detail: detail.to_string(),
                ..operator_entry(&acting.operator_id, visitor, now, action(route))
            },
        }
    }
}
