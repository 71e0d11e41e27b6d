//! How a message came: which key asked for it, over which connection.

use crate::{Value, v};

/// Put into a request's extensions by the room in front, kept with every message that the request makes. Whoever is frozen later is
/// found by it. Nothing: the account asked for it itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Through {
    pub key_id: Option<String>,
    pub connection_id: Option<String>,
}

impl Through {
    pub(crate) fn values(&self) -> [Value<'_>; 2] {
        [v(&self.key_id), v(&self.connection_id)]
    }
}
