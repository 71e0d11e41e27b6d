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
    /// The control plane: what pages show of keys, connections and the like, and change, goes through its routes.
    pub control: Router,
}
