//! Sends that wait for a person's decision: held once, decided once, sent at most once.

mod decide;
mod end;
mod hold;
mod sealed;

use postern_domain::time::UnixMicros;

use crate::settings::TENANT;
use crate::{Error, Result, Row, Tx, v};

pub use decide::{Decided, Decision, decide, expire};
pub use end::{End, abandon, begin, end, ready, sweep};
pub use hold::{Held, hold};
pub use sealed::{Field, reseal, sealed_page, sealing_owner};

/// `Pending` and `Approved` go on; the others are ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Pending,
    /// Decided, and not sent yet.
    Approved,
    Denied,
    /// Nobody decided in time.
    Expired,
    /// It was sent and answered with success.
    Sent,
    /// It was not sent after all, or was refused; `reason` and `status` say so.
    Failed,
    /// Bytes may have left and no answer came. It is never sent again.
    Unknown,
}

impl State {
    pub const ALL: [State; 7] = [
        State::Pending,
        State::Approved,
        State::Denied,
        State::Expired,
        State::Sent,
        State::Failed,
        State::Unknown,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            State::Pending => "pending",
            State::Approved => "approved",
            State::Denied => "denied",
            State::Expired => "expired",
            State::Sent => "sent",
            State::Failed => "failed",
            State::Unknown => "unknown",
        }
    }

    pub fn parse(text: &str) -> Option<State> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }

    /// Nothing more happens to it.
    pub fn is_end(self) -> bool {
        !matches!(self, State::Pending | State::Approved)
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approval {
    /// Time-ordered (UUID v7).
    pub approval_id: String,
    pub key_id: String,
    pub connection_id: String,
    pub app: String,
    pub method: String,
    /// The operation's pattern.
    pub path: String,
    /// 32 bytes, keyed; finds the same request of the same key.
    pub fingerprint: Vec<u8>,
    /// 32 bytes over everything that is approved.
    pub digest: Vec<u8>,
    pub request_sealed: Option<Vec<u8>>,
    /// JSON object, without numbers and texts.
    pub summary: String,
    pub state: State,
    /// Where the caller wants to be told of the end.
    pub callback: Option<String>,
    /// The operator's id.
    pub decided_by: Option<String>,
    pub decided_at: Option<UnixMicros>,
    /// When sending began.
    pub begun_at: Option<UnixMicros>,
    pub send_id: Option<String>,
    pub status: Option<i64>,
    pub answer_sealed: Option<Vec<u8>>,
    pub reason: Option<String>,
    pub expires_at: UnixMicros,
    pub created_at: UnixMicros,
    pub ended_at: Option<UnixMicros>,
}

macro_rules! columns {
    () => {
        "approval_id, key_id, connection_id, app, method, path, fingerprint, digest, request_sealed, summary, state, callback, decided_by,
         decided_at, begun_at, send_id, status, answer_sealed, reason, expires_at, created_at, ended_at"
    };
}
use columns;

pub fn get(tx: &mut Tx<'_>, approval_id: &str) -> Result<Option<Approval>> {
    tx.opt(
        concat!(
            "SELECT ",
            columns!(),
            " FROM approvals WHERE tenant_id = $1 AND approval_id = $2"
        ),
        &[v(TENANT), v(approval_id)],
        approval,
    )
}

/// Which ones; `None`: all.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub key_id: Option<String>,
    pub state: Option<State>,
}

/// From the newest backwards, before `before`.
pub fn page(
    tx: &mut Tx<'_>,
    filter: &Filter,
    before: Option<&str>,
    limit: i64,
) -> Result<Vec<Approval>> {
    tx.all(
        concat!(
            "SELECT ",
            columns!(),
            " FROM approvals
             WHERE tenant_id = $1
               AND (CAST($2 AS TEXT) IS NULL OR key_id = $2)
               AND (CAST($3 AS TEXT) IS NULL OR state = $3)
               AND (CAST($4 AS TEXT) IS NULL OR approval_id < $4)
             ORDER BY approval_id DESC LIMIT $5"
        ),
        &[
            v(TENANT),
            v(&filter.key_id),
            v(filter.state.map(State::as_str)),
            v(before),
            v(limit),
        ],
        approval,
    )
}

/// How many wait, of everybody.
pub fn waiting(tx: &mut Tx<'_>) -> Result<i64> {
    tx.one(
        "SELECT count(*) FROM approvals WHERE state = 'pending'",
        &[],
        |row| row.int(0),
    )
}

fn approval(row: &Row<'_>) -> Result<Approval> {
    let approval_id = row.text(0)?;
    let state = State::parse(&row.text(10)?).ok_or_else(|| Error::Inconsistent {
        table: "approvals",
        id: approval_id.clone(),
    })?;
    Ok(Approval {
        approval_id,
        key_id: row.text(1)?,
        connection_id: row.text(2)?,
        app: row.text(3)?,
        method: row.text(4)?,
        path: row.text(5)?,
        fingerprint: row.blob(6)?,
        digest: row.blob(7)?,
        request_sealed: row.opt_blob(8)?,
        summary: row.text(9)?,
        state,
        callback: row.opt_text(11)?,
        decided_by: row.opt_text(12)?,
        decided_at: row.opt_int(13)?.map(UnixMicros),
        begun_at: row.opt_int(14)?.map(UnixMicros),
        send_id: row.opt_text(15)?,
        status: row.opt_int(16)?,
        answer_sealed: row.opt_blob(17)?,
        reason: row.opt_text(18)?,
        expires_at: UnixMicros(row.int(19)?),
        created_at: UnixMicros(row.int(20)?),
        ended_at: row.opt_int(21)?.map(UnixMicros),
    })
}
