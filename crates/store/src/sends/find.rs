//! Sends as they are listed and looked up.

use postern_domain::time::UnixMicros;

use super::{Send, State};
use crate::settings::TENANT;
use crate::{Error, Result, Row, Tx, v};

macro_rules! columns {
    () => {
        "send_id, key_id, connection_id, request_id, app, method, path, state, status, created_at, settled_at, resolved_by, finding"
    };
}
pub(super) use columns;

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

/// Which sends; `None`: all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    pub key_id: Option<String>,
    pub connection_id: Option<String>,
    pub state: Option<State>,
    /// Made then or later.
    pub since: Option<UnixMicros>,
}

/// Sends from the newest backwards, before `before` (`None`: from the newest).
pub fn page(
    tx: &mut Tx<'_>,
    filter: &Filter,
    before: Option<&str>,
    limit: i64,
) -> Result<Vec<Send>> {
    let state = filter.state.map(State::as_str);
    let params = [
        v(TENANT),
        v(before),
        v(limit),
        v(&filter.connection_id),
        v(state),
        v(filter.since.map(|at| at.0)),
        v(&filter.key_id),
    ];
    // A key's sends are found by its index, open ones by theirs; all others by their age.
    let statement = match (&filter.key_id, filter.state) {
        (Some(_), _) => concat!(
            "SELECT ",
            columns!(),
            " FROM sends
             WHERE tenant_id = $1 AND key_id = $7
               AND (CAST($2 AS TEXT) IS NULL OR send_id < $2)
               AND (CAST($4 AS TEXT) IS NULL OR connection_id = $4)
               AND (CAST($5 AS TEXT) IS NULL OR state = $5)
               AND (CAST($6 AS BIGINT) IS NULL OR created_at >= $6)
             ORDER BY send_id DESC LIMIT $3"
        ),
        (None, Some(State::Started | State::Unknown)) => concat!(
            "SELECT ",
            columns!(),
            " FROM sends
             WHERE tenant_id = $1 AND state IN ('started', 'unknown') AND state = $5
               AND (CAST($2 AS TEXT) IS NULL OR send_id < $2)
               AND (CAST($4 AS TEXT) IS NULL OR connection_id = $4)
               AND (CAST($6 AS BIGINT) IS NULL OR created_at >= $6)
               AND CAST($7 AS TEXT) IS NULL
             ORDER BY send_id DESC LIMIT $3"
        ),
        (None, _) => concat!(
            "SELECT ",
            columns!(),
            " FROM sends
             WHERE tenant_id = $1
               AND (CAST($2 AS TEXT) IS NULL OR send_id < $2)
               AND (CAST($4 AS TEXT) IS NULL OR connection_id = $4)
               AND (CAST($5 AS TEXT) IS NULL OR state = $5)
               AND (CAST($6 AS BIGINT) IS NULL OR created_at >= $6)
               AND CAST($7 AS TEXT) IS NULL
             ORDER BY send_id DESC LIMIT $3"
        ),
    };
    tx.all(statement, &params, send)
}

pub(super) fn send(row: &Row<'_>) -> Result<Send> {
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
        resolved_by: row.opt_text(11)?,
        finding: row.opt_text(12)?,
        send_id,
    })
}
