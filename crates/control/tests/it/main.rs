//! The control plane and the connect page through their router, with three kinds of caller: anonymous, full key, agent key.
#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod accounts;
mod alerts;
mod approvals;
mod audit;
mod bed;
mod connect_page;
mod connections;
mod freeze;
mod hooks;
mod inbox;
mod keys;
mod limits;
mod operators;
mod refusals;
mod roles;
mod secrecy;
mod sends;
mod simulator;
mod usage;
mod vault;
mod webhooks;
