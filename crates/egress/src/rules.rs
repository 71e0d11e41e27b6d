//! What every outbound call obeys: which networks, how long, how much.

use std::time::Duration;

use crate::address::Cidr;

/// Settings of a process's outbound HTTP. The defaults reach no inner network.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    /// Networks that are opened although they are private, loopback, link-local or otherwise special.
    pub allow: Vec<Cidr>,
    pub timeouts: Timeouts,
    pub limits: Limits,
}

#[derive(Clone, Debug)]
pub struct Timeouts {
    /// Resolution, TCP and TLS together.
    pub connect: Duration,
    /// From the end of the request to the head of the answer.
    pub first_byte: Duration,
    /// Longest pause inside a body, in either direction.
    pub idle: Duration,
    /// How long an unused connection is kept. Below the five seconds after which many servers close without a word it
    /// would seldom be used again; above, the connection is looked at before it is used.
    pub pooled: Duration,
    /// A whole verification call.
    pub verify: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            first_byte: Duration::from_secs(60),
            idle: Duration::from_secs(60),
            pooled: Duration::from_secs(30),
            verify: Duration::from_secs(15),
        }
    }
}

#[derive(Clone, Debug)]
pub struct Limits {
    /// Bytes of an answer's head.
    pub head_bytes_max: usize,
    /// Header lines of an answer.
    pub head_lines_max: usize,
    /// Unused connections kept for one origin, per handle.
    pub pooled_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            head_bytes_max: 64 * 1024,
            head_lines_max: 100,
            pooled_max: 256,
        }
    }
}
