//! What an operator should hear of: raised in the unit of work that notices it, told later by whoever looks here.

mod calls;
mod endpoints;

use postern_domain::time::UnixMicros;

use crate::settings::{TENANT, next_number};
use crate::{Result, Row, Tx, v};

pub use calls::{Call, Told, Try, announce, due, next_due, put_off, replay, told, tries, waiting};
pub use endpoints::{
    ENDPOINTS_MAX, Endpoint, FIELD, add_endpoint, endpoint, endpoints, remove_endpoint, reseal,
    sealing_owner,
};

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAlert {
    pub kind: &'static str,
    /// As limits and freezes name it.
    pub scope: String,
    /// Within which one of a kind is enough for a scope.
    pub period: String,
    /// A sentence for a person. No number, no text of a message.
    pub message: String,
    /// A JSON object.
    pub detail: String,
    /// Tell only this one.
    pub endpoint_id: Option<String>,
}

/// An upstream refuses a connection's credential. One a day for a connection: it may come and go.
pub fn connection_failed(connection_id: &str, reason: &str, now: UnixMicros) -> NewAlert {
    NewAlert {
        kind: "connection_failed",
        scope: format!("connection:{connection_id}"),
        period: now.secs().div_euclid(24 * 3600).to_string(),
        message: format!(
            "The connection has failed: {reason}. Calls over it are refused until somebody reconnects it."
        ),
        detail: "{}".to_owned(),
        endpoint_id: None,
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alert {
    pub seq: i64,
    pub kind: String,
    pub scope: String,
    pub at: UnixMicros,
    pub message: String,
    pub detail: String,
}

impl Alert {
    /// The same for every endpoint and every try.
    pub fn id(&self) -> String {
        format!("alert_{}", self.seq)
    }
}

/// `false`: there is one of this kind for the scope and period.
pub fn raise(tx: &mut Tx<'_>, new: &NewAlert, now: UnixMicros) -> Result<bool> {
    let key = [
        v(TENANT),
        v(new.kind),
        v(new.scope.as_str()),
        v(new.period.as_str()),
    ];
    let [tenant, kind, scope, period] = key;
    let added = tx.execute(
        "INSERT INTO alerts (tenant_id, kind, scope, period, at, message, detail, endpoint_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (tenant_id, kind, scope, period) DO NOTHING",
        &[
            tenant,
            kind,
            scope,
            period,
            v(now.0),
            v(new.message.as_str()),
            v(new.detail.as_str()),
            v(&new.endpoint_id),
        ],
    )?;
    if added == 0 {
        return Ok(false);
    }
    let seq = next_number(tx, "alert")?;
    tx.execute(
        "UPDATE alerts SET seq = $5 WHERE tenant_id = $1 AND kind = $2 AND scope = $3 AND period = $4",
        &[
            v(TENANT),
            v(new.kind),
            v(new.scope.as_str()),
            v(new.period.as_str()),
            v(seq),
        ],
    )?;
    Ok(true)
}

/// From the newest backwards, those before `before`.
pub fn page(tx: &mut Tx<'_>, before: i64, limit: i64) -> Result<Vec<Alert>> {
    tx.all(
        "SELECT seq, kind, scope, at, message, detail FROM alerts WHERE seq < $1 ORDER BY seq DESC LIMIT $2",
        &[v(before), v(limit)],
        read,
    )
}

/// Forgets alerts that were raised before `before` and are told, at most `limit`.
pub fn sweep(tx: &mut Tx<'_>, before: UnixMicros, limit: i64) -> Result<u64> {
    tx.execute(
        "DELETE FROM alert_tries WHERE seq IN
            (SELECT seq FROM alerts WHERE at < $1 AND announced_at IS NOT NULL ORDER BY seq LIMIT $2)",
        &[v(before.0), v(limit)],
    )?;
    tx.execute(
        "DELETE FROM alerts WHERE seq IN
            (SELECT seq FROM alerts WHERE at < $1 AND announced_at IS NOT NULL ORDER BY seq LIMIT $2)",
        &[v(before.0), v(limit)],
    )
}

fn read(row: &Row<'_>) -> Result<Alert> {
    Ok(Alert {
        seq: row.int(0)?,
        kind: row.text(1)?,
        scope: row.text(2)?,
        at: UnixMicros(row.int(3)?),
        message: row.text(4)?,
        detail: row.text(5)?,
    })
}
