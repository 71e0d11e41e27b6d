//! What outside addresses are told, queued in the unit that makes it true.

use postern_access::time_ordered;
use postern_domain::time::UnixMicros;
use postern_store::Tx;
use postern_store::approvals::{Approval, State};
use postern_store::notices::{self, Notice};
use serde_json::{Value, json};

/// The caller's own address, of the end of its send.
pub(crate) fn told(
    tx: &mut Tx<'_>,
    approval: &Approval,
    state: State,
    status: Option<i64>,
    now: UnixMicros,
) -> postern_store::Result<()> {
    told_of(
        tx,
        &approval.approval_id,
        approval.callback.as_deref(),
        state,
        status,
        now,
    )
}

pub(crate) fn told_of(
    tx: &mut Tx<'_>,
    approval_id: &str,
    callback: Option<&str>,
    state: State,
    status: Option<i64>,
    now: UnixMicros,
) -> postern_store::Result<()> {
    let Some(url) = callback else {
        return Ok(());
    };
    let data = json!({"approval_id": approval_id, "state": state.as_str(), "status": status});
    queue(tx, url, "approval.ended", &data, now)
}

/// In the form of Standard Webhooks: type, timestamp, data.
pub(crate) fn queue(
    tx: &mut Tx<'_>,
    url: &str,
    kind: &str,
    data: &Value,
    now: UnixMicros,
) -> postern_store::Result<()> {
    let payload = json!({"type": kind, "timestamp": written(now), "data": data});
    let notice = Notice {
        notice_id: time_ordered(now),
        url: url.to_owned(),
        payload: payload.to_string(),
        tries: 0,
        due_at: now,
    };
    if !notices::add(tx, &notice)? {
        tracing::warn!("too many notices wait; one was dropped");
    }
    Ok(())
}

fn written(at: UnixMicros) -> String {
    jiff::Timestamp::from_microsecond(at.0).map_or_else(|_| String::new(), |at| at.to_string())
}
