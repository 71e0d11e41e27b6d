//! How a command ends when it does not end well: one exit code a kind, a sentence, and what to do next.

use std::fmt;

/// Documented in `postern help exit-codes`; scripts rely on the numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    Failed = 1,
    /// clap's own number for a command line that it cannot read.
    Usage = 2,
    Config = 3,
    AlreadyRunning = 4,
    VaultKey = 5,
    Store = 6,
    Listen = 7,
    Pending = 8,
    Unreachable = 9,
    Denied = 10,
    NotFound = 11,
    OutcomeUnknown = 12,
}

impl Exit {
    pub const ALL: &[(Self, &str, &str)] = &[
        (
            Self::Failed,
            "failed",
            "it was tried and refused, or failed; the message says why",
        ),
        (Self::Usage, "usage", "the command line could not be read"),
        (
            Self::Config,
            "config",
            "postern.toml, a POSTERN_* variable or a flag is unusable; nothing was started",
        ),
        (
            Self::AlreadyRunning,
            "already_running",
            "another process holds the data directory",
        ),
        (
            Self::VaultKey,
            "vault_key",
            "the vault key is missing, unreadable or not the one that sealed this store",
        ),
        (
            Self::Store,
            "store",
            "the data directory or database cannot be used: read-only, full, unreachable or newer than this program",
        ),
        (
            Self::Listen,
            "listen",
            "an address cannot be listened on, usually because the port is taken",
        ),
        (
            Self::Pending,
            "pending",
            "the connection is not ACTIVE yet; the link is still good",
        ),
        (
            Self::Unreachable,
            "unreachable",
            "no server answered; nothing was sent",
        ),
        (
            Self::Denied,
            "denied",
            "the server does not accept the key, or the key may not do this",
        ),
        (
            Self::NotFound,
            "not_found",
            "there is no such key, connection, account or message",
        ),
        (
            Self::OutcomeUnknown,
            "outcome_unknown",
            "the request left and no answer came: look before sending again",
        ),
    ];

    pub fn word(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(exit, ..)| *exit == self)
            .map_or("failed", |(_, word, _)| word)
    }
}

/// Ends the command. The message is for a person and never holds a secret.
#[derive(Debug)]
pub struct Failure {
    pub exit: Exit,
    pub message: String,
    pub fix: Option<String>,
}

pub type Outcome<T = ()> = Result<T, Failure>;

impl Failure {
    pub fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self {
            exit,
            message: message.into(),
            fix: None,
        }
    }

    pub fn failed(message: impl Into<String>) -> Self {
        Self::new(Exit::Failed, message)
    }

    pub fn fix(mut self, fix: impl Into<String>) -> Self {
        self.fix = Some(fix.into());
        self
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        match &self.fix {
            Some(fix) => write!(f, "\n  fix: {fix}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Failure {}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self::failed(format!("{error:#}"))
    }
}
