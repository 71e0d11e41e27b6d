//! The surface through its router: three kinds of caller, every operation, every error body.
#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod account;
mod callers;
mod cancel;
mod contacts;
mod files;
mod history;
mod limits;
mod list_sends;
mod lists;
mod malformed;
mod mms;
mod price;
mod receipts;
mod send;
mod templates;
mod voice;
mod world;
