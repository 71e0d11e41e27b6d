//! `/freeze`: the brake.

use serde::{Deserialize, Serialize};

/// `POST /freeze`, `DELETE /freeze`
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct FreezeWish {
    /// `key`, `connection` or `all`.
    pub scope: String,
    /// Of the key or the connection; absent for `all`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Freeze {
    pub scope: String,
    pub id: Option<String>,
    pub frozen_at: String,
}

/// What would leave without the freeze.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Held {
    /// Messages whose time has come: they leave at once.
    pub late: i64,
    /// Messages that leave at their time.
    pub scheduled: i64,
    /// Campaigns that have not been sent to everybody.
    pub campaigns: i64,
    /// RFC 3339: when the first of them was, or is, to leave.
    pub earliest: Option<String>,
    /// There are more than these; counting has ended at some number.
    pub more: bool,
}

/// Answer to `POST /freeze`, and to `GET /freeze` of one scope.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FreezeAnswer {
    pub freeze: Freeze,
    pub holds: Held,
}

/// `GET /freeze`, in the order of scopes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FreezeList {
    pub freezes: Vec<Freeze>,
    /// Give it as `after` for the next page; absent on the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// Answer to `DELETE /freeze`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Unfrozen {
    pub unfrozen: bool,
    pub scope: String,
    pub id: Option<String>,
    /// What leaves now, unless another freeze holds it, too.
    pub releases: Held,
}
