//! The ClickSend v3 surface, with the JSON types that the strictest official SDK (6.x) accepts. Where the live service is known to answer
//! otherwise, `docs/api-quirks.md` says so.

pub mod account;
pub mod automation;
pub mod campaign;
pub mod contact;
pub mod country;
pub mod delivery_issue;
pub mod email;
pub mod envelope;
pub mod inbound;
pub mod lenient;
pub mod link;
pub mod list;
pub mod mms;
pub mod number;
pub mod page;
pub mod push;
pub mod receipt;
pub mod sender;
pub mod sms;
pub mod statistics;
pub mod template;
pub mod upload;
pub mod voice;

pub use envelope::Envelope;
pub use page::Page;
