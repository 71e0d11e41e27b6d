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
pub mod audit;
pub mod backup;
pub mod connections;
pub mod contacts;
pub mod email_addresses;
pub mod exports;
pub mod inbound;
pub mod keys;
pub mod list_jobs;
pub mod lists;
pub mod mailbox;
pub mod messages;
pub mod peppers;
pub mod queue;
pub mod receipts;
pub mod reservations;
pub mod sends;
pub mod settings;
pub mod statistics;
pub mod templates;
pub mod usage;
pub mod user_countries;

pub use config::{Config, Engine};
pub use dialect::{Bulk, Column, Kind, Pair};
pub use error::{Error, Result};
pub use rider::{Rider, RiderDone};
pub use store::Store;
pub use tx::Tx;
pub use unit::Lane;
pub use value::{Row, Value, v};
