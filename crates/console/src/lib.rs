//! The pages that operators look at. Server-rendered, no script, nothing inline; every change is a form with a token of its session.
//!
//! [`shell`] is what all pages share: layout, headers, who is signed in. A page is a template and a handler beside it.

mod approvals;
mod cookies;
mod form;
mod link;
mod router;
mod session;
mod shell;
mod sign_in;
mod sign_out;
mod state;
mod trouble;

pub use router::router;
pub use state::ConsoleState;
