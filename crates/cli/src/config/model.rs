//! The configuration as the rooms take it: every value checked, no text left to parse.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use postern_domain::money::{Currency, Micros};
use postern_domain::phone::CountryCode;
use secrecy::SecretString;

pub struct Config {
    /// The file that was read, if any.
    pub file: Option<PathBuf>,
    pub data_dir: PathBuf,
    /// The scheme, host and port under which people and programs reach the gateway; the listener's own if `None`.
    pub public_url: Option<String>,
    pub listen: Listen,
    pub store: StoreUrl,
    pub vault: VaultSource,
    pub tls: Option<Tls>,
    pub hosts: Hosts,
    pub gateway: Gateway,
    pub platform: Platform,
    pub simulator: Simulator,
    pub egress: Egress,
    pub approvals: Approvals,
    /// 0: records are kept.
    pub audit_retention_days: i64,
    pub limits: Limits,
    pub timeouts: Timeouts,
    pub log: Log,
    pub apps: Option<AppsText>,
}

#[derive(Clone, Copy, Debug)]
pub struct Listen {
    pub gateway: SocketAddr,
    pub platform: SocketAddr,
    pub operations: SocketAddr,
}

pub enum StoreUrl {
    /// SQLite in the data directory.
    Embedded,
    Postgres {
        /// `postgres://…`; it may hold a password.
        url: SecretString,
        /// PEM authorities trusted beside the web's.
        ca_file: Option<PathBuf>,
    },
}

/// Where the key ring comes from.
#[derive(Clone)]
pub enum VaultSource {
    /// A file of its own, 0600; the ring inside may be wrapped under a passphrase.
    File {
        path: PathBuf,
        passphrase: Option<SecretString>,
    },
    /// The ring itself, from POSTERN_VAULT_KEY or a systemd credential; nothing is written.
    Given {
        ring: SecretString,
        from: &'static str,
    },
}

/// PEM files, both on the listeners of gateway and platform.
#[derive(Clone, Debug)]
pub struct Tls {
    pub cert: PathBuf,
    pub key: PathBuf,
}

/// Names that are also served by `Host`; empty means by path only.
#[derive(Clone, Debug, Default)]
pub struct Hosts {
    pub gateway: Option<String>,
    pub control: Option<String>,
    pub connect: Option<String>,
}

#[derive(Clone, Copy, Debug)]
pub struct Gateway {
    /// One for each core when the operator named none.
    pub threads: usize,
}

#[derive(Clone, Debug)]
pub struct Platform {
    /// In `currency`.
    pub credit: Micros,
    pub currency: Currency,
    pub country: CountryCode,
    pub prices_file: Option<PathBuf>,
    /// Where people reach the platform; its listener's address without it.
    pub public_url: Option<String>,
    /// What short links begin with; `/s` of the platform without it.
    pub short_url: Option<String>,
    pub voice_prices_file: Option<PathBuf>,
    pub mms_prices_file: Option<PathBuf>,
    /// Messages may come from any number.
    pub any_sender: bool,
    pub shared_sender: String,
    pub repeat_window_ms: i64,
}

/// Sends that wait for a person.
#[derive(Clone, Debug)]
pub struct Approvals {
    pub expires_minutes: i64,
    /// Told, signed, of every send that begins to wait.
    pub webhook_url: Option<String>,
    /// Written to of every send that begins to wait.
    pub email: Option<String>,
}

#[derive(Clone, Copy, Debug)]
pub struct Simulator {
    pub delivered_after_min: Duration,
    pub delivered_after_max: Duration,
}

#[derive(Clone, Debug)]
pub struct Egress {
    /// CIDR blocks, still as text: egress owns their form.
    pub allow: Vec<String>,
    pub ca_file: Option<PathBuf>,
    pub idle_connections_per_host: usize,
}

#[derive(Clone, Copy, Debug)]
pub struct Limits {
    pub body_bytes: u64,
    pub head_bytes: usize,
    pub head_lines: usize,
    pub http2_streams: u32,
    pub connections: usize,
    pub rate_per_second: u32,
    pub rate_burst: u32,
}

#[derive(Clone, Copy, Debug)]
pub struct Timeouts {
    pub handshake: Duration,
    pub head: Duration,
    pub client_stall: Duration,
    pub connect: Duration,
    pub response: Duration,
    pub body_idle: Duration,
    pub upstream_idle: Duration,
    pub verify: Duration,
    pub reverify: Duration,
    pub drain: Duration,
}

#[derive(Clone, Debug)]
pub struct Log {
    pub format: LogFormat,
    pub level: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// Text when stderr is a terminal, else JSON.
    Auto,
    Text,
    Json,
}

/// The operator's `[apps.NAME]`, as TOML of their own for the registry to judge.
#[derive(Clone, Debug)]
pub struct AppsText(pub String);
