//! `/keys`: API keys and their scopes.

use serde::{Deserialize, Serialize};

use super::{Limits, given, given_object, object};

/// One thing a key may do. What is absent matches anything, except that `spend` and `credential` must be named, and that
/// an operation nobody knows needs all three: its rule says what it does.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Rule {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// The app's native path, such as `/v3/sms/history`; `{id}` stands for one segment, a final `**` for the rest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effect: Option<String>,
}

/// A key as it is shown: everything but its secret. Scopes that are `null` mean "what the role has by default".
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Key {
    pub key_id: String,
    pub name: String,
    /// `full` or `agent`.
    pub role: String,
    pub test: bool,
    /// The first characters of the secret in force, to recognise it by.
    pub prefix: String,
    /// `active`, `expired` or `revoked`.
    pub status: String,
    pub apps: Option<Vec<String>>,
    pub connections: Option<Vec<String>>,
    pub rules: Option<Vec<Rule>>,
    pub cidr: Option<Vec<String>>,
    pub rate_per_second: i64,
    /// What it was given; `{}`: nothing, so that an agent key has the cautious default wherever real phones ring.
    pub limits: Limits,
    pub created_at: String,
    pub expires_at: Option<String>,
    /// Up to a few seconds behind.
    pub last_used_at: Option<String>,
    pub revoked_at: Option<String>,
    /// When the secret before the last rotation stops working, while it still works.
    pub overlap_ends_at: Option<String>,
}

/// `POST /keys`
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NewKey {
    pub name: String,
    /// `agent` unless said otherwise: the smaller right is the default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    #[serde(default)]
    pub test: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub apps: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connections: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rules: Option<Vec<Rule>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cidr: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate_per_second: Option<i64>,
    /// RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<String>,
    #[serde(
        default,
        deserialize_with = "object",
        skip_serializing_if = "Option::is_none"
    )]
    pub limits: Option<Limits>,
}

/// `PATCH /keys/{key_id}`: what is absent stays, what is `null` returns to the role's default.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct KeyChange {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(
        default,
        deserialize_with = "given",
        skip_serializing_if = "Option::is_none"
    )]
    pub apps: Option<Option<Vec<String>>>,
    #[serde(
        default,
        deserialize_with = "given",
        skip_serializing_if = "Option::is_none"
    )]
    pub connections: Option<Option<Vec<String>>>,
    #[serde(
        default,
        deserialize_with = "given",
        skip_serializing_if = "Option::is_none"
    )]
    pub rules: Option<Option<Vec<Rule>>>,
    #[serde(
        default,
        deserialize_with = "given",
        skip_serializing_if = "Option::is_none"
    )]
    pub cidr: Option<Option<Vec<String>>>,
    #[serde(
        default,
        deserialize_with = "given",
        skip_serializing_if = "Option::is_none"
    )]
    pub rate_per_second: Option<Option<i64>>,
    #[serde(
        default,
        deserialize_with = "given",
        skip_serializing_if = "Option::is_none"
    )]
    pub expires_at: Option<Option<String>>,
    /// Replaces all of them.
    #[serde(
        default,
        deserialize_with = "given_object",
        skip_serializing_if = "Option::is_none"
    )]
    pub limits: Option<Option<Limits>>,
}

/// `POST /keys/{key_id}/rotate`
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct KeyRotation {
    /// How long the old secret goes on working; one hour when absent, 0 ends it at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overlap_seconds: Option<i64>,
}

/// Answer to creating and rotating: the only two that hold a secret.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct KeySecret {
    /// Shown once; nobody can look it up again.
    pub api_key: String,
    pub key_id: String,
    pub key: Key,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct KeyAnswer {
    pub key: Key,
}

/// `GET /keys`, oldest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct KeyList {
    pub keys: Vec<Key>,
    /// Give it as `after` for the next page; absent on the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// `DELETE /keys/{key_id}`: the key is revoked at once and stays listed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct KeyDeleted {
    pub deleted: bool,
    pub key_id: String,
    pub key: Key,
}
