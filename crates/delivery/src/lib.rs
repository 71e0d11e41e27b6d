#![doc = include_str!("../README.md")]

mod carrier;
mod config;
mod routes;
pub mod simulator;
mod worker;

pub use carrier::{Answer, Attempt, Carrier, Report};
pub use config::{Config, Timing};
pub use routes::Routes;
pub use simulator::Simulator;
pub use worker::Delivery;
