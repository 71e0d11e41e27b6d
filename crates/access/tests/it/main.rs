//! The directory over a real store: who gets in, which connection is chosen, what survives a refresh.
#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod authentication;
mod choice;
mod office;
mod plans;
mod rotation;
mod usage;
