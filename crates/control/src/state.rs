//! What the control plane works with.

use std::sync::Arc;

use postern_access::{Attempts, AttemptsPerWindow, Directory, Operators};
use postern_approvals::Approvals;
use postern_apps::Registry;
use postern_delivery::Phones;
use postern_domain::time::{Clock, UnixMicros};
use postern_egress::Egress;
use postern_store::Store;
use postern_vault::{KeyRing, Vault};
use tokio::sync::{Mutex, Notify, RwLock};

use crate::accounts::AccountDefaults;
use crate::audit::Sealer;
use crate::refusal::Refusal;

/// Writes a key ring durably where the operator keeps it; the text of an error is shown to the operator. May block.
pub type KeepRing = Arc<dyn Fn(&KeyRing) -> Result<(), String> + Send + Sync>;

/// Called after a freeze or its release is committed, before anybody is told of it.
pub type OnFreeze = Arc<dyn Fn() + Send + Sync>;

/// Called after the clock of a sandbox was moved, when what waited there may be due.
pub type OnClock = Arc<dyn Fn() + Send + Sync>;

/// Credentials typed in vain into connect pages within half an hour, which is as long as a link lives. Each is a call to the provider.
const CONNECT_FAILURES: AttemptsPerWindow = AttemptsPerWindow {
    window_seconds: 30 * 60,
    of_address: 30,
    of_name: 10,
};

/// What the operator decides.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where people open the connect page, without query: `http://127.0.0.1:8080/connect`.
    pub connect_url: String,
    /// Where people open the console, without a path behind it: `http://127.0.0.1:8080/console`.
    pub console_url: String,
    /// What `GET /user` shows; clients expect one.
    pub email: String,
    /// The version of this server.
    pub version: String,
    pub accounts: AccountDefaults,
}

/// Cheap to clone.
#[derive(Clone)]
pub struct ControlState {
    pub store: Store,
    pub vault: Vault,
    pub directory: Arc<Directory>,
    pub registry: Arc<Registry>,
    /// Verifies credentials. Bound to the runtime that serves this router.
    pub egress: Egress,
    pub clock: Clock,
    pub keep_ring: KeepRing,
    pub sealer: Arc<Sealer>,
    pub phones: Phones,
    pub operators: Arc<Operators>,
    pub approvals: Arc<Approvals>,
    pub settings: Arc<Settings>,
    pub(crate) on_freeze: OnFreeze,
    pub(crate) on_clock: OnClock,
    /// Rung when a push is due again.
    pub(crate) pushes: Arc<Notify>,
    pub(crate) connect_attempts: Arc<Attempts>,
    /// One rotation at a time.
    pub(crate) rotating: Arc<Mutex<()>>,
    /// Held for reading from sealing (or hashing) a value until it is stored; for writing while the key ring or the
    /// peppers change. So nothing is committed under a key that is being retired.
    pub(crate) sealing: Arc<RwLock<()>>,
}

impl ControlState {
    #[expect(
        clippy::too_many_arguments,
        reason = "they are its parts, and cli is the one that puts them together"
    )]
    pub fn new(
        store: Store,
        vault: Vault,
        directory: Arc<Directory>,
        registry: Arc<Registry>,
        egress: Egress,
        clock: Clock,
        keep_ring: KeepRing,
        sealer: Arc<Sealer>,
        phones: Phones,
        operators: Arc<Operators>,
        approvals: Arc<Approvals>,
        settings: Settings,
    ) -> Self {
        Self {
            store,
            vault,
            directory,
            registry,
            egress,
            clock,
            keep_ring,
            sealer,
            phones,
            operators,
            approvals,
            settings: Arc::new(settings),
            on_freeze: Arc::new(|| ()),
            on_clock: Arc::new(|| ()),
            pushes: Arc::default(),
            connect_attempts: Arc::new(Attempts::new(CONNECT_FAILURES)),
            rotating: Arc::default(),
            sealing: Arc::default(),
        }
    }

    /// With somebody who hears of freezes.
    #[must_use]
    pub fn with_on_freeze(self, on_freeze: OnFreeze) -> Self {
        Self { on_freeze, ..self }
    }

    /// With somebody who hears of moved clocks.
    #[must_use]
    pub fn with_on_clock(self, on_clock: OnClock) -> Self {
        Self { on_clock, ..self }
    }

    /// With the bell of whoever makes pushes.
    #[must_use]
    pub fn with_pushes(self, pushes: Arc<Notify>) -> Self {
        Self { pushes, ..self }
    }

    pub(crate) fn now(&self) -> UnixMicros {
        (self.clock)()
    }

    /// Brings a committed change into force.
    pub(crate) async fn refresh(&self) -> Result<(), Refusal> {
        self.directory
            .refresh()
            .await
            .map_err(|error| Refusal::not_in_force(&error))
    }
}
