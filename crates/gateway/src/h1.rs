//! HTTP/1.1 towards clients, by our own hand on `postern-h1` (see the decision note of 2026-11-23 on the data plane's heads). A
//! conversation reads heads, has each decided by the steps that HTTP/2 shares, and answers on one of two ways: the short one for
//! small calls that leave no record, byte to byte; the long one for everything else, through the same types as HTTP/2.

mod client;
mod conversation;
mod crowd;
mod long;
mod registry;
mod respond;
mod scratch;
mod short;
mod upload;
mod write;

pub(crate) use conversation::{Ended, converse};
pub(crate) use crowd::Crowd;
pub(crate) use registry::Conversations;
pub(crate) use scratch::Scratches;

/// Larger bodies take the long way.
const SHORT_BODY_BYTES_MAX: u64 = 64 * 1024;

/// What becomes of the connection after an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum After {
    Keep,
    Close,
}

/// Why an answer could not be given; the connection is over in any case.
#[derive(Debug)]
enum Broken {
    /// The client hung up or takes nothing.
    Client,
    /// The answer broke off half-way.
    Answer,
}
