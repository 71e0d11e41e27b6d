//! The stable words of refusals of gateway and control plane: `error` in their bodies.

/// Status, word, and what it means and what helps.
pub(crate) const WORDS: &[(u16, &str, &str)] = &[
    (
        400,
        "ambiguous_path",
        "The path can be read in more than one way. Encode less of it.",
    ),
    (
        400,
        "ambiguous_request",
        "The request can be read in more than one way, so it is not forwarded.",
    ),
    (
        400,
        "body_incomplete",
        "The body broke off, or is longer than is read.",
    ),
    (400, "dry_run", "The call cannot be tried without doing it."),
    (
        400,
        "invalid_callback",
        "`Postern-Callback` must be one http or https address.",
    ),
    (
        400,
        "invalid_json",
        "The body is not JSON; the message says where it breaks.",
    ),
    (400, "malformed_request", "The request is not HTTP/1.1."),
    (
        400,
        "method_override",
        "`_method` in the query would make another call of this one.",
    ),
    (
        400,
        "no_connection",
        "The app has no ACTIVE connection. Make or repair one.",
    ),
    (
        401,
        "address_not_allowed",
        "The key may not be presented from this address.",
    ),
    (
        401,
        "expired_key",
        "The key has expired. Ask for another one.",
    ),
    (
        401,
        "invalid_key",
        "There is no such key, or it was mistyped.",
    ),
    (
        401,
        "invalid_session",
        "Nobody is signed in with this session, or it has ended. Sign in again.",
    ),
    (
        401,
        "key_address",
        "The key may not be presented from this address (calls to apps).",
    ),
    (
        401,
        "missing_key",
        "No key was presented. Send `Authorization: Bearer pst_…`.",
    ),
    (401, "revoked_key", "The key was revoked for good."),
    (
        401,
        "wrong_credentials",
        "Name or password of the operator is wrong, or the operator is disabled.",
    ),
    (
        403,
        "approval_denied",
        "A person has denied the send. Do not repeat it.",
    ),
    (
        403,
        "approval_expired",
        "Nobody decided about the send in time. It was not sent.",
    ),
    (
        403,
        "approval_failed",
        "The send was approved and then failed. It was not sent.",
    ),
    (
        403,
        "approval_required",
        "Nothing was sent yet: a person has to approve it. Do not send it again; ask for `approval_id`.",
    ),
    (
        403,
        "approvals_waiting",
        "Too many sends wait for a person already. Nothing was sent.",
    ),
    (
        403,
        "connection_out_of_scope",
        "The key may not use this connection.",
    ),
    (
        403,
        "cross_site",
        "The request comes from another site's page.",
    ),
    (
        403,
        "forbidden",
        "The role may not do this, whatever the key's scope. See who may call.",
    ),
    (
        403,
        "frozen",
        "Sending is frozen. Nothing was sent, and nothing will be until somebody releases it.",
    ),
    (403, "not_allowed", "The key's rules do not allow it."),
    (
        403,
        "operation_unknown",
        "Nobody knows what this operation does, so agent keys need a rule that names it.",
    ),
    (
        403,
        "rule_required",
        "Spending and credentials need a rule of the key that names them.",
    ),
    (
        403,
        "send_not_understood",
        "The key is limited, and what the call would send is not understood. Nothing was sent.",
    ),
    (403, "test_key", "Test keys see nothing but the sandbox."),
    (
        403,
        "wider_than_caller",
        "The change would reach further than the key that asks.",
    ),
    (404, "account_not_found", "There is no such account."),
    (
        404,
        "app_missing",
        "The path has no app in front: write `/clicksend/v3/…`.",
    ),
    (
        404,
        "approval_not_found",
        "There is no such approval, or it is not this key's.",
    ),
    (
        404,
        "record_not_found",
        "There is no such record, or its time is over.",
    ),
    (
        404,
        "alert_not_found",
        "There is no such alert, or no such endpoint.",
    ),
    (
        404,
        "push_not_found",
        "The account has no such push, or not any more.",
    ),
    (404, "connection_not_found", "There is no such connection."),
    (
        404,
        "endpoint_not_found",
        "There is no such alert endpoint.",
    ),
    (404, "key_not_found", "There is no such key."),
    (404, "not_found", "There is nothing at this path."),
    (404, "not_frozen", "It is not frozen."),
    (
        404,
        "not_waiting",
        "No such message or call waits at a handset: it was decided, or has not reached it yet.",
    ),
    (404, "not_here", "This host name serves another face."),
    (404, "operator_not_found", "There is no such operator."),
    (
        404,
        "send_not_found",
        "There is no such send, or it is not this key's.",
    ),
    (404, "unknown_app", "There is no such app."),
    (
        404,
        "unknown_hook",
        "Nobody is told anything at this address.",
    ),
    (
        405,
        "method_not_allowed",
        "The path does not take this method; `Allow` names those it takes.",
    ),
    (
        408,
        "head_timeout",
        "The request's head did not come in time.",
    ),
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

/// What the guard says in a family of words: `limit_messages_per_day` and the like.
pub(crate) const FAMILIES: &[(u16, &str, &str)] = &[
    (
        403,
        "limit_*",
        "A limit of the key, the connection, the account or the installation: `verdicts` has the numbers, and when it would pass.",
    ),
    (
        403,
        "recipient_*",
        "The recipient is not one that may be sent to: denied, not allowed, or opted out.",
    ),
];

pub(crate) fn status_of(word: &str) -> u16 {
    let found = WORDS.iter().find(|(_, known, _)| *known == word);
    found.map_or_else(
        || panic!("`{word}` is not in words.rs"),
        |(status, ..)| *status,
    )
}

pub(crate) fn sentence_of(word: &str) -> &'static str {
    let found = WORDS.iter().find(|(_, known, _)| *known == word);
    found.map_or("", |(.., sentence)| sentence)
}
