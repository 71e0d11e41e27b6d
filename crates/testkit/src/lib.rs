//! Test-only: a store of its own for every test, on either engine, a clock that stands still until told, and peers whose every
//! byte a test decides.

mod account;
mod clock;
mod raw;
mod reading;
mod store;
mod upstream;

pub use account::{CENTS_A_MESSAGE, Done, ObligingAccount};
pub use clock::FixedClock;
pub use raw::{Message, Raw};
pub use store::{TempDatabase, TestStore, postgres_database, postgres_store, sqlite_store};
pub use upstream::{ScriptedUpstream, answer, ok};
