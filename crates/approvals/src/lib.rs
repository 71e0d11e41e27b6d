//! Sends that wait for a person. The request lies sealed and is shown whole; a decision is about exactly what was shown, is made once, and
//! survives a crash; whoever asked, and whoever decides, is told.
//!
//! No HTTP of our own in here: the gateway holds and sends, control and console show and decide, all through [`Approvals`].

mod address;
mod answer;
mod callback;
mod decide;
mod digest;
mod hold;
mod keep;
mod notify;
mod request;
mod secret;
mod service;
mod shown;
mod summary;
mod wait;

pub use address::{CALLBACK_BYTES_MAX, is_address};
pub use answer::{ANSWER_BYTES_MAX, KeptAnswer};
pub use decide::{Choice, Verdict};
pub use hold::{Asked, Holding};
pub use notify::Notifier;
pub use request::{HeldRequest, KEPT_HEADERS};
pub use secret::{SECRET, rewrap_secret};
pub use service::{Approvals, Config, Parts, Unreadable};
pub use shown::shown;
pub use summary::Summary;
pub use wait::WAIT_SECONDS_MAX;
