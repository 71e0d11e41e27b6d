#![doc = include_str!("../README.md")]

pub use postern_wire as wire;

mod accounts;
mod alerts;
mod approvals;
mod audit;
mod clicksend;
mod client;
mod connections;
mod error;
mod events;
mod freezes;
mod inbox;
mod keys;
mod kind;
mod limits;
mod maintenance;
mod operators;
mod pages;
mod raw;
mod retry;
mod sends;
mod simulator;
mod usage;
mod webhooks;

pub use audit::AuditFilter;
pub use clicksend::{
    Campaigns, Channel, ClickSend, ListQuery, Messages, Mms, Native, SendOptions, Sms, Voice,
};
pub use client::{Client, Settings};
pub use connections::ConnectionFilter;
pub use error::{Error, Refusal};
pub use events::EventFilter;
pub use inbox::InboxFilter;
pub use kind::Kind;
pub use pages::Rows;
pub use raw::{RawAnswer, RawRequest};
pub use retry::Retry;
pub use sends::SendFilter;
pub use webhooks::PushFilter;
