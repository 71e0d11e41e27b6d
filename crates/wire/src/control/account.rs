//! `/accounts`: the accounts of the built-in platform.

use serde::{Deserialize, Serialize};

use super::{Limits, given_object, object};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Account {
    pub account_id: i64,
    pub username: String,
    pub email: String,
    /// Decimal, such as `100.0000`.
    pub balance: String,
    /// ISO 4217.
    pub currency: String,
    /// Messages of a sandbox account never leave the simulator.
    pub sandbox: bool,
    /// Of everything that it sends, with a key in front or without; `{}`: none.
    #[serde(default)]
    pub limits: Limits,
    pub created_at: String,
}

/// `POST /accounts`
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NewAccount {
    pub username: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// ISO 4217; the platform's own when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// Opening balance, decimal; nothing when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credit: Option<String>,
    #[serde(
        default,
        deserialize_with = "object",
        skip_serializing_if = "Option::is_none"
    )]
    pub limits: Option<Limits>,
}

/// `PATCH /accounts/{account_id}`
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct AccountChange {
    /// Replaces all of them; `null` takes them away.
    #[serde(
        default,
        deserialize_with = "given_object",
        skip_serializing_if = "Option::is_none"
    )]
    pub limits: Option<Option<Limits>>,
}

/// `POST /accounts/{account_id}/credit`
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct AccountCredit {
    /// Decimal in the account's currency, up to six places; negative takes credit away.
    pub amount: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AccountAnswer {
    pub account: Account,
}

/// Answer to creating an account and to rotating its key: the only two that hold the platform's API key.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AccountKeyAnswer {
    pub account: Account,
    /// Shown once; the password of `username` on the platform's own API.
    pub api_key: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AccountList {
    pub accounts: Vec<Account>,
    /// Give it as `after` for the next page; absent on the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}
