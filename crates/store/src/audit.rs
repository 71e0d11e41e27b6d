//! What was done and decided, written in the unit of work that does it. Rows are added and closed, nothing else.

use postern_domain::time::UnixMicros;

use crate::settings::TENANT;
use crate::{Result, Row, Tx, v};

/// One record. Never a body, a message's text, a phone number or a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Time-ordered (UUID v7), so that the newest records are the last.
    pub audit_id: String,
    pub at: UnixMicros,
    /// `key`, `link`, `system`, …
    pub actor_kind: String,
    pub actor_id: String,
    /// `key.create`, `connection.delete`, `call`, …
    pub action: String,
    pub object_kind: String,
    pub object_id: String,
    pub request_id: String,
    /// The peer's IP address.
    pub peer: String,
    /// Data plane only, with the four that follow.
    pub app: Option<String>,
    pub method: Option<String>,
    pub path: Option<String>,
    pub effect: Option<String>,
    /// `allowed` or `refused`.
    pub decision: String,
    /// The stable word of a refusal.
    pub code: Option<String>,
    pub send_id: Option<String>,
    /// Known once the call was answered.
    pub outcome: Option<String>,
    pub status: Option<i64>,
    pub closed_at: Option<UnixMicros>,
    /// JSON object: what changed, without secrets.
    pub detail: String,
}

impl Entry {
    /// An allowed action about which nothing else is known yet.
    pub fn new(audit_id: String, at: UnixMicros, action: &str) -> Entry {
        let nothing = String::new;
        Entry {
            audit_id,
            at,
            actor_kind: nothing(),
            actor_id: nothing(),
            action: action.to_owned(),
            object_kind: nothing(),
            object_id: nothing(),
            request_id: nothing(),
            peer: nothing(),
            app: None,
            method: None,
            path: None,
            effect: None,
            decision: "allowed".to_owned(),
            code: None,
            send_id: None,
            outcome: None,
            status: None,
            closed_at: None,
            detail: "{}".to_owned(),
        }
    }
}

macro_rules! columns {
    () => {
        "audit_id, at, actor_kind, actor_id, action, object_kind, object_id, request_id, peer, app, method, path, effect,
         decision, code, send_id, outcome, status, closed_at, detail"
    };
}
pub(crate) use columns;

pub fn record(tx: &mut Tx<'_>, entry: &Entry) -> Result<()> {
    tx.execute(
        concat!(
            "INSERT INTO audit (tenant_id, ",
            columns!(),
            ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)"
        ),
        &[
            v(TENANT),
            v(&entry.audit_id),
            v(entry.at.0),
            v(&entry.actor_kind),
            v(&entry.actor_id),
            v(&entry.action),
            v(&entry.object_kind),
            v(&entry.object_id),
            v(&entry.request_id),
            v(&entry.peer),
            v(&entry.app),
            v(&entry.method),
            v(&entry.path),
            v(&entry.effect),
            v(&entry.decision),
            v(&entry.code),
            v(&entry.send_id),
            v(&entry.outcome),
            v(entry.status),
            v(entry.closed_at.map(|at| at.0)),
            v(&entry.detail),
        ],
    )?;
    Ok(())
}

/// Fills in how an open record ended. `false`: it was closed before, or does not exist.
pub fn close(
    tx: &mut Tx<'_>,
    audit_id: &str,
    outcome: &str,
    status: Option<i64>,
    at: UnixMicros,
) -> Result<bool> {
    let rows = tx.execute(
        "UPDATE audit SET outcome = $3, status = $4, closed_at = $5
         WHERE tenant_id = $1 AND audit_id = $2 AND closed_at IS NULL",
        &[v(TENANT), v(audit_id), v(outcome), v(status), v(at.0)],
    )?;
    Ok(rows == 1)
}

/// Which records; `None`: all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    pub actor_id: Option<String>,
    pub action: Option<String>,
    /// `allowed` or `refused`.
    pub decision: Option<String>,
}

/// Which records are searched for: a [`Filter`], what it is about, and when.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Search {
    pub actor_id: Option<String>,
    pub object_id: Option<String>,
    /// An action, or with `.*` at its end all of a kind.
    pub action: Option<String>,
    pub decision: Option<String>,
    /// Ids are time-ordered: those from this one on, and those before that one.
    pub from: Option<String>,
    pub before: Option<String>,
}

/// What a search came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    pub rows: Vec<Entry>,
    /// Records before this one were not looked at yet.
    pub next: Option<String>,
}

