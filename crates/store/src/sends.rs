//! The ledger of sends: an intent is durable before the first byte leaves this process, and is settled by what is known. A send to the
//! built-in platform is written in the unit that accepts it, and so is never open.

mod claims;
mod find;
mod policy;
mod unknown;

pub use claims::{
    Earlier, by_claim, derived_claims, end_claims, free, keep_answer, keep_open_claims, reseal,
    sealed_page,
};
pub use find::{Filter, get, page};
pub use policy::{UnknownPolicy, policies_page, put_policy, unknown_policy};
pub use unknown::{Resolution, Sought, forget, note_finding, resolve, sought, sweep, unknown_page};

use postern_domain::time::UnixMicros;

use crate::settings::TENANT;
use crate::{Result, Tx, v};

/// The setting that holds the sealed key of claims, in base64; with [`SEALED_BY`] and [`CLAIM_KEY_FIELD`] as associated data.
pub const CLAIM_KEY: &str = "sends.claim_key";
pub const SEALED_BY: &str = "sends";
pub const CLAIM_KEY_FIELD: &str = "claim_key";
/// Associated data of what is sealed with a send, beside [`sealing_owner`].
pub const ANSWER_FIELD: &str = "answer";
pub const SOUGHT_FIELD: &str = "sought";

/// The owner of what is sealed with a send.
pub fn sealing_owner(send_id: &str) -> String {
    format!("send:{send_id}")
}

/// What is known about a send. `Started` becomes one of the others and `Unknown` may be cleared up later; nothing else moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// The intent is durable; bytes may have left or not.
    Started,
    /// The upstream answered; `status` says what.
    Answered,
    /// Certainly nothing left.
    Failed,
    /// Bytes may have left and no answer came, or one that says nothing.
    Unknown,
    /// It was unknown, and somebody found that it took place.
    Accepted,
}

impl State {
    pub fn as_str(self) -> &'static str {
        match self {
            State::Started => "started",
            State::Answered => "answered",
            State::Failed => "failed",
            State::Unknown => "unknown",
            State::Accepted => "accepted",
        }
    }

    /// The words are `started`, `answered`, `failed`, `unknown` and `accepted`.
    pub fn parse(text: &str) -> Option<State> {
        [
            State::Started,
            State::Answered,
            State::Failed,
            State::Unknown,
            State::Accepted,
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
    /// Who cleared up what was unknown; and what the upstream's history said, for a person.
    pub resolved_by: Option<String>,
    pub finding: Option<String>,
}

/// By what a repeat of a send is recognised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    pub hash: [u8; 32],
    /// With an `Idempotency-Key`: what it is used for. `None`: the claim was derived from the call.
    pub digest: Option<[u8; 32]>,
    /// `None` while the attempt runs.
    pub until: Option<UnixMicros>,
}

/// Writes the intent (or, when both happen in one unit, the whole send). `sought` is sealed: by what it can be found upstream.
///
/// # Errors
/// [`crate::Error::Conflict`]: the claim is taken.
pub fn start(
    tx: &mut Tx<'_>,
    send: &Send,
    claim: Option<&Claim>,
    sought: Option<&[u8]>,
) -> Result<()> {
    tx.execute(
        "INSERT INTO sends (tenant_id, send_id, key_id, connection_id, request_id, app, method, path, state, status, created_at,
            settled_at, claim, digest, claim_until, sought)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
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
            v(claim.map(|claim| &claim.hash)),
            v(claim.and_then(|claim| claim.digest.as_ref())),
            v(claim.and_then(|claim| claim.until).map(|at| at.0)),
            v(sought),
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
