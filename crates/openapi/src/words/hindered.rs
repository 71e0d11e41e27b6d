//! What was asked for cannot be done as things are: 409 and above.

use super::Word;

pub(super) const WORDS: &[Word] = &[
    (
        409,
        "already_sent",
        "It was sent before, and its answer is not kept. Do not repeat it.",
    ),
    (
        409,
        "app_not_configured",
        "The connection's app is not configured any more.",
    ),
    (
        409,
        "approval_changed",
        "The digest is not that of this approval. Look at it again.",
    ),
    (
        409,
        "approval_decided",
        "It was decided already; nothing was changed.",
    ),
    (
        409,
        "changed_meanwhile",
        "Somebody else changed it at the same time. Read it again and repeat.",
    ),
    (
        409,
        "connection_not_active",
        "The connection is not ACTIVE. Reconnect it.",
    ),
    (
        409,
        "history_is_newer",
        "The account has newer texts than those that are brought.",
    ),
    (
        409,
        "idempotency_in_progress",
        "The first call with this Idempotency-Key is under way.",
    ),
    (
        409,
        "insufficient_balance",
        "The account has less than that.",
    ),
    (
        409,
        "key_revoked",
        "The key is revoked; nothing about it can be changed.",
    ),
    (
        409,
        "not_replayed",
        "It is being tried just now, had too many tries, or too many wait.",
    ),
    (409, "name_taken", "There is one of this name already."),
    (
        409,
        "no_simulator",
        "The connection sends over a real account, which has no inbox here.",
    ),
    (
        409,
        "nobody",
        "No account has this number, and none wrote from it to this handset.",
    ),
    (
        409,
        "not_unknown",
        "Only what nobody knows can be resolved.",
    ),
    (
        409,
        "not_a_sandbox",
        "Only the clock of a sandbox can be moved. Use a test key, or name a connection to the sandbox.",
    ),
    (
        409,
        "nothing_to_answer",
        "Nothing has arrived at this number: say in `to` whom it writes to.",
    ),
    (
        409,
        "nothing_to_authenticate",
        "A built-in connection has no credentials to renew.",
    ),
    (
        409,
        "nothing_to_hear",
        "Only a connection to a ClickSend account is told of incoming texts.",
    ),
    (409, "operator_disabled", "The operator is disabled."),
    (
        409,
        "send_unknown",
        "The send may have taken place. Never repeat it: look at `send_id`.",
    ),
    (
        409,
        "too_many_handsets",
        "Too many handsets are not simply on. Switch some of them on again.",
    ),
    (
        409,
        "too_many_endpoints",
        "There are as many alert endpoints as there may be.",
    ),
    (
        409,
        "too_many_operators",
        "There are as many operators as there may be.",
    ),
    (
        409,
        "username_taken",
        "There is an account of this name already.",
    ),
    (
        409,
        "values_unreadable",
        "Some values could not be opened, so the old keys are kept.",
    ),
    (
        409,
        "vault_key_not_written",
        "The new vault key could not be kept; nothing was changed.",
    ),
    (413, "body_too_large", "The body is larger than is read."),
    (
        422,
        "credentials_rejected",
        "The upstream does not accept these credentials.",
    ),
    (
        422,
        "idempotency_key_reused",
        "The Idempotency-Key was used for another request.",
    ),
    (
        422,
        "invalid_request",
        "One part of the request means nothing; `field` says which.",
    ),
    (422, "not_supported", "The app cannot do this."),
    (
        429,
        "rate_limited",
        "Too many requests. Wait as long as `Retry-After` says.",
    ),
    (
        429,
        "too_many_attempts",
        "Too many failed attempts to sign in. Wait as long as `Retry-After` says.",
    ),
    (
        431,
        "head_too_large",
        "The request's head is larger than is read.",
    ),
    (
        500,
        "internal",
        "The server failed; its log says why, under the request id.",
    ),
    (
        501,
        "upgrade_refused",
        "Upgrades to another protocol are not forwarded.",
    ),
    (
        502,
        "upstream_address_refused",
        "The upstream lies in a network that calls may not leave to.",
    ),
    (
        502,
        "upstream_broken",
        "The upstream closed the connection without an answer.",
    ),
    (
        502,
        "upstream_unreachable",
        "The upstream cannot be reached; nothing was done.",
    ),
    (
        503,
        "not_in_force",
        "The change is stored and not in force yet. Do not repeat it.",
    ),
    (
        503,
        "outcome_unknown",
        "The change may have happened or not. Look before you repeat it.",
    ),
    (
        503,
        "store_unavailable",
        "The store cannot be used at the moment; nothing was changed.",
    ),
    (
        504,
        "upstream_timeout",
        "The upstream did not answer in time.",
    ),
];
