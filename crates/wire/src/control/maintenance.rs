//! `/vault/…`: replacing the keys that protect everything else, while calls go on.

use serde::{Deserialize, Serialize};

/// `POST /vault/rotate`
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct VaultRotation {
    /// Drop the older keys once nothing is sealed under them. Backups taken before can then not be opened any more.
    #[serde(default)]
    pub retire: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct VaultRotated {
    /// Id of the key that seals from now on.
    pub newest: String,
    /// Values that were moved to it.
    pub rewrapped: u64,
    /// Values that could not be opened, so that older keys must be kept. The server's log names them.
    pub unreadable: u64,
    /// Ids of the keys that were dropped.
    pub retired: Vec<String>,
    /// Ids of older keys that are still in the ring.
    pub kept: Vec<String>,
}

/// `POST /vault/pepper/rotate`
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PepperRotation {
    /// Drop the peppers before the one that is replaced now. API keys that were not used since that one came stop working.
    #[serde(default)]
    pub retire: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PepperRotated {
    /// Version of the pepper that hashes keys from now on. Keys move to it when they are next used.
    pub version: i64,
    /// Secrets whose hashes are still under an older pepper.
    pub waiting: u64,
    /// Versions that were dropped.
    pub retired: Vec<i64>,
}
