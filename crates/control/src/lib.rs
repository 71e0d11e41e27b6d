//! The control plane (keys, connections, accounts, vault) and the connect page.
//!
//! Every route of the API is a line of [`postern_access::role::TABLE`]; a route that is not there answers nobody. Every change
//! is written together with its audit record, in one unit of work.

mod accounts;
mod alerts;
mod approvals;
mod apps;
mod audit;
mod connect;
mod connections;
mod events;
mod finish;
mod freeze;
mod guard;
mod hooks;
mod inbox;
mod installation;
mod instant;
mod keys;
mod link;
mod operators;
mod payload;
mod query;
mod refusal;
mod router;
mod sends;
mod state;
mod usage;
mod user;
mod vault;
mod webhooks;
mod whose;

pub use accounts::{AccountDefaults, MintedAccount, mint_account};
pub use audit::{Sealer, SealerError};
pub use router::router;
pub use state::{ControlState, KeepRing, OnClock, OnFreeze, Settings};
