//! `/operators`, managed with a full key, and `/console/session`, where programs of operators sign in.

mod change;
mod create;
mod link;
mod list;
mod password;
mod session;

pub(crate) use change::change_operator;
pub(crate) use create::create_operator;
pub(crate) use link::make_link;
pub(crate) use list::list_operators;
pub(crate) use password::set_password;
pub(crate) use session::session_routes;

use http::StatusCode;
use postern_access::{Caller, PASSWORD_BYTES_MAX, PASSWORD_CHARS_MIN, SignInError, operator_name};
use postern_store::operators::{self, Operator};
use postern_wire::control;
use secrecy::SecretString;

use crate::accounts::unnarrowed;
use crate::instant::written;
use crate::keys::limits_are_above;
use crate::refusal::Refusal;
use crate::state::ControlState;

/// Operators lift what keys are held by, so only a key that nothing holds makes them.
fn may_manage(caller: &Caller) -> Result<(), Refusal> {
    unnarrowed(caller)?;
    limits_are_above(caller)
}

fn name(text: &str) -> Result<String, Refusal> {
    operator_name(text).ok_or_else(|| {
        Refusal::invalid(
            "name",
            "`name` must be up to 64 letters, digits, dots, dashes, `_`, `@` and `+`",
        )
    })
}

/// What was given, checked.
fn password(given: Option<String>) -> Result<Option<SecretString>, Refusal> {
    let Some(text) = given else {
        return Ok(None);
    };
    if text.chars().count() < PASSWORD_CHARS_MIN || text.len() > PASSWORD_BYTES_MAX {
        return Err(Refusal::invalid(
            "password",
            format!("`password` must have at least {PASSWORD_CHARS_MIN} characters"),
        )
        .hint("leave it out and a good one is made"));
    }
    Ok(Some(SecretString::from(text)))
}

async fn find(state: &ControlState, name: &str) -> Result<Operator, Refusal> {
    let wanted = operator_name(name).unwrap_or_default();
    let found = state
        .store
        .read(move |tx| operators::by_name(tx, &wanted))
        .await?;
    found.ok_or_else(missing)
}

fn missing() -> Refusal {
    Refusal::not_found("operator_not_found", "there is no such operator")
}

fn shown(operator: &Operator) -> control::Operator {
    let status = match operator.disabled_at {
        None => "active",
        Some(_) => "disabled",
    };
    control::Operator {
        operator_id: operator.operator_id.clone(),
        name: operator.name.clone(),
        status: status.to_owned(),
        signed_in_at: operator.signed_in_at.map(written),
        created_at: written(operator.created_at),
    }
}

impl From<SignInError> for Refusal {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::Wrong | SignInError::Link => Refusal::new(
                StatusCode::UNAUTHORIZED,
                "wrong_credentials",
                error.to_string(),
            )
            .hint("`postern operator password` sets a new password"),
            SignInError::TooMany(wait) => Refusal {
                retry_after_seconds: Some(wait.after_seconds),
                ..Refusal::new(
                    StatusCode::TOO_MANY_REQUESTS,
                    "too_many_attempts",
                    "too many failed attempts to sign in",
                )
                .hint("wait as long as Retry-After says, or sign in with `postern operator link`")
            },
            SignInError::Store(error) => error.into(),
        }
    }
}
