//! The console's pages through their router.
#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod approvals;
mod audit;
mod bed;
mod connections;
mod keys;
mod messages;
mod people;
mod sign_in;
mod simulator;
mod story;
mod usage;
