//! The server: everything is checked, opened, made on a first start, started, and stopped in this order.

#[cfg(feature = "mcp")]
mod agents;
mod first_run;
mod listener;
pub mod log;
mod open;
mod operations;
mod platform_log;
mod prepare;
mod ready;
mod rooms;
mod running;
mod urls;

pub use first_run::{FirstRun, HandOver, system_entry};
pub use open::{Opened, open, open_store, settings, store_failure};
pub use prepare::{Prepared, check, prepare};
pub use ready::announce;
pub use running::{Running, Surroundings, start};
pub use urls::Urls;
