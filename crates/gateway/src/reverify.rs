//! A credential that an upstream refused is asked about once more before its connection is called FAILED, and a FAILED one is
//! asked about again when somebody wants to use it: it heals by itself.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use postern_access::{Connection, Upstream as Place, time_ordered};
use postern_domain::connection::Status;
use postern_domain::time::UnixMicros;
use postern_egress::{Upstream, Verified};
use postern_store::alerts;
use postern_store::audit::{self, Entry};
use postern_store::{Lane, connections};

use crate::worker::Worker;

/// When each connection was asked about last.
pub(crate) struct Reverifier {
    asked: Mutex<HashMap<String, UnixMicros>>,
    pause: Duration,
}

/// More connections than this are not remembered: those whose pause is over are forgotten first.
const REMEMBERED_MAX: usize = 10_000;

impl Reverifier {
    pub(crate) fn new(pause: Duration) -> Self {
        Self {
            asked: Mutex::default(),
            pause,
        }
    }

    /// Whether it is time to ask about this connection; if so, it is not again for a while.
    fn admit(&self, connection_id: &str, now: UnixMicros) -> bool {
        let pause_micros = i64::try_from(self.pause.as_micros()).unwrap_or(i64::MAX);
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        // A clock that was set back must not silence this for long.
        let resting = |at: &UnixMicros| (0..pause_micros).contains(&now.micros_since(*at));
        if asked.get(connection_id).is_some_and(resting) {
            return false;
        }
        if asked.len() >= REMEMBERED_MAX {
            asked.retain(|_, at| resting(at));
        }
        asked.insert(connection_id.to_owned(), now);
        true
    }
}

impl Worker {
    /// Asks the upstream about a connection's credential, in the background and not too often.
    pub(crate) fn reverify(self: &Arc<Self>, connection_id: &str) {
        let now = (self.gateway.clock)();
        if !self.gateway.reverifier.admit(connection_id, now) {
            return;
        }
        let Some(connection) = self.gateway.directory.connection_by_id(connection_id) else {
            return;
        };
        let worker = self.clone();
        self.tasks
            .spawn(async move { worker.ask(&connection).await });
    }

    async fn ask(&self, connection: &Connection) {
        let (Place::Url(origin), Some(prepared), Some(sealed)) = (
            &connection.upstream,
            &connection.prepared,
            connection.credential_sealed(),
        ) else {
            return;
        };
        let verified = self
            .egress
            .verify(&connection.app, prepared, &Upstream::Http(origin.clone()))
            .await;
        let (action, reason) = match (verified, connection.status) {
            (Verified::Rejected { status }, Status::Active) => (
                "connection.fail",
                format!("the upstream refused the credential with status {status}"),
            ),
            (Verified::Accepted { .. }, Status::Failed) => ("connection.heal", String::new()),
            _ => return,
        };
        tracing::info!(connection.id = %connection.id, action, reason, "a connection changed its status");
        let now = (self.gateway.clock)();
        let (id, sealed) = (connection.id.clone(), sealed.to_vec());
        let entry = Entry {
            actor_kind: "system".to_owned(),
            actor_id: "reverify".to_owned(),
            object_kind: "connection".to_owned(),
            object_id: id.clone(),
            ..Entry::new(time_ordered(now), now, action)
        };
        let written = self.gateway.store.write(Lane::CONTROL, move |tx| {
            let changed = match action {
                "connection.fail" => connections::fail(tx, &id, &sealed, &reason, now)?,
                _ => connections::confirm(tx, &id, &sealed, now)?,
            };
            if changed && action == "connection.fail" {
                alerts::raise(tx, &alerts::connection_failed(&id, &reason, now), now)?;
            }
            if changed {
                audit::record(tx, &entry)?;
            }
            Ok(changed)
        });
        let outcome = match written.await {
            Ok(true) => self
                .gateway
                .directory
                .refresh()
                .await
                .map_err(|error| error.to_string()),
            Ok(false) => Ok(()),
            Err(error) => Err(error.to_string()),
        };
        if let Err(error) = outcome {
            tracing::warn!(connection.id = %connection.id, error, "a connection's status could not be written");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_is_asked_about_once_in_a_while() {
        let reverifier = Reverifier::new(Duration::from_secs(30));
        let at = |seconds: i64| UnixMicros::from_secs(1_000 + seconds);
        assert!(reverifier.admit("a", at(0)));
        assert!(!reverifier.admit("a", at(29)));
        assert!(reverifier.admit("b", at(29)));
        assert!(reverifier.admit("a", at(30)));
        assert!(reverifier.admit("a", at(-500)), "the clock was set back");
    }
}
