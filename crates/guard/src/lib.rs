#![doc = include_str!("../README.md")]

mod approved;
mod estimate;
mod hold;
mod judge;
mod ledger;
mod limits;
mod measure;
mod outcome;
mod parse;
mod pattern;
mod plan;
mod quiet;
mod quote;
mod reservation;
mod scope;
mod sending;
mod subject;
mod tally;
mod ticket;
mod unique;
mod verdict;
mod watch;
mod window;
mod wishes;

pub use approved::{APPROVAL_REQUIRED, Approved, Pending};
pub use estimate::{by_ceiling, by_rates};
pub use hold::Hold;
pub use judge::{judge, passes};
pub use ledger::{Actual, Mode, give_back, settle};
pub use limits::{InvalidLimits, Limits, Policy};
pub use measure::{Caps, Counts, Measure, Span, code, rule};
pub use outcome::{Outcome, Preview, Stands};
pub use parse::{
    INSPECTION_BYTES_MAX, INSPECTION_MESSAGES_MAX, NotUnderstood, Parsed, RawSend, channel, parse,
    price_path,
};
pub use pattern::{InvalidPattern, Pattern};
pub use plan::Plan;
pub use quiet::{InvalidQuietHours, QuietHours, Zones};
pub use quote::Quoted;
pub use reservation::{Cost, end_reservation};
pub use scope::{Scope, ScopeKind};
pub use sending::{Item, Sending, prefix};
pub use subject::RecipientKey;
pub use tally::{Tallies, Tally};
pub use ticket::{Judgement, Standing, Ticket, allowance};
pub use verdict::{Ground, NOT_AGAIN, Verdict, plain, written};
pub use watch::Watch;
pub use window::{Bounds, Window};
pub use wishes::Wishes;
