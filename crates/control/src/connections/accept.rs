//! Credentials that come through the API: check their form, ask the upstream unless told not to, or say what is wrong.

use std::collections::BTreeMap;
use std::sync::Arc;

use http::StatusCode;
use postern_apps::{App, Origin, Secrets};
use postern_wire::control::Verification;

use super::complete::{self, Accepted, Failure, Origins};
use crate::refusal::Refusal;
use crate::state::ControlState;

pub(super) fn pending() -> Verification {
    verification(
        "pending",
        "open `url` within 30 minutes and enter the credentials there",
    )
}

/// Checks what was given, and verifies it unless told not to.
pub(super) async fn accepted(
    state: &ControlState,
    app: &App,
    given: BTreeMap<String, String>,
    verify: Option<bool>,
    origins: Origins,
) -> Result<(Accepted, Verification), Refusal> {
    let secrets = complete::secrets(given);
    known_fields(app, &secrets)?;
    if verify == Some(false) {
        app.injection
            .prepare(&secrets)
            .map_err(|missing| bad_field(&missing.field))?;
        let metadata = complete::shown_fields(app, &secrets);
        let message = "the credentials were stored without asking the upstream whether they work";
        let accepted = Accepted {
            secrets,
            upstream: origins.upstream,
            metadata,
            verified: false,
        };
        return Ok((accepted, verification("skipped", message)));
    }
    let origin = Arc::clone(&origins.origin);
    let accepted = complete::attempt(state, app, secrets, origins)
        .await
        .map_err(|failure| refused(failure, &origin))?;
    let verification = if accepted.verified {
        verification(
            "verified",
            &format!("{} accepted the credentials", origin.host()),
        )
    } else {
        let message = format!(
            "app `{}` names no call that verifies credentials, so they were stored as they are",
            app.name
        );
        verification("skipped", &message)
    };
    Ok((accepted, verification))
}

fn known_fields(app: &App, secrets: &Secrets) -> Result<(), Refusal> {
    let known: Vec<&str> = app
        .injection
        .fields()
        .iter()
        .map(|(field, _)| field.name.as_str())
        .collect();
    let Some(unknown) = secrets.keys().find(|name| !known.contains(&name.as_str())) else {
        return Ok(());
    };
    let field = format!("credentials.{unknown}");
    Err(Refusal::invalid(
        &field,
        format!("`{field}` is not a credential of app `{}`", app.name),
    )
    .hint(format!("it takes {}", known.join(", "))))
}

fn refused(failure: Failure, origin: &Origin) -> Refusal {
    let host = origin.host();
    match failure {
        Failure::Rejected { status } => Refusal::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "credentials_rejected",
            format!("{host} answered {status}: it does not accept these credentials"),
        )
        .field("credentials")
        .hint("check them; `\"verify\": false` stores them unchecked"),
        Failure::TimedOut => Refusal::new(
            StatusCode::GATEWAY_TIMEOUT,
            "upstream_timeout",
            format!(
                "{host} did not answer in time, so the credentials could not be verified; nothing was stored"
            ),
        ),
        Failure::Unreachable { reason } => Refusal::new(
            StatusCode::BAD_GATEWAY,
            "upstream_unreachable",
            format!("{host} could not verify the credentials: {reason}; nothing was stored"),
        ),
        Failure::BadField { field } => bad_field(&field),
    }
}

fn bad_field(field: &str) -> Refusal {
    let field = format!("credentials.{field}");
    Refusal::invalid(
        &field,
        format!("`{field}` is missing, empty or holds characters that cannot be sent"),
    )
}

pub(super) fn verification(state: &str, message: &str) -> Verification {
    Verification {
        state: state.to_owned(),
        message: message.to_owned(),
    }
}
