//! What numbers, texts, segments, prices, statuses and effects are, and what may happen to them.
//! No IO, no async, no serde, no clock, no randomness of its own.

pub mod account;
pub mod connection;
pub mod effect;
pub mod key;
pub mod time;
pub mod words;
