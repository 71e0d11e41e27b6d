//! Counting in a real store: exact under concurrency, the same in a preview as live, and given back when it was not needed.
#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod counting;
mod preview;
mod watch;
