//! What stands before a call that sends, as far as it is known before the call is read.

use crate::scope::ScopeKind;
use crate::ticket::Ticket;

/// For one call that sends.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// Somebody froze this; nothing is sent.
    pub frozen: Option<ScopeKind>,
    /// Whoever sends asks it. `None`: nothing limits the call.
    pub ticket: Option<Ticket>,
}
