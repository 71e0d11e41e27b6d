//! Where alerts are told, and the sealed secrets they are signed with.

use postern_domain::time::UnixMicros;

use crate::settings::TENANT;
use crate::{Result, Row, Tx, v};

/// Endpoints of an installation.
pub const ENDPOINTS_MAX: i64 = 20;

/// Which field is sealed; the owner is [`sealing_owner`].
pub const FIELD: &str = "secret";

/// Owner in the associated data.
pub fn sealing_owner(endpoint_id: &str) -> String {
    format!("alert-endpoint:{endpoint_id}")
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    pub endpoint_id: String,
    pub url: String,
    pub secret_sealed: Vec<u8>,
    pub created_at: UnixMicros,
    /// The last try, and why it failed if it did.
    pub tried_at: Option<UnixMicros>,
    pub problem: Option<String>,
}

/// `false`: there are [`ENDPOINTS_MAX`].
pub fn add_endpoint(tx: &mut Tx<'_>, new: &Endpoint) -> Result<bool> {
    let added = tx.execute(
        "INSERT INTO alert_endpoints (tenant_id, endpoint_id, url, secret_sealed, created_at)
         SELECT $1, $2, $3, $4, $5 WHERE (SELECT count(*) FROM alert_endpoints) < $6",
        &[
            v(TENANT),
            v(new.endpoint_id.as_str()),
            v(new.url.as_str()),
            v(&new.secret_sealed),
            v(new.created_at.0),
            v(ENDPOINTS_MAX),
        ],
    )?;
    Ok(added == 1)
}

/// All of them, in the order of their making.
pub fn endpoints(tx: &mut Tx<'_>) -> Result<Vec<Endpoint>> {
    tx.all(
        "SELECT endpoint_id, url, secret_sealed, created_at, tried_at, problem FROM alert_endpoints WHERE tenant_id = $1
         ORDER BY endpoint_id LIMIT $2",
        &[v(TENANT), v(ENDPOINTS_MAX)],
        read,
    )
}

pub fn endpoint(tx: &mut Tx<'_>, endpoint_id: &str) -> Result<Option<Endpoint>> {
    tx.opt(
        "SELECT endpoint_id, url, secret_sealed, created_at, tried_at, problem FROM alert_endpoints WHERE endpoint_id = $1",
        &[v(endpoint_id)],
        read,
    )
}

/// `false`: there was none. What it was not told is forgotten with it.
pub fn remove_endpoint(tx: &mut Tx<'_>, endpoint_id: &str) -> Result<bool> {
    tx.execute(
        "DELETE FROM alert_calls WHERE endpoint_id = $1",
        &[v(endpoint_id)],
    )?;
    tx.execute(
        "DELETE FROM alert_tries WHERE endpoint_id = $1",
        &[v(endpoint_id)],
    )?;
    let removed = tx.execute(
        "DELETE FROM alert_endpoints WHERE endpoint_id = $1",
        &[v(endpoint_id)],
    )?;
    Ok(removed == 1)
}

/// Replaces the sealed secret if it is still `old`.
pub fn reseal(tx: &mut Tx<'_>, endpoint_id: &str, old: &[u8], new: &[u8]) -> Result<bool> {
    let changed = tx.execute(
        "UPDATE alert_endpoints SET secret_sealed = $3 WHERE endpoint_id = $1 AND secret_sealed = $2",
        &[v(endpoint_id), v(old), v(new)],
    )?;
    Ok(changed == 1)
}

fn read(row: &Row<'_>) -> Result<Endpoint> {
    Ok(Endpoint {
        endpoint_id: row.text(0)?,
        url: row.text(1)?,
        secret_sealed: row.blob(2)?,
        created_at: UnixMicros(row.int(3)?),
        tried_at: row.opt_int(4)?.map(UnixMicros),
        problem: row.opt_text(5)?,
    })
}
