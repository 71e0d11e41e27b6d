//! `/connections`: which accounts of which apps can be reached, never with what secret.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Limits, given, given_object};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Connection {
    pub connection_id: String,
    /// `ACTIVE`, `PENDING` or `FAILED`.
    pub status: String,
    /// RFC 3339 with microseconds, `Z`.
    pub creation_time: String,
    pub last_updated_time: String,
    /// The connect page. It holds a usable link only while the connection waits for credentials, and only for a full key.
    pub url: String,
    pub app: String,
    /// `BASIC`, `API_KEY`, …
    pub method: String,
    pub name: Option<String>,
    /// `builtin` or the base URL that calls go to.
    pub upstream: String,
    /// What the upstream told about the account when it was verified. Never a secret.
    pub metadata: BTreeMap<String, String>,
    /// Why a connection is `FAILED`, or that its credentials were never verified.
    pub status_reason: Option<String>,
    /// When the upstream last accepted the credentials; absent: it was never asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verified_at: Option<String>,
    /// Belongs to test keys: messages never leave the simulator.
    pub sandbox: bool,
    /// Of everything that is sent over it, whatever key asks.
    #[serde(default, skip_serializing_if = "Limits::is_empty")]
    pub limits: Limits,
    /// What is done about sends whose outcome is not known: `at_most_once`, `at_least_once` or `ask`.
    #[serde(default)]
    pub unknown_policy: String,
}

/// `POST /connections`. With `credentials` (or `upstream: "builtin"`) the connection is made at once; without, a person
/// completes it on the connect page.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NewConnection {
    pub app: String,
    /// Must be the app's own method when given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The app's named fields; for ClickSend `username` and `password`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credentials: Option<BTreeMap<String, String>>,
    /// `builtin` or an `http(s)` base URL; the app's own base URL when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upstream: Option<String>,
    /// With `upstream: "builtin"`: which platform account, by its username. The first one when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// `false`: take the credentials without asking the upstream whether they work.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verify: Option<bool>,
}

impl fmt::Debug for NewConnection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewConnection")
            .field("app", &self.app)
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// `POST /connections/{connection_id}/reconnect`: new credentials for the same connection, or (without them) a new link to
/// the connect page. Until it succeeds the connection goes on with what it has.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Reconnection {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credentials: Option<BTreeMap<String, String>>,
    /// As in [`NewConnection`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verify: Option<bool>,
}

/// `PATCH /connections/{connection_id}`
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ConnectionChange {
    #[serde(
        default,
        deserialize_with = "given",
        skip_serializing_if = "Option::is_none"
    )]
    pub name: Option<Option<String>>,
    /// Replaces all of them; `null` takes them away.
    #[serde(
        default,
        deserialize_with = "given_object",
        skip_serializing_if = "Option::is_none"
    )]
    pub limits: Option<Option<Limits>>,
    /// `at_most_once`, `at_least_once` or `ask`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unknown_policy: Option<String>,
}

/// Answer to creating and reconnecting, in both shapes that existing clients look for: the id on top, and the whole object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CreatedConnection {
    pub connection_id: String,
    pub connection: Connection,
    pub verification: Verification,
}

/// Answer to `POST /connections/{connection_id}/verify`: what the upstream said, and how the connection stands now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct VerifiedConnection {
    pub connection: Connection,
    pub verification: Verification,
}

/// Whether the upstream was asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Verification {
    /// `verified`, `skipped`, `not_needed` or `pending`; of a verification that was asked for also `rejected` and `unreachable`.
    pub state: String,
    pub message: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ConnectionAnswer {
    pub connection: Connection,
}

/// `GET /connections`, oldest first: the first ACTIVE one of an app is the one that is used by default.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ConnectionList {
    pub connections: Vec<Connection>,
}

/// `DELETE /connections/{connection_id}`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ConnectionDeleted {
    pub deleted: bool,
    pub connection_id: String,
}

/// Answer to `POST /connections/{connection_id}/hook`: where the provider is to push incoming texts. Shown once; the one before stops working.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ConnectionHook {
    pub connection_id: String,
    /// Whoever knows it can opt people out.
    pub url: String,
    /// What to do with it.
    pub message: String,
}

impl fmt::Debug for ConnectionHook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConnectionHook")
            .field("connection_id", &self.connection_id)
            .finish_non_exhaustive()
    }
}
