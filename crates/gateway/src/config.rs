//! What an operator decides about the data plane. Every limit and timeout has a name.

use std::time::Duration;

/// Settings of the gateway.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// Threads of the data plane; `None`: one for each core that the process may use.
    pub threads: Option<usize>,
    pub hosts: HostNames,
    pub timeouts: Timeouts,
    pub limits: Limits,
}

/// Host names that show one face only. Any other name shows them all.
#[derive(Clone, Debug, Default)]
pub struct HostNames {
    /// Apps only, like `gateway.…`.
    pub gateway: Option<String>,
    /// The control plane only, like `ctrl.…`.
    pub control: Option<String>,
    /// The connect page only, like `connect.…`: its `/` is our `/connect`.
    pub connect: Option<String>,
}

#[derive(Clone, Debug)]
pub struct Timeouts {
    /// From the accepted connection to the end of the TLS handshake.
    pub handshake: Duration,
    /// From the end of one request to the end of the next one's head.
    pub head: Duration,
    /// Longest time in which a client takes nothing of an answer.
    pub client_stall: Duration,
    /// How long running calls may go on after the signal to stop.
    pub drain: Duration,
    /// Between two verifications of one connection after the upstream refused its credential.
    pub reverify: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            handshake: Duration::from_secs(10),
            head: Duration::from_secs(60),
            client_stall: Duration::from_secs(60),
            drain: Duration::from_secs(30),
            reverify: Duration::from_secs(30),
        }
    }
}

#[derive(Clone, Debug)]
pub struct Limits {
    /// Bytes of a request's body.
    pub body_bytes_max: u64,
    /// Bytes of a request's head.
    pub head_bytes_max: usize,
    /// Header lines of a request.
    pub head_lines_max: usize,
    /// Streams of one HTTP/2 connection at a time.
    pub streams_max: u32,
    /// Connections open at a time, over all threads.
    pub connections_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_bytes_max: 32 * 1024 * 1024,
            head_bytes_max: 32 * 1024,
            head_lines_max: 100,
            streams_max: 128,
            connections_max: 50_000,
        }
    }
}
