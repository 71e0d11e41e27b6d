//! The surface through its router: three kinds of caller, every operation, every error body.
#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod account;
mod automations;
mod callers;
mod campaigns;
mod cancel;
mod compatibility;
mod contacts;
mod email_addresses;
mod every_route;
mod export;
mod files;
mod guarded;
mod history;
mod inbound;
mod limited_campaigns;
mod limits;
mod links;
mod list_sends;
mod lists;
mod malformed;
mod media;
mod mms;
mod native_limits;
mod opted_out;
mod previewed;
mod price;
mod receipts;
mod send;
mod senders;
mod statistics;
mod templates;
mod uploads;
mod user_countries;
mod voice;
mod world;
