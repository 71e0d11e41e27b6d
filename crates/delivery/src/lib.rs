#![doc = include_str!("../README.md")]

mod alerts;
mod carrier;
mod config;
mod incoming;
mod phones;
mod push;
mod routes;
pub mod simulator;
mod worker;

pub use alerts::Teller;
pub use carrier::{Answer, Attempt, Carrier, Report};
pub use config::{Config, Timing};
pub use incoming::{HandedOver, Taken};
pub use phones::Phones;
pub use push::{Content, PushConfig, PushParts, Pusher, Random, told};
pub use routes::Routes;
pub use simulator::Simulator;
pub use worker::{Bells, Delivery};
