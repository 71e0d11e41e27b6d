//! `/alerts`: what an operator should hear of, and where it is told.

use serde::{Deserialize, Serialize};

use super::PushTry;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Alert {
    pub alert_id: String,
    /// `limit_near`, `limit_hit`, `new_country`, `sudden_rate`, `connection_failed` or `test`.
    pub kind: String,
    /// `key`, `connection`, `account` or `installation`.
    pub scope: String,
    /// Of the key, connection or account.
    pub id: Option<String>,
    pub at: String,
    /// A sentence for a person.
    pub message: String,
    /// The numbers, for programs.
    pub detail: serde_json::Value,
}

/// `GET /alerts`, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AlertList {
    pub alerts: Vec<Alert>,
    /// Give it as `before` for the next page; absent on the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// `POST /alerts/endpoints`
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NewAlertEndpoint {
    /// `https://…` or `http://…`
    pub url: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AlertEndpoint {
    pub endpoint_id: String,
    pub url: String,
    pub created_at: String,
    /// The last call.
    pub tried_at: Option<String>,
    /// Why it did not arrive, if it did not.
    pub problem: Option<String>,
}

/// Answer to making an endpoint: the only one that holds its secret.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CreatedAlertEndpoint {
    pub endpoint: AlertEndpoint,
    /// `whsec_…`: what calls are signed with. Shown once.
    pub secret: String,
}

/// `GET /alerts/endpoints`: all of them, of which there are few.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AlertEndpointList {
    pub endpoints: Vec<AlertEndpoint>,
}

/// `DELETE /alerts/endpoints/{endpoint_id}`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AlertEndpointDeleted {
    pub deleted: bool,
    pub endpoint_id: String,
}

/// `POST /alerts/endpoints/{endpoint_id}/test`: an alert on its way to this endpoint alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AlertTest {
    pub endpoint_id: String,
    pub queued: bool,
}

/// A call of an alert to an endpoint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AlertTry {
    pub alert_id: String,
    #[serde(flatten)]
    pub call: PushTry,
}

/// `GET /alerts/endpoints/{endpoint_id}/tries`, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AlertTries {
    pub endpoint_id: String,
    pub tries: Vec<AlertTry>,
    /// Alerts that it has not been told yet, counted up to a thousand.
    pub waiting: i64,
    /// When it is called next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_try_at: Option<String>,
    /// Give it as `before` for the next page; absent on the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// `POST /alerts/endpoints/{endpoint_id}/replay`
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AlertReplay {
    /// `alert_17`
    pub alert_id: String,
}
