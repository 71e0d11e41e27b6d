//! Downloads of history: `GET /v3/{channel}/history/export` answers a link, and what it leads to is written while it is fetched.

mod csv;
mod file;
mod link;

pub(crate) use file::file;
pub(crate) use link::{mms, sms, voice};
