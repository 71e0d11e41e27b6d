//! What can go wrong with an outbound call, and whether the upstream may have seen any of it.

/// Whether a byte of the request may have left. Decides if a send may honestly be reported as failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Certainly nothing left.
    BeforeFirstByte,
    /// The upstream may have received the request and may have acted on it.
    MaybeSent,
}

/// A call without an answer.
#[derive(Debug, thiserror::Error)]
#[error("{kind}")]
pub struct SendError {
    pub phase: Phase,
    pub kind: SendErrorKind,
}

impl SendError {
    pub(crate) fn before(kind: SendErrorKind) -> Self {
        Self {
            phase: Phase::BeforeFirstByte,
            kind,
        }
    }

    pub(crate) fn maybe(kind: SendErrorKind) -> Self {
        Self {
            phase: Phase::MaybeSent,
            kind,
        }
    }
}

#[derive(Debug, thiserror::Error)]
pub enum SendErrorKind {
    /// Every address of the host lies in a network that is not open.
    #[error("the upstream's address is in a network that is not allowed")]
    AddressRefused,
    #[error("the upstream's name cannot be resolved: {0}")]
    Resolve(std::io::Error),
    #[error("the upstream cannot be reached: {0}")]
    Connect(std::io::Error),
    #[error("no TLS session with the upstream: {0}")]
    Tls(std::io::Error),
    #[error("the upstream took too long ({0})")]
    Timeout(Stage),
    /// The caller's body broke off or was too large.
    #[error("the request's body could not be read: {0}")]
    RequestBody(crate::BoxError),
    #[error("the upstream closed the connection or broke HTTP: {0}")]
    Protocol(crate::BoxError),
}

/// Where a timeout struck.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    Connect,
    FirstByte,
    Idle,
}

impl std::fmt::Display for Stage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Connect => "connecting",
            Self::FirstByte => "waiting for its answer",
            Self::Idle => "a pause inside a body",
        })
    }
}

/// An answer that broke off. Nothing can be taken back by then: the downstream connection is cut.
#[derive(Debug, thiserror::Error)]
pub enum AnswerError {
    #[error("the upstream's answer broke off: {0}")]
    Broken(crate::BoxError),
    #[error("the upstream's answer paused for too long")]
    Idle,
    #[error("the upstream's answer is not what its Content-Encoding says: {0}")]
    Encoding(std::io::Error),
}
