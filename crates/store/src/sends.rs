//! The ledger of sends that leave this process: an intent is durable before the first byte, and is settled by what is known.

use postern_domain::time::UnixMicros;

use crate::settings::TENANT;
use crate::{Error, Result, Row, Tx, v};

/// What is known about a send. `Started` becomes one of the others and `Unknown` may be cleared up later; nothing else moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// The intent is durable; bytes may have left or not.
    Started,
    /// The upstream answered; `status` says what.
    Answered,
    /// Certainly nothing left.
    Failed,
    /// Bytes may have left and no answer came.
    Unknown,
}

impl State {
    pub fn as_str(self) -> &'static str {
        match self {
            State::Started => "started",
            State::Answered => "answered",
            State::Failed => "failed",
            State::Unknown => "unknown",
        }
    }

    fn parse(text: &str) -> Option<State> {
        [
            State::Started,
            State::Answered,
            State::Failed,
            State::Unknown,
        ]
        .into_iter()
        .find(|state| state.as_str() == text)
    }
}

/// One send. `path` is the operation's pattern, never the path itself: that may hold a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Send {
    /// Time-ordered (UUID v7).
    pub send_id: String,
    pub key_id: String,
    pub connection_id: String,
    pub request_id: String,
    pub app: String,
    pub method: String,
    pub path: String,
    pub state: State,
    /// The upstream's answer.
    pub status: Option<i64>,
    pub created_at: UnixMicros,
    pub settled_at: Option<UnixMicros>,
}

macro_rules! columns {
    () => {
        "send_id, key_id, connection_id, request_id, app, method, path, state, status, created_at, settled_at"
    };
}

/// Writes the intent (or, when both happen in one unit, the whole send).
pub fn start(tx: &mut Tx<'_>, send: &Send) -> Result<()> {
    tx.execute(
        concat!(
            "INSERT INTO sends (tenant_id, ",
            columns!(),
            ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
        ),
        &[
            v(TENANT),
            v(&send.send_id),
            v(&send.key_id),
            v(&send.connection_id),
            v(&send.request_id),
            v(&send.app),
            v(&send.method),
            v(&send.path),
            v(send.state.as_str()),
            v(send.status),
            v(send.created_at.0),
            v(send.settled_at.map(|at| at.0)),
        ],
    )?;
    Ok(())
}

/// A started or unknown send ends in `state`. `false`: it had ended before, or does not exist.
pub fn settle(
    tx: &mut Tx<'_>,
    send_id: &str,
    state: State,
    status: Option<i64>,
    at: UnixMicros,
) -> Result<bool> {
    let rows = tx.execute(
        "UPDATE sends SET state = $3, status = $4, settled_at = $5
         WHERE tenant_id = $1 AND send_id = $2 AND state IN ('started', 'unknown')",
        &[v(TENANT), v(send_id), v(state.as_str()), v(status), v(at.0)],
    )?;
    Ok(rows == 1)
}

/// Started sends of a process that is gone (`before`: when this one began) are unknown from now on. At most `limit` a call;
/// gives their ids, so that the caller can close their records and come back for more.
pub fn abandon(
    tx: &mut Tx<'_>,
    before: UnixMicros,
    limit: i64,
    now: UnixMicros,
) -> Result<Vec<String>> {
    let ids = tx.all(
        "SELECT send_id FROM sends WHERE tenant_id = $1 AND state = 'started' AND created_at < $2
         ORDER BY created_at, send_id LIMIT $3",
        &[v(TENANT), v(before.0), v(limit)],
        |row| row.text(0),
    )?;
    for id in &ids {
        settle(tx, id, State::Unknown, None, now)?;
    }
    Ok(ids)
}

pub fn get(tx: &mut Tx<'_>, send_id: &str) -> Result<Option<Send>> {
    tx.opt(
        concat!(
            "SELECT ",
            columns!(),
            " FROM sends WHERE tenant_id = $1 AND send_id = $2"
        ),
        &[v(TENANT), v(send_id)],
        send,
    )
}

/// Sends from the newest backwards, before `before`; of one key if `key_id` is given.
pub fn page(
    tx: &mut Tx<'_>,
    key_id: Option<&str>,
    before: Option<&str>,
    limit: i64,
) -> Result<Vec<Send>> {
    tx.all(
        concat!(
            "SELECT ",
            columns!(),
            " FROM sends
             WHERE tenant_id = $1
               AND (CAST($2 AS TEXT) IS NULL OR key_id = $2)
               AND (CAST($3 AS TEXT) IS NULL OR send_id < $3)
             ORDER BY send_id DESC LIMIT $4"
        ),
        &[v(TENANT), v(key_id), v(before), v(limit)],
        send,
    )
}

fn send(row: &Row<'_>) -> Result<Send> {
    let send_id = row.text(0)?;
    let state = State::parse(&row.text(7)?).ok_or_else(|| Error::Inconsistent {
        table: "sends",
        id: send_id.clone(),
    })?;
    Ok(Send {
        key_id: row.text(1)?,
        connection_id: row.text(2)?,
        request_id: row.text(3)?,
        app: row.text(4)?,
        method: row.text(5)?,
        path: row.text(6)?,
        state,
        status: row.opt_int(8)?,
        created_at: UnixMicros(row.int(9)?),
        settled_at: row.opt_int(10)?.map(UnixMicros),
        send_id,
    })
}
