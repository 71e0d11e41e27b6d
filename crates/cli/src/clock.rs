//! The one place that reads the system clock; every room takes the time from here as a parameter.

use std::sync::Arc;
use std::time::UNIX_EPOCH;

use postern_domain::time::{Clock, UnixMicros};

#[expect(
    clippy::disallowed_methods,
    reason = "cli hands the clock to every other room"
)]
pub fn now() -> UnixMicros {
    let since = std::time::SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    UnixMicros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
}

pub fn system() -> Clock {
    Arc::new(now)
}
