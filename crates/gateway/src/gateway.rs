//! The gateway: what all its threads share.

use std::sync::Arc;

use postern_access::Directory;
use postern_approvals::Approvals;
use postern_apps::Registry;
use postern_domain::time::Clock;
use postern_egress::{Egress, InProcess, Upstream};
use postern_store::Store;
use tokio::runtime::Handle;

use crate::attempts::Attempts;
use crate::claims::Claims;
use crate::config::Config;
use crate::request_log::RequestLog;
use crate::reverify::Reverifier;

/// What the gateway is built on. Whoever makes it decides which rooms are behind it; it knows none of them.
pub struct Rooms {
    pub directory: Arc<Directory>,
    pub registry: Arc<Registry>,
    pub store: Store,
    /// Every thread takes a sibling of its own.
    pub egress: Egress,
    /// The built-in platform.
    pub platform: InProcess,
    /// Whatever serves our own first segments, and the runtime it runs on.
    pub control: InProcess,
    pub control_runtime: Handle,
    pub clock: Clock,
    pub log: RequestLog,
    pub claims: Claims,
    /// Sends that wait for a person.
    pub approvals: Arc<Approvals>,
}

/// The data plane of one process.
pub struct Gateway {
    pub(crate) config: Config,
    pub(crate) directory: Arc<Directory>,
    pub(crate) registry: Arc<Registry>,
    pub(crate) store: Store,
    pub(crate) egress: Egress,
    pub(crate) platform: Upstream,
    pub(crate) control: InProcess,
    pub(crate) control_runtime: Handle,
    pub(crate) clock: Clock,
    pub(crate) log: RequestLog,
    pub(crate) reverifier: Reverifier,
    pub(crate) claims: Claims,
    pub(crate) approvals: Arc<Approvals>,
    pub(crate) attempts: Arc<Attempts>,
}

impl Gateway {
    #[must_use]
    pub fn new(config: Config, rooms: Rooms) -> Arc<Self> {
        let reverifier = Reverifier::new(config.timeouts.reverify);
        Arc::new(Self {
            config,
            directory: rooms.directory,
            registry: rooms.registry,
            store: rooms.store,
            egress: rooms.egress,
            platform: Upstream::InProcess(rooms.platform),
            control: rooms.control,
            control_runtime: rooms.control_runtime,
            clock: rooms.clock,
            log: rooms.log,
            reverifier,
            claims: rooms.claims,
            approvals: rooms.approvals,
            attempts: Arc::default(),
        })
    }
}
