//! The gateway on real sockets, in front of upstreams whose every byte is scripted.

mod approvals;
mod around;
mod audit;
mod callers;
mod connections;
mod corpus;
mod effects;
mod faces;
mod failures;
mod forwarding;
mod guarded;
mod house;
mod listeners;
mod once;
mod opted_out;
mod preview;
mod smuggling;
