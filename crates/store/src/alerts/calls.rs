//! Telling: each alert is queued for each endpoint in the unit that takes it off the list of new ones. There is one teller, so a call needs no
//! claim: one that a crash interrupts is made again.

use postern_domain::time::UnixMicros;

use super::{Alert, ENDPOINTS_MAX, read};
use crate::settings::TENANT;
use crate::{Result, Tx, v};

/// New alerts of one unit; each costs a row for every endpoint.
const ANNOUNCED_MAX: i64 = 40;
/// Calls that wait; beyond it new alerts are logged and listed only.
const CALLS_WAITING_MAX: i64 = 10_000;

/// One alert for one endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    pub alert: Alert,
    pub endpoint_id: String,
    pub url: String,
    pub secret_sealed: Vec<u8>,
    /// Made before this one.
    pub tries: i64,
}

/// Takes up new alerts and queues them; gives those that it took.
pub fn announce(tx: &mut Tx<'_>, now: UnixMicros) -> Result<Vec<Alert>> {
    let new = tx.all(
        "SELECT seq, kind, scope, at, message, detail, endpoint_id FROM alerts WHERE announced_at IS NULL AND seq IS NOT NULL
         ORDER BY seq LIMIT $1",
        &[v(ANNOUNCED_MAX)],
        |row| Ok((read(row)?, row.opt_text(6)?)),
    )?;
    if new.is_empty() {
        return Ok(Vec::new());
    }
    let waiting = tx.one(
        "SELECT count(*) FROM (SELECT seq FROM alert_calls LIMIT $1) AS c",
        &[v(CALLS_WAITING_MAX)],
        |row| row.int(0),
    )?;
    for (alert, only) in &new {
        if waiting < CALLS_WAITING_MAX {
            tx.execute(
                "INSERT INTO alert_calls (tenant_id, due_at, seq, endpoint_id, tries)
                 SELECT e.tenant_id, $2, $3, e.endpoint_id, 0 FROM
                    (SELECT tenant_id, endpoint_id FROM alert_endpoints
                     WHERE tenant_id = $1 AND (CAST($4 AS TEXT) IS NULL OR endpoint_id = $4) ORDER BY endpoint_id LIMIT $5) AS e",
                &[
                    v(TENANT),
                    v(now.0),
                    v(alert.seq),
                    v(only),
                    v(ENDPOINTS_MAX),
                ],
            )?;
        }
        tx.execute(
            "UPDATE alerts SET announced_at = $2 WHERE seq = $1",
            &[v(alert.seq), v(now.0)],
        )?;
    }
    Ok(new.into_iter().map(|(alert, _)| alert).collect())
}

/// Calls whose time has come, the longest due first.
pub fn due(tx: &mut Tx<'_>, now: UnixMicros, limit: i64) -> Result<Vec<Call>> {
    tx.all(
        "SELECT a.seq, a.kind, a.scope, a.at, a.message, a.detail, c.endpoint_id, e.url, e.secret_sealed, c.tries
         FROM (SELECT due_at, seq, endpoint_id, tries FROM alert_calls WHERE due_at <= $1 ORDER BY due_at, seq, endpoint_id LIMIT $2) AS c
         JOIN alerts a ON a.seq = c.seq JOIN alert_endpoints e ON e.endpoint_id = c.endpoint_id
         ORDER BY c.due_at, c.seq, c.endpoint_id",
        &[v(now.0), v(limit)],
        |row| {
            Ok(Call {
                alert: read(row)?,
                endpoint_id: row.text(6)?,
                url: row.text(7)?,
                secret_sealed: row.blob(8)?,
                tries: row.int(9)?,
            })
        },
    )
}

/// When something is to be told; `None`: nothing is. New alerts are due at once.
pub fn next_due(tx: &mut Tx<'_>) -> Result<Option<UnixMicros>> {
    let new = tx.opt(
        "SELECT seq FROM alerts WHERE announced_at IS NULL AND seq IS NOT NULL ORDER BY seq LIMIT 1",
        &[],
        |row| row.int(0),
    )?;
    if new.is_some() {
        return Ok(Some(UnixMicros(0)));
    }
    tx.opt(
        "SELECT due_at FROM alert_calls ORDER BY due_at LIMIT 1",
        &[],
        |row| row.int(0).map(UnixMicros),
    )
}

