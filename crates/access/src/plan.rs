//! What stands before a send: brakes that somebody pulled, and limits of key, connection and installation. All of it is in the snapshot, so
//! that a call that nobody limits pays for nothing.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use postern_domain::account::AccountId;
use postern_domain::key::Role;
use postern_guard::{Limits, Plan, Policy, RecipientKey, Scope, ScopeKind, Ticket, Watch, Zones};
use postern_store::freezes;
use postern_vault::Peppers;

use crate::connection::{Connection, Upstream};
use crate::directory::Directory;
use crate::key::{Caller, Key};

/// The snapshot's part of guarding.
pub(crate) struct Guarding {
    key: RecipientKey,
    zones: Arc<Zones>,
    cautious: Arc<Limits>,
    /// As they are written, and as they are enforced.
    connections: HashMap<String, (String, Policy)>,
    /// Of the built-in platform, by number.
    accounts: HashMap<i64, (String, Policy)>,
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
        let (mut connections, mut accounts) = (HashMap::new(), HashMap::new());
        let mut installation = Policy::Unsaid;
        for (scope, written) in limits {
            let Some(policy) = Policy::from_row(&written) else {
                tracing::error!(scope, "limits cannot be read; nothing is sent under them");
                frozen.insert(scope);
                continue;
            };
            match scope.split_once(':') {
                Some(("connection", id)) => {
                    connections.insert(id.to_owned(), (written, policy));
                }
                Some(("account", number)) => {
                    let number = number.parse().ok();
                    number.map(|number| accounts.insert(number, (written, policy)));
                }
                _ if scope == INSTALLATION => installation = policy,
                _ => tracing::error!(scope, "limits of something that nobody knows"),
            }
        }
        Guarding {
            key: RecipientKey(peppers.hash_current(RECIPIENTS).hash),
            zones,
            cautious: Arc::new(Limits::cautious()),
            connections,
            accounts,
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
        // Only limits that cannot be read stop an account.
        if let Upstream::Builtin(account) = connection.upstream
            && is(&format!("account:{}", account.0))
        {
            return Some(ScopeKind::Account);
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
        let of_connection = self.connections.get(&connection.id);
        let (account, of_account) = match connection.upstream {
            Upstream::Builtin(account) => (account.0.to_string(), self.accounts.get(&account.0)),
            Upstream::Url(_) => (String::new(), None),
        };
        self.of(&[
            (ScopeKind::Key, key.id.as_str(), of_key),
            (ScopeKind::Connection, &connection.id, limits(of_connection)),
            (ScopeKind::Account, &account, limits(of_account)),
            (ScopeKind::Installation, "", limited(&self.installation)),
        ])
    }

    /// What an account of the built-in platform sends itself, without a key.
    fn native_ticket(&self, account: AccountId) -> Option<Ticket> {
        self.of(&[
            (
                ScopeKind::Account,
                &account.0.to_string(),
                limits(self.accounts.get(&account.0)),
            ),
            (ScopeKind::Installation, "", limited(&self.installation)),
        ])
    }

    /// Of whoever limits anything.
    fn of(&self, holders: &[(ScopeKind, &str, Option<&Arc<Limits>>)]) -> Option<Ticket> {
        let scopes: Vec<_> = holders
            .iter()
            .filter_map(|(kind, id, limits)| {
                Some(Scope {
                    kind: *kind,
                    id: (*id).to_owned(),
                    limits: Arc::clone((*limits)?),
                })
            })
            .collect();
        (!scopes.is_empty()).then(|| Ticket::new(scopes, self.key.clone(), self.zones.clone()))
    }
}

fn watched(ticket: Option<Ticket>, watch: Option<Watch>) -> Option<Ticket> {
    match watch {
        Some(watch) => ticket.map(|ticket| ticket.watched(watch)),
        None => ticket,
    }
}

fn limited(policy: &Policy) -> Option<&Arc<Limits>> {
    match policy {
        Policy::Limited(limits) => Some(limits),
        Policy::Unsaid | Policy::Unlimited => None,
    }
}

fn limits(found: Option<&(String, Policy)>) -> Option<&Arc<Limits>> {
    found.and_then(|(_, policy)| limited(policy))
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
        // Test keys play: nobody is told of it.
        let watch = (!caller.test && !connection.sandbox).then(|| Watch {
            key_id: Some(caller.id.clone()),
        });
        Plan {
            frozen: guarding.frozen(caller, connection),
            ticket: watched(ticket, watch),
        }
    }
}

impl Directory {
    /// What stands before a send that an account of the built-in platform makes itself, without a key.
    pub fn native_plan(&self, account: AccountId) -> Plan {
        let guarding = &self.snapshot.load().guarding;
        let is_frozen = !guarding.frozen.is_empty()
            && (guarding.frozen.contains(INSTALLATION)
                || guarding.frozen.contains(&format!("account:{}", account.0)));
        Plan {
            frozen: is_frozen.then_some(ScopeKind::Installation),
            ticket: watched(
                guarding.native_ticket(account),
                Some(Watch { key_id: None }),
            ),
        }
    }

    /// As [`Directory::connection_limits`], of an account of the built-in platform.
    pub fn account_limits(&self, account: AccountId) -> Option<String> {
        let snapshot = self.snapshot.load();
        let found = snapshot.guarding.accounts.get(&account.0);
        found.map(|(written, _)| written.clone())
    }

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
