//! What a link leads to.

use std::sync::Arc;

use postern_apps::{App, Origin};
use postern_store::connections::{self, ConnectionRow};

use crate::connections::{oldest_account, origins, platform_speaks};
use crate::link::{Brought, Worth};
use crate::refusal::Refusal;
use crate::state::ControlState;

/// A connection that waits for credentials.
pub(super) struct Open {
    pub(super) row: ConnectionRow,
    pub(super) app: Arc<App>,
    /// Where the credentials will be sent.
    pub(super) origin: Arc<Origin>,
    pub(super) token: String,
    /// Whether the built-in sandbox can be chosen instead.
    pub(super) sandbox: bool,
}

/// Why there is no form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Gone {
    /// No token, or not a whole one.
    Incomplete,
    Expired {
        connection_id: String,
    },
    Void {
        connection_id: String,
    },
    /// The operator has taken the app out of the configuration.
    AppMissing {
        app: String,
    },
}

pub(super) async fn visit(
    state: &ControlState,
    token: Option<&str>,
) -> Result<Result<Open, Gone>, Refusal> {
    let Some((token, brought)) = token.and_then(|token| Some((token, Brought::read(token)?)))
    else {
        return Ok(Err(Gone::Incomplete));
    };
    let connection_id = brought.connection_id.clone();
    let id = connection_id.clone();
    let read = move |tx: &mut postern_store::Tx<'_>| {
        Ok((
            connections::get(tx, &id)?,
            oldest_account(tx, true)?.is_some(),
        ))
    };
    let (Some(row), sandbox) = state.store.read(read).await? else {
        return Ok(Err(Gone::Void { connection_id }));
    };
    match brought.worth(&state.vault, &row, state.now()) {
        Worth::Good => {}
        Worth::Expired => return Ok(Err(Gone::Expired { connection_id })),
        Worth::Void => return Ok(Err(Gone::Void { connection_id })),
    }
    let Some(app) = state.registry.get(&row.app) else {
        return Ok(Err(Gone::AppMissing { app: row.app }));
    };
    Ok(Ok(Open {
        origin: origins(app, Some(&row.upstream))?.origin,
        sandbox: sandbox && platform_speaks(app),
        app: Arc::clone(app),
        token: token.to_owned(),
        row,
    }))
}
