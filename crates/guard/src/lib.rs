#![doc = include_str!("../README.md")]

mod judge;
mod limits;
mod measure;
mod pattern;
mod quiet;
mod scope;
mod sending;
mod tally;
mod verdict;
mod window;

pub use judge::{judge, passes};
pub use limits::{InvalidLimits, Limits, Policy};
pub use measure::{Caps, Counts, Measure, Span, code, rule};
pub use pattern::{InvalidPattern, Pattern};
pub use quiet::{InvalidQuietHours, QuietHours, Zones};
pub use scope::{Scope, ScopeKind};
pub use sending::{Item, Sending, prefix};
pub use tally::{Tallies, Tally};
pub use verdict::{Ground, NOT_AGAIN, Verdict, plain, written};
pub use window::{Bounds, Window};