/// What one call came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    pub at: UnixMicros,
    pub took_micros: i64,
    pub status: Option<i64>,
    /// Why it did not arrive; `None`: it did.
    pub problem: Option<String>,
    /// How the answer began.
    pub answer: Option<String>,
}

/// A call that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Try {
    pub seq: i64,
    pub told: Told,
}

/// The calls that were made to an endpoint, newest first, those before `before`.
pub fn tries(
    tx: &mut Tx<'_>,
    endpoint_id: &str,
    before: UnixMicros,
    limit: i64,
) -> Result<Vec<Try>> {
    tx.all(
        "SELECT seq, at, took_micros, status, problem, answer FROM alert_tries WHERE endpoint_id = $1 AND at < $2
         ORDER BY at DESC LIMIT $3",
        &[v(endpoint_id), v(before.0), v(limit)],
        |row| {
            Ok(Try {
                seq: row.int(0)?,
                told: Told {
                    at: UnixMicros(row.int(1)?),
                    took_micros: row.int(2)?,
                    status: row.opt_int(3)?,
                    problem: row.opt_text(4)?,
                    answer: row.opt_text(5)?,
                },
            })
        },
    )
}

/// When the next call to an endpoint is due, and how many wait (counted up to a thousand).
pub fn waiting(tx: &mut Tx<'_>, endpoint_id: &str) -> Result<(i64, Option<UnixMicros>)> {
    tx.one(
        "SELECT count(*), min(due_at) FROM (SELECT due_at FROM alert_calls WHERE endpoint_id = $1 LIMIT 1000) AS c",
        &[v(endpoint_id)],
        |row| Ok((row.int(0)?, row.opt_int(1)?.map(UnixMicros))),
    )
}

/// Tells an endpoint an alert again, now. `false`: there is no such alert, or no such endpoint.
pub fn replay(tx: &mut Tx<'_>, seq: i64, endpoint_id: &str, now: UnixMicros) -> Result<bool> {
    let queued = tx.execute(
        "INSERT INTO alert_calls (tenant_id, due_at, seq, endpoint_id, tries)
         SELECT e.tenant_id, $3, a.seq, e.endpoint_id, 0 FROM alerts a, alert_endpoints e WHERE a.seq = $1 AND e.endpoint_id = $2
         ON CONFLICT (seq, endpoint_id) DO UPDATE SET due_at = excluded.due_at",
        &[v(seq), v(endpoint_id), v(now.0)],
    )?;
    Ok(queued == 1)
}

/// The call has ended: it arrived, or (with a problem) nobody will try again.
pub fn told(tx: &mut Tx<'_>, call: &Call, told: &Told) -> Result<()> {
    tx.execute(
        "DELETE FROM alert_calls WHERE seq = $1 AND endpoint_id = $2",
        &[v(call.alert.seq), v(call.endpoint_id.as_str())],
    )?;
    tried(tx, call, told)
}

/// The call failed and is made again at `due`.
pub fn put_off(tx: &mut Tx<'_>, call: &Call, told: &Told, due: UnixMicros) -> Result<()> {
    tx.execute(
        "UPDATE alert_calls SET tries = tries + 1, due_at = $3 WHERE seq = $1 AND endpoint_id = $2",
        &[v(call.alert.seq), v(call.endpoint_id.as_str()), v(due.0)],
    )?;
    tried(tx, call, told)
}

fn tried(tx: &mut Tx<'_>, call: &Call, told: &Told) -> Result<()> {
    tx.execute(
        "INSERT INTO alert_tries (tenant_id, endpoint_id, seq, at, took_micros, status, problem, answer)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        &[
            v(TENANT),
            v(call.endpoint_id.as_str()),
            v(call.alert.seq),
            v(told.at.0),
            v(told.took_micros),
            v(told.status),
            v(&told.problem),
            v(&told.answer),
        ],
    )?;
    tx.execute(
        "UPDATE alert_endpoints SET tried_at = $2, problem = $3 WHERE endpoint_id = $1",
        &[v(call.endpoint_id.as_str()), v(told.at.0), v(&told.problem)],
    )?;
    Ok(())
}
