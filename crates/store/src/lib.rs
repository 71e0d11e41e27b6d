#![doc = include_str!("../README.md")]

mod config;
mod dialect;
mod error;
mod migrate;
#[cfg(feature = "postgres")]
mod postgres;
mod rider;
mod sqlite;
mod store;
mod tx;
mod unit;
mod value;

pub mod accounts;
pub mod alpha_tags;
pub mod audit;
pub mod audit_chain;
pub mod backup;
pub mod connections;
pub mod contacts;
pub mod conversations;
pub mod default_senders;
pub mod delivery_issues;
pub mod email_addresses;
pub mod exports;
pub mod inbound;
pub mod keys;
pub mod list_jobs;
pub mod lists;
pub mod mailbox;
pub mod messages;
pub mod numbers;
pub mod opt_outs;
pub mod own_numbers;
pub mod peppers;
pub mod pushes;
pub mod queue;
pub mod reactions;
pub mod receipts;
pub mod reservations;
pub mod rules;
pub mod sends;
pub mod settings;
pub mod statistics;
pub mod templates;
pub mod usage;
pub mod user_countries;
pub mod webhook_secrets;

pub use config::{Config, Engine};
pub use dialect::{Bulk, Column, Kind, Pair};
pub use error::{Error, Result};
pub use rider::{Rider, RiderDone};
pub use store::Store;
pub use tx::Tx;
pub use unit::Lane;
pub use value::{Row, Value, v};
