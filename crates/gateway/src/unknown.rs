//! Sends of which nobody knows what became of them are looked for in the history of the account that they went to: some seconds later, again
//! and again, and before a repeat.

use std::sync::Arc;
use std::time::Duration;

use postern_access::time_ordered;
use postern_domain::time::UnixMicros;
use postern_guard::{Cost, end_reservation};
use postern_store::audit::{self, Entry};
use postern_store::sends::{self, Earlier, Resolution, SOUGHT_FIELD, State, UnknownPolicy};
use postern_store::{Lane, reservations};
use tokio_util::sync::CancellationToken;

use crate::claims::KEY_KEPT_SECONDS;
use crate::gateway::Gateway;
use crate::history::Found;
use crate::reference::Sought;
use crate::worker::Worker;

/// Between two rounds.
const EVERY: Duration = Duration::from_secs(5);
/// Looked at in one step.
const STEP_SENDS: i64 = 100;
/// Between two looks for a send of the last hour, and of any other one.
const PAUSE_SECONDS: i64 = 30;
const LATE_PAUSE_SECONDS: i64 = 1_800;
const LATE_SECONDS: i64 = 3_600;
/// A reference that a whole history does not have so long after the send was never accepted.
const ABSENT_AFTER_SECONDS: i64 = 600;
/// A caller that repeats and repeats does not make us ask each time.
const REPEAT_PAUSE_SECONDS: i64 = 2;
/// Longer than the longest window of a limit: what is held by then stands in no window that runs.
const HELD_KEPT_SECONDS: i64 = 32 * 86_400;

/// What follows from a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    Is(Resolution),
    Stays,
}

fn next(found: &Found, policy: UnknownPolicy, age_seconds: i64) -> Next {
    match found {
        _ if policy == UnknownPolicy::Ask => Next::Stays,
        Found::There => Next::Is(Resolution::Accepted),
        Found::Absent { by_reference: true } if age_seconds >= ABSENT_AFTER_SECONDS => {
            Next::Is(Resolution::Failed)
        }
        Found::Absent { .. } | Found::Unclear(_) => Next::Stays,
    }
}

fn words(found: &Found) -> String {
    match found {
        Found::There => "its messages are in the account's history".to_owned(),
        Found::Absent { by_reference: true } => {
            "the account's history does not have our reference".to_owned()
        }
        Found::Absent {
            by_reference: false,
        } => "the account's history has no message like it".to_owned(),
        Found::Unclear(why) => format!("the account's history cannot tell: {why}"),
    }
}

impl Worker {
    /// Whether a repeat of an unknown send passes. It is looked for first.
    pub(crate) async fn unknown_again(&self, earlier: &Earlier) -> Repeated {
        let policy = self
            .gateway
            .directory
            .unknown_policy(&earlier.connection_id);
        let found = match self.clear_up(&earlier.send_id, REPEAT_PAUSE_SECONDS).await {
            Ok(found) => found,
            Err(error) => {
                tracing::error!(send.id = earlier.send_id, %error, "an unknown send could not be looked for");
                return Repeated::Unknown;
            }
        };
        match found {
            State::Accepted | State::Answered => Repeated::Accepted,
            State::Failed => Repeated::Passes,
            _ if policy == UnknownPolicy::AtLeastOnce => Repeated::Passes,
            _ => Repeated::Unknown,
        }
    }

    /// Looks for an unknown send unless somebody did so less than `pause` seconds ago, and writes down what follows. Gives its state.
    async fn clear_up(&self, send_id: &str, pause: i64) -> postern_store::Result<State> {
        let (store, now) = (&self.gateway.store, (self.gateway.clock)());
        let id = send_id.to_owned();
        let Some(unknown) = store.read(move |tx| sends::sought(tx, &id)).await? else {
            let id = send_id.to_owned();
            let send = store.read(move |tx| sends::get(tx, &id)).await?;
            return Ok(send.map_or(State::Failed, |send| send.state));
        };
        let rested = |at: UnixMicros| now.secs() - at.secs() >= pause || at > now;
        if !unknown.looked_at.is_none_or(rested) {
            return Ok(State::Unknown);
        }
        let send = unknown.send;
        let policy = self.gateway.directory.unknown_policy(&send.connection_id);
        let found = self.find(&send, unknown.sealed.as_deref()).await;
        let age_seconds = now.secs() - send.created_at.secs();
        let next = next(&found, policy, age_seconds);
        let (id, finding) = (send_id.to_owned(), words(&found));
        let until = now.plus_secs(KEY_KEPT_SECONDS);
        let entry = resolved(&send, next, &finding, now);
        store
            .write(self.lane, move |tx| {
                sends::note_finding(tx, &id, &finding, now)?;
                let Next::Is(resolution) = next else {
                    return Ok(State::Unknown);
                };
                if !sends::resolve(tx, &id, resolution, "history", until, now)? {
                    return Ok(sends::get(tx, &id)?.map_or(State::Failed, |send| send.state));
                }
                audit::record(tx, &entry)?;
                let (state, cost) = match resolution {
                    Resolution::Accepted => (State::Accepted, Cost::AsHeld),
                    Resolution::Failed => (State::Failed, Cost::None),
                };
                end_reservation(tx, &id, cost, now)?;
                Ok(state)
            })
            .await
    }

