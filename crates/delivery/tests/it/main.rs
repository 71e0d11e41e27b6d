//! Delivery on a real store, with the clock moved by hand and carriers that do as they are told.
#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod alerts;
mod chaos;
mod freezes;
mod incoming;
mod pushes;
mod scripted;
mod simulator;
mod world;
