//! The JSON of the control API and of every error that gateway and control answer themselves.
//!
//! Requests refuse unknown fields: a misspelt limit must not be accepted and ignored. Answers may grow.
//! Words with a closed set (`role`, `status`, `method`, `effect`) are text here; `postern-domain` knows the sets.

mod account;
mod alert;
mod approval;
mod audit;
mod connection;
mod event;
mod freeze;
mod inbox;
mod key;
mod limits;
mod maintenance;
mod operator;
mod problem;
mod send;
mod simulator;
mod transfer;
mod usage;
mod user;
mod verdict;
mod webhook;

pub use account::{
    Account, AccountAnswer, AccountChange, AccountCredit, AccountKeyAnswer, AccountList, NewAccount,
};
pub use alert::{
    Alert, AlertEndpoint, AlertEndpointDeleted, AlertEndpointList, AlertList, AlertReplay,
    AlertTest, AlertTries, AlertTry, CreatedAlertEndpoint, NewAlertEndpoint,
};
pub use approval::{
    Approval, ApprovalAnswer, ApprovalDecision, ApprovalList, ApprovalRequest, ApprovalSecret,
};
pub use audit::{AuditChain, AuditKey, AuditList, AuditRecord};
pub use connection::{
    Connection, ConnectionAnswer, ConnectionChange, ConnectionDeleted, ConnectionHook,
    ConnectionList, CreatedConnection, NewConnection, Reconnection, Verification,
    VerifiedConnection,
};
pub use event::{Event, EventList};
pub use freeze::{Freeze, FreezeAnswer, FreezeList, FreezeWish, Held, Unfrozen};
pub use inbox::{Arrived, Emptied, Inbox, NewReply, Reply};
pub use key::{
    Key, KeyAnswer, KeyChange, KeyDeleted, KeyList, KeyRotation, KeySecret, NewKey, Rule,
};
pub use limits::{Allowance, ApprovalAbove, InstallationLimits, Limits, LimitsChange, Remaining};
pub use maintenance::{PepperRotated, PepperRotation, VaultRotated, VaultRotation};
pub use operator::{
    NewOperator, Operator, OperatorAnswer, OperatorChange, OperatorLink, OperatorList,
    OperatorPassword, SignIn, SignedIn,
};
pub use problem::Problem;
pub use send::{Send, SendAnswer, SendList, SendResolution};
pub use simulator::{
    Chaos, ChaosAnswer, ChaosChange, ClockMove, Failures, Handled, Handset, HandsetAnswer,
    HandsetList, HandsetState, ReceiptDelay, SandboxClock, Waiting,
};
pub use transfer::{
    Transfer, TransferContact, TransferList, TransferPlaces, TransferTemplate, TransferText,
    Transferred,
};
pub use usage::{Usage, Used, UsedBy, UsedOn, UsedOver, UsedTo};
pub use user::{App, AppList, Field, User};
pub use verdict::{Preview, Previewed, Verdict};
pub use webhook::{Push, PushAnswer, PushList, PushTry, Recently, Webhook, WebhookList};

use serde::{Deserialize, Deserializer};

use crate::clicksend::lenient::Object;

/// Tells `"field": null` (Some(None): back to the default) from an absent field (None: leave it alone).
fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

/// A JSON object. Derived structs would also read an array, its elements in the order of our fields.
fn object<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    let object = Option::<Object<T>>::deserialize(deserializer)?;
    Ok(object.map(|Object(value)| value))
}

/// [`object`] that tells null from absent.
fn given_object<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    object(deserializer).map(Some)
}

#[cfg(test)]
mod tests;