/// Records that one search looks at: what is rare is found in several turns, and none of them is long.
const LOOKED_AT_MAX: i64 = 20_000;

/// Records from the newest backwards that fit, at most `limit` of those that are looked at.
pub fn search(tx: &mut Tx<'_>, search: &Search, limit: i64) -> Result<Found> {
    let range = [v(TENANT), v(&search.before), v(&search.from)];
    let [tenant, before, from] = range;
    let last = tx.opt(
        "SELECT audit_id FROM audit WHERE tenant_id = $1 AND (CAST($2 AS TEXT) IS NULL OR audit_id < $2)
            AND (CAST($3 AS TEXT) IS NULL OR audit_id >= $3) ORDER BY audit_id DESC LIMIT 1 OFFSET $4",
        &[tenant, before, from, v(LOOKED_AT_MAX)],
        |row| row.text(0),
    )?;
    // One further than is looked at: the floor of this turn.
    let floor = last.clone().or_else(|| search.from.clone());
    let kind = search
        .action
        .as_deref()
        .and_then(|action| action.strip_suffix('*'));
    let exact = search.action.as_deref().filter(|_| kind.is_none());
    let rows = tx.all(
        concat!(
            "SELECT ",
            columns!(),
            " FROM audit WHERE tenant_id = $1 AND (CAST($2 AS TEXT) IS NULL OR audit_id < $2)
                AND (CAST($3 AS TEXT) IS NULL OR audit_id >= $3)
                AND (CAST($5 AS TEXT) IS NULL OR actor_id = $5)
                AND (CAST($6 AS TEXT) IS NULL OR object_id = $6)
                AND (CAST($7 AS TEXT) IS NULL OR action = $7)
                AND (CAST($8 AS TEXT) IS NULL OR substr(action, 1, length($8)) = $8)
                AND (CAST($9 AS TEXT) IS NULL OR decision = $9)
              ORDER BY audit_id DESC LIMIT $4"
        ),
        &[
            v(TENANT),
            v(&search.before),
            v(&floor),
            v(limit),
            v(&search.actor_id),
            v(&search.object_id),
            v(exact),
            v(kind),
            v(&search.decision),
        ],
        entry,
    )?;
    let is_full = rows.len() as i64 == limit;
    let next = match is_full {
        true => rows.last().map(|entry| entry.audit_id.clone()),
        // The floor itself was looked at.
        false => last,
    };
    Ok(Found { rows, next })
}

/// Records from the newest backwards, before `before` (`None`: from the newest).
pub fn page(
    tx: &mut Tx<'_>,
    filter: &Filter,
    before: Option<&str>,
    limit: i64,
) -> Result<Vec<Entry>> {
    tx.all(
        concat!(
            "SELECT ",
            columns!(),
            " FROM audit WHERE tenant_id = $1 AND (CAST($2 AS TEXT) IS NULL OR audit_id < $2)
                AND (CAST($4 AS TEXT) IS NULL OR actor_id = $4)
                AND (CAST($5 AS TEXT) IS NULL OR action = $5)
                AND (CAST($6 AS TEXT) IS NULL OR decision = $6)
              ORDER BY audit_id DESC LIMIT $3"
        ),
        &[
            v(TENANT),
            v(before),
            v(limit),
            v(&filter.actor_id),
            v(&filter.action),
            v(&filter.decision),
        ],
        entry,
    )
}

pub fn get(tx: &mut Tx<'_>, audit_id: &str) -> Result<Option<Entry>> {
    tx.opt(
        concat!(
            "SELECT ",
            columns!(),
            " FROM audit WHERE tenant_id = $1 AND audit_id = $2"
        ),
        &[v(TENANT), v(audit_id)],
        entry,
    )
}

pub(crate) fn entry(row: &Row<'_>) -> Result<Entry> {
    Ok(Entry {
        audit_id: row.text(0)?,
        at: UnixMicros(row.int(1)?),
        actor_kind: row.text(2)?,
        actor_id: row.text(3)?,
        action: row.text(4)?,
        object_kind: row.text(5)?,
        object_id: row.text(6)?,
        request_id: row.text(7)?,
        peer: row.text(8)?,
        app: row.opt_text(9)?,
        method: row.opt_text(10)?,
        path: row.opt_text(11)?,
        effect: row.opt_text(12)?,
        decision: row.text(13)?,
        code: row.opt_text(14)?,
        send_id: row.opt_text(15)?,
        outcome: row.opt_text(16)?,
        status: row.opt_int(17)?,
        closed_at: row.opt_int(18)?.map(UnixMicros),
        detail: row.text(19)?,
    })
}
