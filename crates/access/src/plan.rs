//! What stands before a send: brakes that somebody pulled, and limits of key, connection and installation. All of it is in the snapshot, so
//! that a call that nobody limits pays for nothing.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use postern_domain::key::Role;
use postern_guard::{Limits, Policy, RecipientKey, Scope, ScopeKind, Ticket, Zones};
use postern_store::freezes;
use postern_vault::Peppers;

use crate::connection::{Connection, Upstream};
use crate::directory::Directory;
use crate::key::{Caller, Key};

/// For one call that sends.
#[derive(Debug)]
pub struct Plan {
    /// Somebody froze this; nothing is sent.
    pub frozen: Option<ScopeKind>,
    /// Whoever sends asks it. `None`: nothing limits the call.
    pub ticket: Option<Ticket>,
}

/// The snapshot's part of guarding.
pub(crate) struct Guarding {
    key: RecipientKey,
    zones: Arc<Zones>,
    cautious: Arc<Limits>,
    /// As they are written, and as they are enforced.
    connections: HashMap<String, (String, Policy)>,
    installation: Policy,
    frozen: HashSet<String>,
}

/// What recipients are counted under. It changes with the pepper: windows that run then know their recipients no more.
const RECIPIENTS: &[u8] = b"recipients within limits";

/// The scope of the whole installation.
pub(crate) const INSTALLATION: &str = freezes::INSTALLATION;

impl Guarding {
    /// `limits` and `frozen` by their scopes. Limits that cannot be read let nothing pass.
    pub(crate) fn new(
        peppers: &Peppers,
        before: Option<&Guarding>,
        limits: Vec<(String, String)>,
        frozen: impl Iterator<Item = String>,
    ) -> Guarding {
        let zones =
            before.map_or_else(|| Arc::new(Zones::shipped()), |before| before.zones.clone());
        let mut frozen: HashSet<String> = frozen.collect();
        let (mut connections, mut installation) = (HashMap::new(), Policy::Unsaid);
        for (scope, written) in limits {
            let Some(policy) = Policy::from_row(&written) else {
                tracing::error!(scope, "limits cannot be read; nothing is sent under them");
                frozen.insert(scope);
                continue;
            };
            match scope.strip_prefix("connection:") {
                Some(id) => drop(connections.insert(id.to_owned(), (written, policy))),
                None if scope == INSTALLATION => installation = policy,
                // Accounts of the built-in platform are its own business.
                None => {}
            }
        }
        Guarding {
            key: RecipientKey(peppers.hash_current(RECIPIENTS).hash),
            zones,
            cautious: Arc::new(Limits::cautious()),
            connections,
            installation,
            frozen,
        }
    }

    fn frozen(&self, key: &Key, connection: &Connection) -> Option<ScopeKind> {
        if self.frozen.is_empty() {
            return None;
        }
        let is = |scope: &str| self.frozen.contains(scope);
        if is(INSTALLATION) {
            return Some(ScopeKind::Installation);
        }
        if is(&format!("connection:{}", connection.id)) {
            return Some(ScopeKind::Connection);
        }
        is(&format!("key:{}", key.id)).then_some(ScopeKind::Key)
    }

    fn unlimited(&self) -> Ticket {
        Ticket::new(Vec::new(), self.key.clone(), self.zones.clone())
    }

    fn ticket(&self, key: &Key, connection: &Connection) -> Option<Ticket> {
        let of_key = match &key.policy {
            Policy::Limited(limits) => Some(limits),
            Policy::Unsaid if key.role == Role::Agent && !connection.is_simulated() => {
                Some(&self.cautious)
            }
            Policy::Unsaid | Policy::Unlimited => None,
        };
        let of_connection = match self.connections.get(&connection.id) {
            Some((_, Policy::Limited(limits))) => Some(limits),
            _ => None,
        };
        let of_all = match &self.installation {
            Policy::Limited(limits) => Some(limits),
            _ => None,
        };
        let mut scopes = Vec::new();
        for (kind, id, limits) in [
            (ScopeKind::Key, key.id.as_str(), of_key),
            (ScopeKind::Connection, connection.id.as_str(), of_connection),
            (ScopeKind::Installation, "", of_all),
        ] {
            if let Some(limits) = limits {
                scopes.push(Scope {
                    kind,
                    id: id.to_owned(),
                    limits: Arc::clone(limits),
                });
            }
        }
        (!scopes.is_empty()).then(|| Ticket::new(scopes, self.key.clone(), self.zones.clone()))
    }
}

impl Directory {
    /// What stands before a send of `caller` over `connection`.
    pub fn plan(&self, caller: &Caller, connection: &Connection) -> Plan {
        let snapshot = self.snapshot.load();
        let guarding = &snapshot.guarding;
        let limited = guarding.ticket(caller, connection);
        let ticket = match snapshot.hearing.wishes(connection) {
            None => limited,
            // Opt-outs are honoured for every key, limited or not.
            Some(wishes) => {
                let ticket = limited.unwrap_or_else(|| guarding.unlimited());
                Some(ticket.heeding(wishes))
            }
        };
        Plan {
            frozen: guarding.frozen(caller, connection),
            ticket,
        }
    }
}

impl Directory {
    /// The limits of a connection as they are stored, a JSON object; `None`: it has none.
    pub fn connection_limits(&self, connection_id: &str) -> Option<String> {
        let snapshot = self.snapshot.load();
        let found = snapshot.guarding.connections.get(connection_id);
        found.map(|(written, _)| written.clone())
    }

    /// For a call that nobody limits, of which somebody wants to know what it would do.
    pub fn ticket_without_limits(&self) -> Ticket {
        self.snapshot.load().guarding.unlimited()
    }
}

impl Connection {
    /// Nothing that is sent over it reaches anybody: the built-in platform hands its messages to the simulator.
    pub fn is_simulated(&self) -> bool {
        self.sandbox || matches!(self.upstream, Upstream::Builtin(_))
    }
}
