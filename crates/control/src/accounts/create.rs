//! `POST /accounts`: a new account of the platform, with its API key.

use axum::extract::State;
use axum::{Extension, Json};
use http::StatusCode;
use postern_domain::money::Micros;
use postern_store::accounts::{self, NewAccount};
use postern_store::audit::record;
use postern_store::{Error, Lane, limits};
use postern_wire::control::{self, AccountKeyAnswer};
use secrecy::ExposeSecret as _;
use serde_json::json;

use super::{limits_scope, mint_account, shown, unnarrowed};
use crate::audit::change;
use crate::guard::Context;
use crate::keys::{limits_are_above, stored_limits};
use crate::payload::Payload;
use crate::refusal::Refusal;
use crate::state::ControlState;

const NAME_CHARS_MAX: usize = 100;

pub(crate) async fn create_account(
    State(state): State<ControlState>,
    Extension(context): Extension<Context>,
    Payload(request): Payload<control::NewAccount>,
) -> Result<(StatusCode, Json<AccountKeyAnswer>), Refusal> {
    unnarrowed(&context.caller)?;
    let now = state.now();
    let username = printable("username", &request.username)?;
    if username.contains(':') {
        return Err(Refusal::invalid(
            "username",
            "`username` must not hold a colon: Basic authentication cannot carry it",
        ));
    }
    let limits = match &request.limits {
        None => None,
        Some(limits) => {
            limits_are_above(&context.caller)?;
            Some(stored_limits(limits)?).filter(|written| written != "{}")
        }
    };
    let sealing = state.sealing.read().await;
    let defaults = &state.settings.accounts;
    let minted = mint_account(
        &state.vault,
        &state.directory.peppers(),
        defaults,
        &username,
        false,
    );
    let account = NewAccount {
        email: request
            .email
            .as_deref()
            .map(email)
            .transpose()?
            .unwrap_or(minted.account.email),
        currency: match request.currency.as_deref() {
            None => minted.account.currency,
            Some(code) => code
                .parse()
                .map_err(|error| Refusal::invalid("currency", format!("`currency`: {error}")))?,
        },
        balance: request
            .credit
            .as_deref()
            .map(credit)
            .transpose()?
            .unwrap_or(Micros::ZERO),
        ..minted.account
    };
    let detail = json!({
        "username": account.username, "currency": account.currency.as_str(), "credit": account.balance.to_string(),
        "limits": limits,
    });
    let entry = change(&context, now, ("account", ""), &detail);
    let created = state
        .store
        .write(Lane::CONTROL, move |tx| {
            let id = accounts::create(tx, &account, now)?;
            let entry = postern_store::audit::Entry {
                object_id: id.0.to_string(),
                ..entry.clone()
            };
            limits::put(tx, &limits_scope(id), limits.as_deref(), now)?;
            record(tx, &entry)?;
            accounts::get(tx, id)
        })
        .await;
    drop(sealing);
    let created = match created {
        Ok(Some(account)) => account,
        Ok(None) => return Err(Refusal::internal(&"an account vanished while it was made")),
        Err(Error::Conflict(_)) => {
            return Err(Refusal::conflict(
                "username_taken",
                format!("there is an account `{username}` already"),
            )
            .field("username"));
        }
        Err(error) => return Err(error.into()),
    };
    state.refresh().await?;
    let api_key = minted.api_key.expose_secret().to_owned();
    Ok((
        StatusCode::CREATED,
        Json(AccountKeyAnswer {
            account: shown(&state, &created)?,
            api_key,
        }),
    ))
}

fn printable(field: &str, text: &str) -> Result<String, Refusal> {
    let fits = (1..=NAME_CHARS_MAX).contains(&text.chars().count())
        && !text.chars().any(|c| c.is_control() || c.is_whitespace());
    let message =
        || format!("`{field}` must have 1 to {NAME_CHARS_MAX} characters, without spaces");
    fits.then(|| text.to_owned())
        .ok_or_else(|| Refusal::invalid(field, message()))
}

fn email(text: &str) -> Result<String, Refusal> {
    let text = printable("email", text)?;
    let fits = text
        .split_once('@')
        .is_some_and(|(local, host)| !local.is_empty() && !host.is_empty() && !host.contains('@'));
    fits.then_some(text)
        .ok_or_else(|| Refusal::invalid("email", "`email` is not an e-mail address"))
}

fn credit(text: &str) -> Result<Micros, Refusal> {
    Micros::parse(text).map_err(|error| Refusal::invalid("credit", format!("`credit`: {error}")))
}
