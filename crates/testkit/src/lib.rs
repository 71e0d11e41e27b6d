//! Test-only: a store of its own for every test, on either engine, and a clock that stands still until told.

mod clock;
mod store;

pub use clock::FixedClock;
pub use store::{TestStore, postgres_store, sqlite_store};
