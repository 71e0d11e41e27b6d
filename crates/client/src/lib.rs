#![doc = include_str!("../README.md")]

mod accounts;
mod alerts;
mod approvals;
mod audit;
mod clicksend;
mod client;
mod connections;
mod error;
mod freezes;
mod inbox;
mod keys;
mod limits;
mod maintenance;
mod operators;
mod raw;
mod sends;

pub use audit::AuditFilter;
pub use clicksend::{HistoryQuery, Native};
pub use client::{Client, Settings};
pub use connections::ConnectionFilter;
pub use error::{Error, Refusal};
pub use inbox::InboxFilter;
pub use raw::{RawAnswer, RawRequest};
pub use sends::SendFilter;
