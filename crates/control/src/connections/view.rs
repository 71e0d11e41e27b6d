//! A connection as the API shows it.

use std::collections::BTreeMap;

use postern_access::Caller;
use postern_domain::connection::Status;
use postern_domain::key::Role;
use postern_domain::time::UnixMicros;
use postern_store::connections::ConnectionRow;
use postern_wire::control::{Connection, Limits};

use crate::instant::written;
use crate::link;
use crate::state::ControlState;

/// Agent keys never see a usable link: completing a connection is a matter of full keys and people.
pub(super) fn shown(
    state: &ControlState,
    caller: &Caller,
    row: &ConnectionRow,
    now: UnixMicros,
) -> Connection {
    let connect_url = &state.settings.connect_url;
    let url = match caller.role {
        Role::Full => link::url(&state.vault, connect_url, row, now),
        Role::Agent => connect_url.clone(),
    };
    let app_url = || {
        state
            .registry
            .get(&row.app)
            .map(|app| app.base_url.to_string())
    };
    let upstream = match row.upstream.as_str() {
        "" => app_url().unwrap_or_default(),
        given => given.to_owned(),
    };
    // What the directory found out when it prepared the credential is newer than the row.
    let prepared = state.directory.connection_by_id(&row.connection_id);
    let unusable =
        prepared.filter(|ready| ready.status == Status::Failed && row.status == Status::Active);
    let (status, failure) = match &unusable {
        Some(ready) => (ready.status, ready.failure.clone()),
        None => (row.status, row.failure.clone()),
    };
    Connection {
        connection_id: row.connection_id.clone(),
        status: status.as_str().to_owned(),
        creation_time: written(row.created_at),
        last_updated_time: written(row.updated_at),
        url,
        app: row.app.clone(),
        method: row.method.as_str().to_owned(),
        name: Some(row.name.clone()).filter(|name| !name.is_empty()),
        upstream,
        metadata: metadata(row),
        status_reason: failure.or_else(|| unverified(row)),
        verified_at: row.verified_at.map(written),
        sandbox: row.sandbox,
        limits: limits(state, row),
        unknown_policy: state
            .directory
            .unknown_policy(&row.connection_id)
            .as_str()
            .to_owned(),
    }
}

fn limits(state: &ControlState, row: &ConnectionRow) -> Limits {
    let written = state.directory.connection_limits(&row.connection_id);
    written
        .and_then(|written| serde_json::from_str(&written).ok())
        .unwrap_or_default()
}

fn metadata(row: &ConnectionRow) -> BTreeMap<String, String> {
    serde_json::from_str(&row.metadata).unwrap_or_else(|error| {
        tracing::error!(connection.id = %row.connection_id, %error, "a connection's metadata cannot be read");
        BTreeMap::new()
    })
}

fn unverified(row: &ConnectionRow) -> Option<String> {
    let never = row.status == Status::Active
        && row.credential_sealed.is_some()
        && row.verified_at.is_none();
    never.then(|| "the upstream was never asked whether these credentials work".to_owned())
}
