//! `POST /connections`: three ways to a connection. Without credentials a link for a person; with credentials ACTIVE at once if
//! they verify; `"upstream": "builtin"` needs none.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use axum::{Extension, Json};
use http::StatusCode;
use postern_access::{Caller, time_ordered};
use postern_apps::App;
use postern_domain::connection::Status;
use postern_store::accounts::{self, Account};
use postern_store::audit::record;
use postern_store::connections::{self, BUILTIN, Completion, ConnectionRow};
use postern_store::{Lane, Tx};
use postern_wire::control::{CreatedConnection, NewConnection, Verification};
use serde_json::json;

use super::accept::{accepted, pending, verification};
use super::complete::{Accepted, Origins, origins};
use super::{oldest_account, platform_speaks, view};
use crate::audit::change;
use crate::guard::Context;
use crate::keys::people_name;
use crate::link;
use crate::payload::Payload;
use crate::refusal::Refusal;
use crate::state::ControlState;

pub(crate) async fn create_connection(
    State(state): State<ControlState>,
    Extension(context): Extension<Context>,
    Payload(request): Payload<NewConnection>,
) -> Result<(StatusCode, Json<CreatedConnection>), Refusal> {
    let now = state.now();
    let app = app(&state, &context.caller, &request)?;
    let row_id = time_ordered(now);
    let row = ConnectionRow {
        connection_id: row_id.clone(),
        app: app.name.clone(),
        name: request
            .name
            .as_deref()
            .map(people_name)
            .transpose()?
            .unwrap_or_default(),
        status: Status::Pending,
        method: app.method,
        upstream: String::new(),
        account_id: None,
        credential_sealed: None,
        metadata: "{}".to_owned(),
        sandbox: false,
        session_nonce: None,
        session_expires_at: None,
        failure: None,
        verified_at: None,
        created_at: now,
        updated_at: now,
    };
    let (row, accepted, verification) = if request.upstream.as_deref() == Some(BUILTIN) {
        let (row, verification) = builtin(&state, &context.caller, &app, &request, row).await?;
        (row, None, verification)
    } else if context.caller.test {
        let message = "test keys make built-in connections only; they see nothing but the sandbox";
        return Err(Refusal::forbidden("test_key", message)
            .field("upstream")
            .hint("add `\"upstream\": \"builtin\"`"));
    } else {
        remote(&state, &app, request, row).await?
    };
    let sealing = state.sealing.read().await;
    let row = match accepted {
        Some(accepted) => active(row, accepted.seal(&state, &row_id, now)),
        None => row,
    };
    let detail = json!({
        "app": row.app, "name": row.name, "status": row.status.as_str(), "upstream": row.upstream,
        "account_id": row.account_id, "sandbox": row.sandbox, "verification": verification.state,
    });
    let entry = change(&context, now, ("connection", &row.connection_id), &detail);
    let stored = row.clone();
    state
        .store
        .write(Lane::CONTROL, move |tx| {
            connections::create(tx, &stored)?;
            record(tx, &entry)
        })
        .await?;
    drop(sealing);
    state.refresh().await?;
    let answer = CreatedConnection {
        connection_id: row.connection_id.clone(),
        connection: view::shown(&state, &context.caller, &row, now),
        verification,
    };
    Ok((StatusCode::CREATED, Json(answer)))
}

/// The app that is asked for, if the key may have connections to it made.
fn app(
    state: &ControlState,
    caller: &Caller,
    request: &NewConnection,
) -> Result<Arc<App>, Refusal> {
    let known = || {
        state
            .registry
            .iter()
            .map(|app| app.name.as_str())
            .collect::<Vec<_>>()
            .join(", ")
    };
    let app = state.registry.get(&request.app).ok_or_else(|| {
        Refusal::invalid("app", format!("there is no app `{}`", request.app))
            .hint(format!("known apps: {}", known()))
    })?;
    let word = app.method.as_str();
    if request
        .method
        .as_deref()
        .is_some_and(|method| method != word)
    {
        return Err(Refusal::invalid(
            "method",
            format!("app `{}` is connected by `{word}`", app.name),
        ));
    }
    let scope = &caller.scope;
    if scope
        .apps
        .as_ref()
        .is_some_and(|apps| !apps.contains(&app.name))
        || scope.connections.is_some()
    {
        let message =
            "a key that is narrowed to other apps or to certain connections makes no new ones";
        return Err(Refusal::forbidden("wider_than_caller", message).field("app"));
    }
    Ok(Arc::clone(app))
}

