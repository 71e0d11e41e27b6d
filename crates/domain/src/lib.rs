//! What numbers, texts, segments, prices, statuses and effects are, and what may happen to them.
//! No IO, no async, no serde, no clock, no randomness of its own.

pub mod account;
pub mod automation;
pub mod backoff;
pub mod campaign;
pub mod catalogue;
pub mod channel;
pub mod chaos;
pub mod connection;
pub mod contact;
pub mod country;
pub mod effect;
pub mod key;
pub mod message;
pub mod message_id;
pub mod mms;
pub mod money;
pub mod one_time_code;
pub mod opt_out;
pub mod phone;
pub mod price;
pub mod receipt;
pub mod region;
pub mod sandbox_clock;
pub mod schedule;
pub mod sender;
pub mod short_link;
pub mod text;
pub mod time;
pub mod timezone;
pub mod user_agent;
pub mod voice;
pub mod words;
