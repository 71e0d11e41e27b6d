//! What agents speak: the Model Context Protocol over streamable HTTP, at `/mcp`.
//!
//! A request goes [`mod@router`] (is it meant for us, whose key is it) → rmcp (the protocol) → [`server`] (which tool or resource) →
//! [`tools`] → [`visit`], which makes the calls. **A tool is nothing but calls through the gateway with the agent's own key**: scopes,
//! limits, approvals, the ledger and the record are the gateway's, and there is no other way. [`advice`] turns refusals into what a model
//! should do, which is never to send again.
//!
//! There are no sessions: each request stands for itself.

mod actions;
mod advice;
mod answer;
mod door;
mod names;
mod refusal;
mod resources;
mod router;
mod schema;
mod server;
mod tool;
mod tools;
mod visit;

pub use door::{Answering, Door};
pub use names::Names;
pub use router::{McpState, router};
