//! What the console works with.

use std::sync::Arc;

use postern_access::Operators;
use postern_domain::time::Clock;

/// Cheap to clone.
#[derive(Clone)]
pub struct ConsoleState {
    pub operators: Arc<Operators>,
    pub clock: Clock,
    /// People reach the console over TLS: cookies are for such connections only.
    pub secure: bool,
}