    async fn find(&self, send: &sends::Send, sealed: Option<&[u8]>) -> Found {
        let claims = &self.gateway.claims;
        let sought = sealed
            .and_then(|sealed| claims.unseal(&send.send_id, SOUGHT_FIELD, sealed))
            .and_then(|bytes| serde_json::from_slice::<Sought>(&bytes).ok());
        let Some(sought) = sought else {
            return Found::Unclear("nothing is known by which it could be found".to_owned());
        };
        match self.gateway.directory.connection_by_id(&send.connection_id) {
            Some(connection) => {
                let id = &send.send_id;
                self.look_for(&connection, id, &sought, send.created_at)
                    .await
            }
            None => Found::Unclear("its connection is gone".to_owned()),
        }
    }
}

/// What a repeat of an unknown send is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Repeated {
    /// The first one took place.
    Accepted,
    /// It may be made.
    Passes,
    /// Nobody knows still.
    Unknown,
}

fn resolved(send: &sends::Send, next: Next, finding: &str, now: UnixMicros) -> Entry {
    let outcome = match next {
        Next::Is(Resolution::Accepted) => "accepted",
        _ => "failed",
    };
    Entry {
        actor_kind: "system".to_owned(),
        actor_id: "history".to_owned(),
        object_kind: "send".to_owned(),
        object_id: send.send_id.clone(),
        outcome: Some(outcome.to_owned()),
        closed_at: Some(now),
        detail: serde_json::json!({"outcome": outcome, "finding": finding}).to_string(),
        ..Entry::new(time_ordered(now), now, "send.resolve")
    }
}

impl Gateway {
    /// Clears up what is unknown, until `until`. To be run on one runtime, with connections of its own.
    pub async fn keep_clearing_up(self: Arc<Self>, until: CancellationToken) {
        let worker = Worker::new(&self, usize::from(u16::MAX) + 1);
        let clearing = async {
            loop {
                if let Err(error) = worker.clear_up_due().await {
                    tracing::warn!(%error, "unknown sends could not be cleared up");
                }
                worker.egress.sweep();
                tokio::time::sleep(EVERY).await;
            }
        };
        until.run_until_cancelled(clearing).await;
    }

    /// One round; gives how many unknown sends it looked for.
    ///
    /// # Errors
    /// The store fails.
    pub async fn clear_up(self: &Arc<Self>) -> postern_store::Result<usize> {
        Worker::new(self, usize::from(u16::MAX) + 1)
            .clear_up_due()
            .await
    }

    /// Reservations of sends that nobody will ever clear up end as if the sends had taken place, when no window is left that they could stand in.
    pub(crate) async fn end_old_reservations(&self) -> postern_store::Result<u64> {
        let now = (self.clock)();
        let before = now.plus_secs(-HELD_KEPT_SECONDS);
        self.store
            .write(Lane::CONTROL, move |tx| {
                let old = reservations::held(tx, before, STEP_SENDS)?;
                for id in &old {
                    end_reservation(tx, id, Cost::AsHeld, now)?;
                }
                Ok(old.len() as u64)
            })
            .await
    }
}

impl Worker {
    async fn clear_up_due(&self) -> postern_store::Result<usize> {
        let now = (self.gateway.clock)();
        let (mut after, mut count) = (String::new(), 0);
        loop {
            let place = after.clone();
            let rested = now.plus_secs(-PAUSE_SECONDS);
            let page = self
                .gateway
                .store
                .read(move |tx| sends::unknown_page(tx, rested, &place, STEP_SENDS))
                .await?;
            let Some((last, _)) = page.last() else {
                return Ok(count);
            };
            after.clone_from(last);
            for (id, created_at) in page {
                let late = now.secs() - created_at.secs() > LATE_SECONDS;
                let pause = if late {
                    LATE_PAUSE_SECONDS
                } else {
                    PAUSE_SECONDS
                };
                self.clear_up(&id, pause).await?;
                count += 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_there_took_place_and_what_is_absent_for_long_did_not() {
        use UnknownPolicy::{Ask, AtLeastOnce, AtMostOnce};
        let absent = |by_reference| Found::Absent { by_reference };
        let unclear = Found::Unclear("why".to_owned());
        let (accepted, failed) = (Next::Is(Resolution::Accepted), Next::Is(Resolution::Failed));
        for (found, policy, age, want) in [
            (Found::There, AtMostOnce, 1, accepted),
            (Found::There, AtLeastOnce, 1, accepted),
            (Found::There, Ask, 1, Next::Stays),
            (absent(true), AtMostOnce, 599, Next::Stays),
            (absent(true), AtMostOnce, 600, failed),
            (absent(true), Ask, 600, Next::Stays),
            (absent(false), AtMostOnce, 99_999, Next::Stays),
            (unclear, AtLeastOnce, 99_999, Next::Stays),
        ] {
            assert_eq!(
                next(&found, policy, age),
                want,
                "{found:?} {policy:?} {age}"
            );
        }
    }
}
