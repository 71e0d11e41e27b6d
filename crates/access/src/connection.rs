//! A connection as requests see it, ready to be used, and the rules by which one is chosen.

use std::collections::BTreeMap;
use std::sync::Arc;

use postern_apps::{App, Origin, Prepared};
use postern_domain::account::AccountId;
use postern_domain::connection::Status;
use postern_domain::time::UnixMicros;
use postern_store::connections::ConnectionRow;

use crate::scope::Scope;

pub struct Connection {
    pub id: String,
    pub app: Arc<App>,
    /// Empty: none was given.
    pub name: String,
    pub status: Status,
    pub upstream: Upstream,
    /// The credential, ready to be injected. `None` for the built-in platform, and while there is none.
    pub prepared: Option<Prepared>,
    pub sandbox: bool,
    /// Why it is not ACTIVE, for a person.
    pub failure: Option<String>,
    pub created_at: UnixMicros,
    /// What this was made from, so that a refresh can keep what did not change.
    pub(crate) row: ConnectionRow,
}

/// Where calls go.
#[derive(Clone, Debug)]
pub enum Upstream {
    /// The platform in this process, acting as this account.
    Builtin(AccountId),
    /// Over HTTP or HTTPS.
    Url(Arc<Origin>),
}

impl Connection {
    /// Orders connections from the oldest to the newest.
    fn age(&self) -> (UnixMicros, &str) {
        (self.created_at, &self.id)
    }

    /// The sealed credential this was prepared from: whoever reports that the upstream refused it says which one was meant.
    pub fn credential_sealed(&self) -> Option<&[u8]> {
        self.row.credential_sealed.as_deref()
    }
}

/// Why there is no connection for a call.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoConnection {
    /// 400. `waiting` is the oldest one that exists but cannot be used.
    #[error("no active connection for app `{app}`")]
    None {
        app: String,
        waiting: Option<(String, Status)>,
    },
    /// 404. No connection has this id.
    #[error("Connection `{0}` not found")]
    Unknown(String),
    /// 404. The id belongs to a connection of another app.
    #[error("Connection `{id}` not found for app `{app}`; it belongs to `{other}`")]
    OtherApp {
        id: String,
        app: String,
        other: String,
    },
    /// 403
    #[error("this key may not use connection `{0}`")]
    OutOfScope(String),
    /// 403
    #[error("this key may not call app `{0}`")]
    AppOutOfScope(String),
    /// 403. Test keys see nothing but the sandbox.
    #[error("test keys act on the sandbox only; app `{0}` has no sandbox connection for them")]
    TestKey(String),
    /// 409
    #[error("connection `{id}` is {status}")]
    NotActive {
        id: String,
        status: Status,
        reason: Option<String>,
    },
}

/// All connections, by id and by app.
#[derive(Default)]
pub(crate) struct Connections {
    by_id: BTreeMap<String, Arc<Connection>>,
    by_app: BTreeMap<String, Vec<Arc<Connection>>>,
}

impl Connections {
    /// `connections` must come oldest first.
    pub(crate) fn new(connections: impl IntoIterator<Item = Arc<Connection>>) -> Self {
        let mut all = Self::default();
        for connection in connections {
            let of_app = all.by_app.entry(connection.app.name.clone()).or_default();
            of_app.push(Arc::clone(&connection));
            all.by_id.insert(connection.id.clone(), connection);
        }
        all
    }

    pub(crate) fn get(&self, id: &str) -> Option<&Arc<Connection>> {
        self.by_id.get(id)
    }

    /// The connections that a key's scope names, oldest first.
    pub(crate) fn own(&self, scope: &Scope) -> Box<[Arc<Connection>]> {
        let ids = scope.connections.iter().flatten();
        let mut own: Vec<_> = ids.filter_map(|id| self.by_id.get(id).cloned()).collect();
        own.sort_by(|one, other| one.age().cmp(&other.age()));
        own.into()
    }

    /// The named connection, else the oldest ACTIVE one of the key's own, else of the app. A live key gets a sandbox
    /// connection only by its name or its scope: nobody's message may vanish in the simulator by default.
    pub(crate) fn choose(
        &self,
        key: &crate::Key,
        app: &str,
        chosen: Option<&str>,
    ) -> Result<&Arc<Connection>, NoConnection> {
        if !key.scope.covers_app(app) {
            return Err(NoConnection::AppOutOfScope(app.to_owned()));
        }
        match chosen {
            Some(id) => self.named(key, app, id),
            None => self.oldest(key, app),
        }
    }

    fn named(
        &self,
        key: &crate::Key,
        app: &str,
        id: &str,
    ) -> Result<&Arc<Connection>, NoConnection> {
        let connection = self
            .by_id
            .get(id)
            .ok_or_else(|| NoConnection::Unknown(id.to_owned()))?;
        if connection.app.name != app {
            return Err(NoConnection::OtherApp {
                id: id.to_owned(),
                app: app.to_owned(),
                other: connection.app.name.clone(),
            });
        }
        if key
            .scope
            .connections
            .as_ref()
            .is_some_and(|own| !own.contains(id))
        {
            return Err(NoConnection::OutOfScope(id.to_owned()));
        }
        if key.test && !connection.sandbox {
            return Err(NoConnection::TestKey(app.to_owned()));
        }
        active(connection)
    }

    fn oldest(&self, key: &crate::Key, app: &str) -> Result<&Arc<Connection>, NoConnection> {
        let of_app = self.by_app.get(app).map_or(&[][..], Vec::as_slice);
        let own = key.scope.connections.as_ref();
        let eligible = |connection: &&Arc<Connection>| match own {
            Some(own) => own.contains(&connection.id) && (connection.sandbox || !key.test),
            None => connection.sandbox == key.test,
        };
        let mut waiting = None;
        for connection in of_app.iter().filter(eligible) {
            if connection.status == Status::Active {
                return Ok(connection);
            }
            waiting.get_or_insert(connection);
        }
        match waiting {
            // The key names its connection: then the one that is meant is known, and so is what is wrong with it.
            Some(connection) if own.is_some_and(|own| own.len() == 1) => active(connection),
            None if key.test => Err(NoConnection::TestKey(app.to_owned())),
            _ => Err(NoConnection::None {
                app: app.to_owned(),
                waiting: waiting.map(|connection| (connection.id.clone(), connection.status)),
            }),
        }
    }
}

fn active(connection: &Arc<Connection>) -> Result<&Arc<Connection>, NoConnection> {
    match connection.status {
        Status::Active => Ok(connection),
        status => Err(NoConnection::NotActive {
            id: connection.id.clone(),
            status,
            reason: connection.failure.clone(),
        }),
    }
}
