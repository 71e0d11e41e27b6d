//! What can come of a call: each variant is something else for the caller to do.

use postern_wire::control::Problem;

use crate::kind::Kind;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No connection was made: nothing was sent, trying again is safe.
    #[error("cannot reach {url}: {reason}")]
    Unreachable { url: String, reason: String },
    /// The request may have left and no whole answer came. Look before sending again. The client repeats a send by itself only where its
    /// connection is named: a default one may have changed.
    #[error("no answer from {url}, and the request may have been carried out: {reason}")]
    OutcomeUnknown {
        url: String,
        reason: String,
        /// What the send was made under. The same call over the same connection, named, with this key is the same send for 24 hours.
        idempotency_key: Option<String>,
    },
    /// The answer broke off; the call changed nothing, so trying again is safe.
    #[error("no whole answer from {url}: {reason}")]
    BrokenOff { url: String, reason: String },
    /// The server said no.
    #[error(transparent)]
    Refused(Box<Refusal>),
    /// Something answered that does not speak as a Postern server does.
    #[error("{url} answered {status} with something unexpected: {reason}")]
    Foreign {
        url: String,
        status: u16,
        reason: String,
    },
    #[error("{0}")]
    Settings(String),
}

impl Error {
    pub(crate) fn under(mut self, key: Option<&str>) -> Self {
        if let Self::OutcomeUnknown {
            idempotency_key, ..
        } = &mut self
        {
            *idempotency_key = key.map(str::to_owned);
        }
        self
    }

    /// What the server said, if it said no.
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused(refusal) => Some(refusal),
            _ => None,
        }
    }
}

/// An error answer: ours with all its words, or an upstream's with its text.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Refusal {
    pub status: u16,
    pub message: String,
    /// The server's own account of it; `None` when the answer came from an upstream.
    pub problem: Option<Problem>,
    pub retry_after_seconds: Option<u64>,
    pub body: Vec<u8>,
}

impl Refusal {
    pub(crate) fn read(status: u16, retry_after_seconds: Option<u64>, body: Vec<u8>) -> Self {
        let problem: Option<Problem> = serde_json::from_slice(&body).ok();
        let message = match &problem {
            Some(problem) => problem.message.clone(),
            None => {
                upstream_message(&body).unwrap_or_else(|| format!("the answer was status {status}"))
            }
        };
        Self {
            status,
            message,
            problem,
            retry_after_seconds,
            body,
        }
    }

    /// The stable word of our own errors, such as `invalid_key`.
    pub fn word(&self) -> Option<&str> {
        self.problem.as_ref().map(|problem| problem.error.as_str())
    }

    /// What to do about it, in a sentence.
    pub fn hint(&self) -> Option<&str> {
        self.problem.as_ref()?.hint.as_deref()
    }

    /// What kind of no it is.
    pub fn kind(&self) -> Kind<'_> {
        Kind::of(self)
    }
}

/// ClickSend's envelope says it in `response_msg`.
fn upstream_message(body: &[u8]) -> Option<String> {
    let json: serde_json::Value = serde_json::from_slice(body).ok()?;
    let text = ["response_msg", "message", "error"]
        .iter()
        .find_map(|key| json.get(key)?.as_str())?;
    Some(text.to_owned())
}
