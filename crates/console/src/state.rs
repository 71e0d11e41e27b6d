//! What the console works with.

use std::sync::Arc;

use axum::Router;
use postern_access::{Directory, Operators};
use postern_approvals::Approvals;
use postern_delivery::Simulator;
use postern_domain::time::Clock;
use postern_store::Store;

/// Cheap to clone.
#[derive(Clone)]
pub struct ConsoleState {
    pub operators: Arc<Operators>,
    pub approvals: Arc<Approvals>,
    /// Knows the names of keys and connections.
    pub directory: Arc<Directory>,
    pub clock: Clock,
    /// People reach the console over TLS: cookies are for such connections only.
    pub secure: bool,
    pub store: Store,
    pub simulator: Arc<Simulator>,
    /// The two surfaces that pages ask in process.
    pub platform: Router,
    pub control: Router,
    /// Where the platform says that it is reached.
    pub platform_url: String,
}
