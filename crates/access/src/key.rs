//! A key as requests see it, and the caller that has proven to hold one.

use std::fmt;
use std::net::IpAddr;
use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use postern_domain::connection::Status;
use postern_domain::key::Role;
use postern_domain::time::UnixMicros;
use postern_guard::Policy;
use postern_store::keys::KeyRow;

use crate::connection::Connection;
use crate::denied::Denied;
use crate::limiter::{Limits, Meter, Rate, Throttled};
use crate::operators::Acting;
use crate::scope::Scope;

pub struct Key {
    pub id: String,
    pub name: String,
    pub role: Role,
    /// Acts on the sandbox only.
    pub test: bool,
    pub scope: Scope,
    pub rate: Rate,
    /// How much it may send.
    pub policy: Policy,
    pub expires_at: Option<UnixMicros>,
    pub revoked_at: Option<UnixMicros>,
    /// The connections that its scope names, oldest first, so that a request need not look them up.
    pub(crate) own: Box<[Arc<Connection>]>,
    pub(crate) state: Arc<KeyState>,
}

/// What outlives a refresh of the directory. Two atomics, so that a request writes one cache line.
pub(crate) struct KeyState {
    meter: Meter,
    /// Microseconds; 0 is never.
    last_used: AtomicI64,
    /// What the store knows of `last_used`.
    pub(crate) flushed: AtomicI64,
}

impl KeyState {
    pub(crate) fn new(last_used: Option<UnixMicros>) -> Self {
        let at = last_used.map_or(0, |at| at.0);
        Self {
            meter: Meter::default(),
            last_used: AtomicI64::new(at),
            flushed: AtomicI64::new(at),
        }
    }

    pub(crate) fn last_used(&self) -> i64 {
        self.last_used.load(Ordering::Relaxed)
    }
}

/// `last_used_at` is good to a second; writing it more often would only move cache lines about.
const LAST_USED_STEP_MICROS: i64 = 1_000_000;

impl Key {
    pub(crate) fn new(
        row: &KeyRow,
        scope: Scope,
        policy: Policy,
        limits: &Limits,
        state: Arc<KeyState>,
    ) -> Self {
        let per_second = row
            .rate_per_second
            .map(|rate| u32::try_from(rate).unwrap_or(1));
        Self {
            id: row.key_id.clone(),
            name: row.name.clone(),
            role: row.role,
            test: row.test,
            scope,
            rate: limits.rate(per_second),
            policy,
            expires_at: row.expires_at,
            revoked_at: row.revoked_at,
            own: Box::default(),
            state,
        }
    }

    /// Whether limits of its own count what it sends.
    pub fn is_limited(&self) -> bool {
        matches!(self.policy, Policy::Limited(_))
    }

    /// When the key was last used by a request of this process or, before that, as the store knows.
    pub fn last_used(&self) -> Option<UnixMicros> {
        Some(self.state.last_used())
            .filter(|at| *at != 0)
            .map(UnixMicros)
    }

    /// Revoked, expired or presented from the wrong address.
    pub(crate) fn check(&self, peer: IpAddr, now: UnixMicros) -> Result<(), Denied> {
        if self.revoked_at.is_some() {
            return Err(Denied::Revoked);
        }
        if self.expires_at.is_some_and(|at| at <= now) {
            return Err(Denied::Expired);
        }
        match &self.scope.cidr {
            Some(blocks) if !blocks.iter().any(|block| block.contains(peer)) => {
                Err(Denied::Address)
            }
            _ => Ok(()),
        }
    }

    /// The connection that a call uses, if the key's scope names connections and one of them fits. A key has few of its own, an
    /// app may have thousands: this is the short way for the usual call.
    pub(crate) fn own_connection(
        &self,
        app: &str,
        chosen: Option<&str>,
    ) -> Option<&Arc<Connection>> {
        let fits = |connection: &&Arc<Connection>| {
            chosen.is_none_or(|id| connection.id == id)
                && connection.status == Status::Active
                && (connection.sandbox || !self.test)
                && connection.app.name == app
        };
        self.own
            .iter()
            .find(fits)
            .filter(|_| self.scope.covers_app(app))
    }

    pub(crate) fn note_use(&self, now: UnixMicros) {
        if now.0 - self.state.last_used() >= LAST_USED_STEP_MICROS {
            self.state.last_used.store(now.0, Ordering::Relaxed);
        }
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key")
            .field("id", &self.id)
            .field("role", &self.role)
            .finish_non_exhaustive()
    }
}

/// Proof that a request presented a key that works now, from where it may.
#[derive(Clone, Debug)]
pub struct Caller {
    pub key: Arc<Key>,
    /// When it was proven.
    pub at: UnixMicros,
}

impl Caller {
    /// An operator in the console, as somebody whom nothing narrows: what a full key may do, a person who is signed in may do as well.
    pub fn operator(acting: &Acting, limits: &Limits, at: UnixMicros) -> Caller {
        let key = Key {
            id: acting.operator_id.clone(),
            name: acting.name.clone(),
            role: Role::Full,
            test: false,
            scope: Scope::default(),
            rate: limits.rate(None),
            policy: Policy::Unlimited,
            expires_at: None,
            revoked_at: None,
            own: Box::default(),
            state: Arc::new(KeyState::new(None)),
        };
        Caller {
            key: Arc::new(key),
            at,
        }
    }

    /// Counts this request against the key's rate. To be asked once for each request.
    pub fn admit(&self) -> Result<(), Throttled> {
        self.key.state.meter.admit(self.key.rate, self.at)
    }
}

impl Deref for Caller {
    type Target = Key;

    fn deref(&self) -> &Key {
        &self.key
    }
}
