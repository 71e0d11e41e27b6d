#![doc = include_str!("../README.md")]

mod acceptance;
mod account;
mod answer;
mod caller;
mod cancelling;
mod contacts;
mod countries;
mod csv;
mod email_addresses;
mod error;
mod export;
mod inbound;
mod jobs;
mod limit;
mod lists;
mod mms;
mod paging;
mod payload;
mod receipts_read;
mod recipients;
mod rejected;
mod repeats;
mod routes;
mod search;
mod sms;
mod state;
mod statistics;
mod templates;
mod test_receipt;
mod timezones;
mod usage;
mod user_countries;
mod voice;

pub use limit::{Limits, Peer};
pub use routes::{paths, router};
pub use state::{Parts, PeppersNow, PlatformConfig, PlatformState};
