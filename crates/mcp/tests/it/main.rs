//! `/mcp` behind its router, with a door that answers what a test tells it: who may ask, which tools a key sees, what a tool asks for, and what
//! a model is told when it is refused.
#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod bed;
mod callers;
mod refusals;
