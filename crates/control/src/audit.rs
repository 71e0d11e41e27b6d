//! The audit: records of the control plane's changes, the chain over all records, and what people read of them.

mod change;
mod export;
mod fact;
mod list;
mod sealer;

pub(crate) use change::{action, change, refused};
pub(crate) use export::{export_audit, read_audit_key, read_chain};
pub(crate) use list::{list_audit, read_record};
pub(crate) use sealer::{SIGNING_KEY, rewrap_signing_key};
pub use sealer::{Sealer, SealerError};
