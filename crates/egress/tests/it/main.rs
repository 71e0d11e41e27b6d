//! Egress against upstreams whose every byte is scripted.

mod answers;
mod phases;
mod pooling;
mod rules;
mod secrets;
mod setup;
mod tls;
mod verify;
