//! `POST /keys`: a new key, whose secret is answered once and never again.

use axum::extract::State;
use axum::{Extension, Json};
use http::StatusCode;
use postern_access::{KeyDraft, Minted, Scope};
use postern_domain::key::Role;
use postern_domain::time::UnixMicros;
use postern_store::{Lane, audit, keys};
use postern_wire::control::{KeySecret, NewKey};
use secrecy::ExposeSecret as _;
use serde_json::json;

use super::{draft, view};
use crate::audit::change;
use crate::guard::Context;
use crate::payload::Payload;
use crate::refusal::Refusal;
use crate::state::ControlState;

pub(crate) async fn create_key(
    State(state): State<ControlState>,
    Extension(context): Extension<Context>,
    Payload(request): Payload<NewKey>,
) -> Result<(StatusCode, Json<KeySecret>), Refusal> {
    let now = state.now();
    let asked = asked(&state, request, now)?;
    draft::within(&context.caller, asked.test, &asked.scope, asked.expires_at)?;
    draft::limits_are_above(&context.caller)?;

    let sealing = state.sealing.read().await;
    let Minted {
        api_key,
        key,
        secret,
    } = state.directory.mint(asked, now);
    let detail = json!({
        "name": key.name, "role": key.role.as_str(), "test": key.test, "apps": key.apps, "connections": key.connections,
        "rules": key.rules, "cidr": key.cidr, "rate_per_second": key.rate_per_second, "limits": key.limits,
        "expires_at": key.expires_at.map(|at| at.0),
    });
    let entry = change(&context, now, ("key", &key.key_id), &detail);
    let rows = (key.clone(), secret.clone());
    state
        .store
        .write(Lane::CONTROL, move |tx| {
            keys::create(tx, &rows.0, &rows.1)?;
            audit::record(tx, &entry)
        })
        .await?;
    drop(sealing);
    state.refresh().await?;
    let answer = KeySecret {
        api_key: api_key.expose_secret().to_owned(),
        key_id: key.key_id.clone(),
        key: view::shown(&state, &key, &[secret], now)?,
    };
    Ok((StatusCode::CREATED, Json(answer)))
}

fn asked(state: &ControlState, request: NewKey, now: UnixMicros) -> Result<KeyDraft, Refusal> {
    let role = match request.role.as_deref() {
        None => Role::Agent,
        Some(word) => word
            .parse()
            .map_err(|error| Refusal::invalid("role", format!("`role`: {error}")))?,
    };
    let test = request.test;
    let scope = Scope {
        apps: request
            .apps
            .map(|names| draft::apps(state, names))
            .transpose()?,
        connections: request
            .connections
            .map(|ids| draft::connections(state, ids, test))
            .transpose()?,
        rules: request.rules.as_deref().map(draft::rules).transpose()?,
        cidr: request.cidr.as_deref().map(draft::blocks).transpose()?,
    };
    Ok(KeyDraft {
        name: draft::name(&request.name)?,
        role,
        test,
        scope,
        rate_per_second: request.rate_per_second.map(draft::rate).transpose()?,
        limits: draft::limits(&request.limits.unwrap_or_default())?,
        expires_at: request
            .expires_at
            .as_deref()
            .map(|text| draft::expiry(text, now))
            .transpose()?,
    })
}
