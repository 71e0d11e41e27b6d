//! A key as the API shows it.

use postern_domain::time::UnixMicros;
use postern_store::keys::{KeyRow, SecretRow};
use postern_wire::control::{Key, Rule};

use crate::instant::written;
use crate::refusal::Refusal;
use crate::state::ControlState;

/// `secrets` newest first.
pub(crate) fn shown(
    state: &ControlState,
    row: &KeyRow,
    secrets: &[SecretRow],
    now: UnixMicros,
) -> Result<Key, Refusal> {
    let scope = super::scope_of(row)?;
    // The directory knows of uses that are not stored yet.
    let used = state
        .directory
        .key(&row.key_id)
        .and_then(|key| key.last_used())
        .max(row.last_used_at);
    let overlap = secrets
        .iter()
        .skip(1)
        .filter_map(|secret| secret.not_after)
        .filter(|end| *end > now)
        .max();
    let status = match (row.revoked_at, row.expires_at) {
        (Some(_), _) => "revoked",
        (None, Some(at)) if at <= now => "expired",
        (None, _) => "active",
    };
    let rule = |rule: &postern_access::Rule| Rule {
        method: rule
            .method
            .as_ref()
            .map(|method| method.as_str().to_owned()),
        path: rule.path.as_ref().map(|path| path.as_str().to_owned()),
        effect: rule.effect.map(|effect| effect.as_str().to_owned()),
    };
    Ok(Key {
        key_id: row.key_id.clone(),
        name: row.name.clone(),
        role: row.role.as_str().to_owned(),
        test: row.test,
        prefix: secrets
            .first()
            .map(|secret| secret.display.clone())
            .unwrap_or_default(),
        status: status.to_owned(),
        apps: scope.apps.map(Vec::from_iter),
        connections: scope.connections.map(Vec::from_iter),
        rules: scope.rules.map(|rules| rules.iter().map(rule).collect()),
        cidr: scope
            .cidr
            .map(|blocks| blocks.iter().map(ToString::to_string).collect()),
        rate_per_second: row
            .rate_per_second
            .unwrap_or(i64::from(state.directory.limits().rate_per_second)),
        limits: serde_json::from_str(&row.limits).map_err(|error| Refusal::internal(&error))?,
        created_at: written(row.created_at),
        expires_at: row.expires_at.map(written),
        last_used_at: used.map(written),
        revoked_at: row.revoked_at.map(written),
        overlap_ends_at: overlap.map(written),
    })
}