/// The platform in this process: nothing to verify, only an account to act as.
async fn builtin(
    state: &ControlState,
    caller: &Caller,
    app: &App,
    request: &NewConnection,
    row: ConnectionRow,
) -> Result<(ConnectionRow, Verification), Refusal> {
    if !platform_speaks(app) {
        let message = format!(
            "the built-in platform does not stand in for app `{}`",
            app.name
        );
        return Err(Refusal::invalid("upstream", message));
    }
    if request.credentials.is_some() {
        let message =
            "a built-in connection takes no credentials; `account` says which account it acts as";
        return Err(Refusal::invalid("credentials", message));
    }
    let username = request.account.clone();
    let (found, test) = (username.clone(), caller.test);
    let account = state
        .store
        .read(move |tx| account(tx, found.as_deref(), test))
        .await?
        .ok_or_else(|| match username {
            Some(username) => Refusal::invalid(
                "account",
                format!("there is no account `{username}` for this key"),
            ),
            None => Refusal::invalid(
                "account",
                "there is no account that this connection could act as",
            )
            .hint("make one with POST /accounts"),
        })?;
    let metadata = BTreeMap::from([
        ("username", account.username.clone()),
        ("email", account.email.clone()),
    ]);
    let row = ConnectionRow {
        status: Status::Active,
        upstream: BUILTIN.to_owned(),
        account_id: Some(account.id.0),
        metadata: serde_json::to_string(&metadata).expect("a map of texts is always JSON"),
        sandbox: account.sandbox,
        ..row
    };
    Ok((
        row,
        verification("not_needed", "the built-in platform needs no credentials"),
    ))
}

/// The named account, else the oldest. Test keys reach sandbox accounts only.
fn account(
    tx: &mut Tx<'_>,
    username: Option<&str>,
    test: bool,
) -> postern_store::Result<Option<Account>> {
    match username {
        Some(username) => {
            Ok(accounts::by_username(tx, username)?.filter(|account| account.sandbox || !test))
        }
        None => oldest_account(tx, test),
    }
}

/// An app on the network: verified now, or left to a person.
async fn remote(
    state: &ControlState,
    app: &App,
    request: NewConnection,
    row: ConnectionRow,
) -> Result<(ConnectionRow, Option<Accepted>, Verification), Refusal> {
    if request.account.is_some() {
        return Err(Refusal::invalid(
            "account",
            "`account` goes with `\"upstream\": \"builtin\"` only",
        ));
    }
    let origins = origins(app, request.upstream.as_deref())?;
    match request.credentials {
        Some(given) => {
            let (accepted, verification) =
                accepted(state, app, given, request.verify, origins).await?;
            Ok((row, Some(accepted), verification))
        }
        None if request.verify.is_some() => Err(Refusal::invalid(
            "verify",
            "`verify` goes with `credentials` only",
        )),
        None => Ok((with_link(row, origins), None, pending())),
    }
}

fn with_link(row: ConnectionRow, origins: Origins) -> ConnectionRow {
    ConnectionRow {
        upstream: origins.upstream,
        session_nonce: Some(link::new_nonce()),
        session_expires_at: Some(row.created_at.plus_secs(link::LINK_SECONDS)),
        ..row
    }
}

fn active(row: ConnectionRow, completion: Completion) -> ConnectionRow {
    ConnectionRow {
        status: Status::Active,
        upstream: completion.upstream,
        credential_sealed: completion.credential_sealed,
        metadata: completion.metadata,
        verified_at: completion.verified_at,
        ..row
    }
}
