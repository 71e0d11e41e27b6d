//! The whole server in this process, on free ports and a data directory of its own, driven by the real client.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod commands;
mod documents;
mod drain;
mod first_start;
mod keeping;
mod listening;
mod refused_starts;
mod server;
