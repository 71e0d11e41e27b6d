//! A refusal as something to decide by, made of the server's stable words.

use crate::Refusal;

/// What kind of no it is, and so what a program may do about it. Words that are not here are `Other`: servers may learn more of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind<'a> {
    /// `send_unknown`: it may have been sent. Never send it again; ask what became of the send.
    SendUnknown {
        send_id: &'a str,
    },
    /// `already_sent`: an earlier call with the same key was accepted, and its answer is gone.
    AlreadySent {
        send_id: &'a str,
    },
    /// `idempotency_in_progress`: the first call with this key is under way.
    InProgress,
    /// `approval_required`: held until a person has decided.
    ApprovalRequired {
        approval_id: &'a str,
    },
    /// A limit's own word, such as `limit_messages_per_day` or `recipient_not_allowed`: nothing was sent, sending it again does not help.
    Limited {
        word: &'a str,
    },
    /// `frozen`: somebody has stopped all sends of the key, the connection or the server.
    Frozen,
    /// 401: the key is missing, wrong, expired or revoked.
    KeyRefused,
    /// 403: the key may not do this.
    NotAllowed,
    NotFound,
    /// 429 of ours.
    RateLimited,
    /// 422 of ours: `problem.field` says where.
    Invalid,
    /// Of an upstream, in its own words.
    Upstream,
    /// A word of ours without a kind of its own.
    Other {
        word: &'a str,
    },
}

impl<'a> Kind<'a> {
    pub(crate) fn of(refusal: &'a Refusal) -> Self {
        let Some(problem) = &refusal.problem else {
            return Self::Upstream;
        };
        let send_id = problem.send_id.as_deref().unwrap_or_default();
        match (problem.error.as_str(), refusal.status) {
            ("send_unknown", _) => Self::SendUnknown { send_id },
            ("already_sent", _) => Self::AlreadySent { send_id },
            ("idempotency_in_progress", _) => Self::InProgress,
            ("approval_required", _) => Self::ApprovalRequired {
                approval_id: problem.approval_id.as_deref().unwrap_or_default(),
            },
            ("frozen", _) => Self::Frozen,
            (word, 403) if !problem.verdicts.is_empty() || is_of_limits(word) => {
                Self::Limited { word }
            }
            (_, 401) => Self::KeyRefused,
            (_, 403) => Self::NotAllowed,
            (_, 404) => Self::NotFound,
            (_, 429) => Self::RateLimited,
            (_, 422) => Self::Invalid,
            (word, _) => Self::Other { word },
        }
    }
}

fn is_of_limits(word: &str) -> bool {
    const WORDS: [&str; 8] = [
        "recipient_not_allowed",
        "recipient_denied",
        "opted_out",
        "channel_not_allowed",
        "quiet_hours",
        "currency_mismatch",
        "price_unknown",
        "send_not_understood",
    ];
    word.starts_with("limit_") || word == "inspection_limit" || WORDS.contains(&word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_have_kinds() {
        let table = [
            (409, "send_unknown", Kind::SendUnknown { send_id: "s1" }),
            (
                403,
                "approval_required",
                Kind::ApprovalRequired { approval_id: "a1" },
            ),
            (
                403,
                "limit_spend_per_day",
                Kind::Limited {
                    word: "limit_spend_per_day",
                },
            ),
            (403, "opted_out", Kind::Limited { word: "opted_out" }),
            (403, "frozen", Kind::Frozen),
            (403, "operation_unknown", Kind::NotAllowed),
            (401, "expired_key", Kind::KeyRefused),
            (
                409,
                "connection_not_active",
                Kind::Other {
                    word: "connection_not_active",
                },
            ),
        ];
        for (status, word, kind) in table {
            let body = format!(
                r#"{{"message":"m","type":"T","code":{status},"error":"{word}","request_id":"r","send_id":"s1","approval_id":"a1"}}"#
            );
            let refusal = Refusal::read(status, None, body.into_bytes());
            assert_eq!(refusal.kind(), kind);
        }
        let foreign = Refusal::read(402, None, br#"{"response_msg":"no credit"}"#.to_vec());
        assert_eq!(foreign.kind(), Kind::Upstream);
    }
}
