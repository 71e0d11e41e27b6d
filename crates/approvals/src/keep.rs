//! House-keeping: what nobody decided in time expires, what ended long ago is erased.

use std::time::Duration;

use postern_access::time_ordered;
use postern_domain::time::UnixMicros;
use postern_store::approvals::{self, State};
use postern_store::audit::{self, Entry};
use postern_store::{Lane, Tx};
use tokio_util::sync::CancellationToken;

use crate::callback;
use crate::service::Approvals;

const EVERY: Duration = Duration::from_secs(2);
/// Of one unit.
const ROWS_MAX: i64 = 100;
/// So long after the end request and answer can be looked at.
const CONTENTS_SECONDS: i64 = 24 * 3600;
/// So long after the end it is known that there was one.
const KEPT_SECONDS: i64 = 30 * 24 * 3600;

impl Approvals {
    pub async fn keep(&self, until: CancellationToken) {
        while until
            .run_until_cancelled(tokio::time::sleep(EVERY))
            .await
            .is_some()
        {
            if let Err(error) = self.tidy().await {
                tracing::error!(%error, "approvals cannot be tidied; trying again");
            }
        }
    }

    /// One round.
    pub async fn tidy(&self) -> postern_store::Result<()> {
        let now = self.now();
        let expired = self
            .parts
            .store
            .write(Lane::CONTROL, move |tx| {
                let expired = approvals::expire(tx, now, ROWS_MAX)?;
                for (id, callback) in &expired {
                    audit::record(tx, &by_itself(id, "approval.expire", now))?;
                    callback::told_of(tx, id, callback.as_deref(), State::Expired, None, now)?;
                }
                let (contents, before) = (
                    now.plus_secs(-CONTENTS_SECONDS),
                    now.plus_secs(-KEPT_SECONDS),
                );
                approvals::sweep(tx, contents, before, ROWS_MAX)?;
                Ok(expired.len())
            })
            .await?;
        if expired > 0 {
            self.ring();
        }
        Ok(())
    }

    /// What was begun so long ago that nobody can look up what became of it: it is not sent again. To be called before anything is sent.
    pub async fn abandon(&self, begun_before: UnixMicros) -> postern_store::Result<usize> {
        let mut total = 0;
        loop {
            let now = self.now();
            let left = self
                .parts
                .store
                .write(Lane::CONTROL, move |tx| abandoned(tx, begun_before, now))
                .await?;
            total += left;
            if left == 0 {
                self.ring();
                return Ok(total);
            }
        }
    }
}

fn abandoned(
    tx: &mut Tx<'_>,
    begun_before: UnixMicros,
    now: UnixMicros,
) -> postern_store::Result<usize> {
    let left = approvals::abandon(tx, begun_before, ROWS_MAX, now)?;
    for (id, callback) in &left {
        audit::record(tx, &by_itself(id, "approval.unknown", now))?;
        callback::told_of(tx, id, callback.as_deref(), State::Unknown, None, now)?;
    }
    Ok(left.len())
}

fn by_itself(approval_id: &str, action: &str, now: UnixMicros) -> Entry {
    Entry {
        actor_kind: "system".to_owned(),
        object_kind: "approval".to_owned(),
        object_id: approval_id.to_owned(),
        outcome: Some("done".to_owned()),
        closed_at: Some(now),
        ..Entry::new(time_ordered(now), now, action)
    }
}
