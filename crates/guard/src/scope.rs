//! Whose limits apply to a call.

use std::fmt;
use std::sync::Arc;

use crate::limits::Limits;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ScopeKind {
    Key,
    Connection,
    /// An account of the built-in platform that an operator limits, whatever key comes with it.
    Account,
    Installation,
}

impl ScopeKind {
    pub const fn as_str(self) -> &'static str {
        match self {
            ScopeKind::Key => "key",
            ScopeKind::Connection => "connection",
            ScopeKind::Account => "account",
            ScopeKind::Installation => "installation",
        }
    }
}

/// One holder of limits. A call is judged by all that apply to it.
#[derive(Clone, Debug)]
pub struct Scope {
    pub kind: ScopeKind,
    pub id: String,
    pub limits: Arc<Limits>,
}

/// The form in which counters name their scope.
impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.kind.as_str(), self.id)
    }
}
