//! What is tried again, how often and after how long.

use std::time::Duration;

use crate::error::{Error, Refusal};

/// How often a call is tried, and how long is waited in between.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retry {
    /// The first one included; 1: nothing is tried again.
    pub tries_max: u32,
    /// Before the second try; doubled from try to try.
    pub wait: Duration,
    /// A server that asks for more (`Retry-After`) is not waited for: its refusal is handed on.
    pub wait_max: Duration,
}

impl Default for Retry {
    fn default() -> Self {
        Self {
            tries_max: 3,
            wait: Duration::from_millis(250),
            wait_max: Duration::from_secs(20),
        }
    }
}

impl Retry {
    pub const NEVER: Self = Self {
        tries_max: 1,
        wait: Duration::ZERO,
        wait_max: Duration::ZERO,
    };

    /// After which time try number `done + 1` is made; `None`: never.
    pub(crate) fn wait(&self, repeat: &Repeat, error: &Error, done: u32) -> Option<Duration> {
        if done >= self.tries_max || !repeat.allows(error) {
            return None;
        }
        let doubled = self.wait.saturating_mul(1 << (done - 1).min(16));
        let said = match error {
            Error::Refused(refusal) => refusal.retry_after_seconds.map(Duration::from_secs),
            _ => None,
        };
        said.or(Some(doubled)).filter(|wait| *wait <= self.wait_max)
    }
}

/// What repeating a call would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Repeat {
    /// Nothing: it only reads.
    Freely,
    /// Nothing, as long as it goes over the same connection: the server knows it by its key.
    UnderKey { key: String, is_pinned: bool },
    /// It might be done twice.
    Never,
}

impl Repeat {
    pub(crate) fn key(&self) -> Option<&str> {
        match self {
            Self::UnderKey { key, .. } => Some(key),
            _ => None,
        }
    }

    fn allows(&self, error: &Error) -> bool {
        match (self, error) {
            (Self::Never, _) => false,
            (_, Error::Unreachable { .. }) => true,
            (Self::Freely, Error::BrokenOff { .. }) => true,
            // Without a named connection the second try might go over another one, which knows nothing of the first.
            (Self::UnderKey { is_pinned, .. }, Error::OutcomeUnknown { .. }) => *is_pinned,
            (Self::Freely, Error::Refused(refusal)) => {
                matches!(refusal.status, 429 | 502 | 503 | 504)
            }
            (Self::UnderKey { .. }, Error::Refused(refusal)) => nothing_was_sent(refusal),
            _ => false,
        }
    }
}

/// Refusals of ours that come before anything leaves, and that pass. An upstream's own are none: who knows what it did.
fn nothing_was_sent(refusal: &Refusal) -> bool {
    matches!(
        refusal.word(),
        Some("rate_limited" | "store_unavailable" | "idempotency_in_progress")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(status: u16, word: &str, after: Option<u64>) -> Error {
        let body = format!(
            r#"{{"message":"no","type":"T","code":{status},"error":"{word}","request_id":"r"}}"#
        );
        Error::Refused(Box::new(Refusal::read(status, after, body.into_bytes())))
    }

    fn unknown() -> Error {
        Error::OutcomeUnknown {
            url: "u".into(),
            reason: "r".into(),
            idempotency_key: None,
        }
    }

    fn under_key(is_pinned: bool) -> Repeat {
        Repeat::UnderKey {
            key: "k".into(),
            is_pinned,
        }
    }

    #[test]
    fn only_what_is_safe_is_tried_again() {
        let unreachable = || Error::Unreachable {
            url: "u".into(),
            reason: "r".into(),
        };
        let table = [
            (Repeat::Never, unreachable(), false),
            (Repeat::Freely, unreachable(), true),
            (
                Repeat::Freely,
                refused(503, "store_unavailable", None),
                true,
            ),
            (Repeat::Freely, refused(404, "not_found", None), false),
            (under_key(false), unreachable(), true),
            (under_key(false), unknown(), false),
            (under_key(true), unknown(), true),
            (under_key(true), refused(409, "send_unknown", None), false),
            (
                under_key(true),
                refused(502, "upstream_unreachable", None),
                false,
            ),
            (under_key(true), refused(429, "rate_limited", None), true),
            (
                under_key(true),
                refused(403, "limit_messages_per_day", None),
                false,
            ),
        ];
        for (repeat, error, wanted) in table {
            let wait = Retry::default().wait(&repeat, &error, 1);
            assert_eq!(wait.is_some(), wanted, "{repeat:?} {error:?}");
            assert_eq!(Retry::NEVER.wait(&repeat, &error, 1), None);
        }
    }

    #[test]
    fn waits_double_and_a_server_that_says_more_is_believed() {
        let retry = Retry::default();
        let busy = refused(503, "store_unavailable", None);
        let millis = |done| {
            retry
                .wait(&Repeat::Freely, &busy, done)
                .map(|w| w.as_millis())
        };
        assert_eq!(
            [millis(1), millis(2), millis(3)],
            [Some(250), Some(500), None]
        );
        let said = |seconds| {
            retry.wait(
                &Repeat::Freely,
                &refused(429, "rate_limited", Some(seconds)),
                1,
            )
        };
        assert_eq!(said(3), Some(Duration::from_secs(3)));
        assert_eq!(said(21), None);
    }
}
