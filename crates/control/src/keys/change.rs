//! `PATCH /keys/{key_id}`: name, scopes, rate and expiry. Role and mode stay what they are.

use axum::extract::{Path, State};
use axum::{Extension, Json};
use http::StatusCode;
use postern_access::Scope;
use postern_domain::time::UnixMicros;
use postern_store::keys::{self, KeyRow, KeyScope};
use postern_store::{Lane, audit::record};
use postern_wire::control::{KeyAnswer, KeyChange};
use serde_json::json;

use super::{draft, find, scope_of, view};
use crate::audit;
use crate::guard::Context;
use crate::payload::Payload;
use crate::refusal::Refusal;
use crate::state::ControlState;

pub(crate) async fn change_key(
    State(state): State<ControlState>,
    Extension(context): Extension<Context>,
    Path(key_id): Path<String>,
    Payload(request): Payload<KeyChange>,
) -> Result<Json<KeyAnswer>, Refusal> {
    let now = state.now();
    let (row, _) = find(&state, &context.caller, &key_id).await?;
    if row.revoked_at.is_some() {
        return Err(Refusal::conflict(
            "key_revoked",
            "the key is revoked; nothing about it can be changed",
        ));
    }
    if request.limits.is_some() {
        draft::limits_are_above(&context.caller)?;
    }
    let (after, scope) = changed(&state, &row, request, now)?;
    draft::within(&context.caller, row.test, &scope, after.expires_at)?;
    // A key's own rate is its own limit, too.
    let faster =
        after.rate_per_second.unwrap_or(i64::MAX) > row.rate_per_second.unwrap_or(i64::MAX);
    if context.caller.id == row.key_id && faster {
        let message = "a key cannot raise its own rate";
        return Err(
            Refusal::new(StatusCode::FORBIDDEN, "wider_than_caller", message)
                .field("rate_per_second"),
        );
    }

    let detail = json!({
        "name": after.name, "apps": after.apps, "connections": after.connections, "rules": after.rules,
        "cidr": after.cidr, "rate_per_second": after.rate_per_second, "limits": after.limits,
        "expires_at": after.expires_at.map(|at| at.0),
    });
    let entry = audit::change(&context, now, ("key", &key_id), &detail);
    let (id, seen) = (key_id.clone(), row.updated_at);
    let written = state
        .store
        .write(Lane::CONTROL, move |tx| {
            let changed = keys::change(tx, &id, seen, &after, now)?;
            if changed {
                record(tx, &entry)?;
            }
            Ok(changed)
        })
        .await?;
    if !written {
        return Err(Refusal::changed_meanwhile());
    }
    state.refresh().await?;
    let (row, secrets) = find(&state, &context.caller, &key_id).await?;
    Ok(Json(KeyAnswer {
        key: view::shown(&state, &row, &secrets, now)?,
    }))
}

fn changed(
    state: &ControlState,
    row: &KeyRow,
    request: KeyChange,
    now: UnixMicros,
) -> Result<(KeyScope, Scope), Refusal> {
    let mut scope = scope_of(row)?;
    if let Some(apps) = request.apps {
        scope.apps = apps.map(|names| draft::apps(state, names)).transpose()?;
    }
    if let Some(connections) = request.connections {
        scope.connections = connections
            .map(|ids| draft::connections(state, ids, row.test))
            .transpose()?;
    }
    if let Some(rules) = request.rules {
        scope.rules = rules.as_deref().map(draft::rules).transpose()?;
    }
    if let Some(blocks) = request.cidr {
        scope.cidr = blocks.as_deref().map(draft::blocks).transpose()?;
    }
    let rate_per_second = match request.rate_per_second {
        None => row.rate_per_second,
        Some(rate) => rate.map(draft::rate).transpose()?.map(i64::from),
    };
    let expires_at = match request.expires_at {
        None => row.expires_at,
        Some(text) => text
            .as_deref()
            .map(|text| draft::expiry(text, now))
            .transpose()?,
    };
    let name = request
        .name
        .as_deref()
        .map(draft::name)
        .transpose()?
        .unwrap_or_else(|| row.name.clone());
    let limits = match request.limits {
        None => row.limits.clone(),
        Some(limits) => draft::limits(&limits.unwrap_or_default())?,
    };
    let columns = scope.columns();
    let written = KeyScope {
        name,
        apps: columns.apps,
        connections: columns.connections,
        rules: columns.rules,
        cidr: columns.cidr,
        rate_per_second,
        limits,
        expires_at,
    };
    Ok((written, scope))
}
