//! What was asked for is wrong, or not for this caller, or not there: 400 to 408.

use super::Word;

pub(super) const WORDS: &[Word] = &[
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
];
