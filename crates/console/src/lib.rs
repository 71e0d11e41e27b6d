//! The pages that operators look at. Server-rendered, nothing inline; every change is a form with a token of its session. The one script
//! looks again at what is marked as live; without it everything works by loading the page again.
//!
//! [`shell`] is what all pages share: layout, headers, who is signed in. [`navigation`] lists the pages. A page is a template and a handler
//! beside it.

mod accounts;
mod approvals;
mod audit;
mod campaigns;
mod confirm;
mod connections;
mod contacts;
mod control;
mod cookies;
mod form;
mod frozen;
mod input;
mod inside;
mod instant;
mod keys;
mod limits_form;
mod link;
mod messages;
mod meter;
mod moment;
mod navigation;
mod pages;
mod phone;
mod query;
mod router;
mod secret_page;
mod session;
mod shell;
mod sign_in;
mod sign_out;
mod simulator;
mod state;
mod templates;
mod trouble;
mod usage;
mod webhooks;

pub use router::router;
pub use state::ConsoleState;
