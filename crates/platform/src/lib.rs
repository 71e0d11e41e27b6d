#![doc = include_str!("../README.md")]

mod account;
mod answer;
mod caller;
mod countries;
mod error;
mod limit;
mod paging;
mod payload;
mod repeats;
mod routes;
mod sms;
mod state;
mod templates;

pub use limit::{Limits, Peer};
pub use routes::router;
pub use state::{Parts, PeppersNow, PlatformConfig, PlatformState};
