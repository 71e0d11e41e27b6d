//! Every answer that the gateway makes itself, in one place: status, stable word, sentence, and what to do about it.

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};
use postern_access::{Denied, NoConnection, Refused};
use postern_apps::AmbiguousPath;
use postern_domain::connection::Status;
use postern_guard::{
    NOT_AGAIN as AGAIN_DOES_NOT_HELP, NotUnderstood, Pending, Preview, ScopeKind, Verdict,
};
use postern_h1::{BadFraming, BadHead};
use postern_store::approvals::State;
use postern_wire::control::Problem;

use crate::preview::shown;
use crate::request_id::RequestId;

/// Why a call is not forwarded, or has no answer.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// The request can be read in two ways; the text says how.
    Ambiguous(&'static str),
    Framing(BadFraming),
    /// The bytes are no HTTP/1 head.
    Head(BadHead),
    HeadTooLarge {
        limit_bytes: usize,
    },
    HeadTimeout,
    Path(AmbiguousPath),
    Method,
    Upgrade,
    MissingKey,
    /// The `Authorization` header is neither Bearer nor Basic.
    Scheme,
    Denied(Denied),
    Throttled {
        retry_after_seconds: i64,
    },
    UnknownApp(String),
    /// `/v3/…` without an app in front.
    AppMissing {
        path: String,
    },
    /// One of our own segments under the host name that serves apps only, or the other way round.
    WrongHost {
        hint: &'static str,
    },
    Connection(NoConnection),
    NotPermitted(Refused),
    /// `_method` in the query: the call would not be the one that was judged.
    MethodOverride,
    BodyTooLarge {
        limit_bytes: u64,
    },
    RequestBody,
    AddressRefused,
    Unreachable,
    ConnectTimeout,
    AnswerTimeout,
    AnswerBroken,
    /// The intent or the record of an unsafe call could not be made durable; nothing left.
    Unrecorded,
    /// Bytes of a send may have left and no answer came.
    SendUnknown {
        send_id: String,
        /// The status of an answer that says nothing.
        answered: Option<u16>,
    },
    /// A person's approval is all that is missing. Whoever reads the call makes [`Self::Held`] of it.
    NeedsApproval(Box<Pending>),
    /// It waits for a person.
    Held {
        approval_id: String,
        expires_at: String,
        why: String,
    },
    /// It waited, and was not sent.
    NotApproved {
        approval_id: String,
        state: State,
        reason: String,
    },
    /// More of this key's sends wait than anybody reads.
    TooManyHeld,
    /// `Postern-Callback` is no address.
    Callback,
    /// The same send is under way.
    InProgress {
        send_id: String,
    },
    /// The same `Idempotency-Key` was used for another body.
    KeyReused {
        send_id: String,
    },
    /// The same send took place, and its answer was not kept.
    AlreadySent {
        send_id: String,
        status: Option<u16>,
    },
    /// The `Idempotency-Key` cannot be used.
    IdempotencyKey,
    /// Somebody pulled the brake.
    Frozen(ScopeKind),
    /// Limits let nothing of it be sent.
    Limited(Vec<Verdict>),
    /// What a limited key would send is not understood.
    NotUnderstood(NotUnderstood),
    /// No refusal: the call was only to be tried, and this is what it would do.
    Previewed(Box<Preview>),
    /// The wish to try a call cannot be granted; says why.
    DryRun(&'static str),
    /// A preview that was asked for in a body which cannot be read.
    PreviewRequest(String),
    /// A room behind us failed; what and why is in the log.
    Internal,
}

struct Said {
    status: StatusCode,
    error: &'static str,
    message: String,
    hint: Option<String>,
    field: Option<&'static str>,
}

fn said(status: StatusCode, error: &'static str, message: impl Into<String>) -> Said {
    Said {
        status,
        error,
        message: message.into(),
        hint: None,
        field: None,
    }
}

impl Said {
    fn hint(self, hint: impl Into<String>) -> Self {
        Self {
            hint: Some(hint.into()),
            ..self
        }
    }

    fn field(self, field: &'static str) -> Self {
        Self {
            field: Some(field),
            ..self
        }
    }
}

const NOT_AGAIN: &str = "Do not repeat the call with this key: the answer will be the same. Ask whoever manages the keys.";
const STAY_WITHIN: &str = "Do not resend. `Postern-Dry-Run: true` shows what would pass; `GET /keys/{key_id}/allowance` what is left.";
const NOTHING_LEFT: &str = "Nothing was sent; the call may be repeated.";

impl Refusal {
    fn said(&self) -> Said {
        match self {
            Self::Ambiguous(how) => said(StatusCode::BAD_REQUEST, "ambiguous_request", format!("The request is ambiguous: {how}.")),
            Self::Framing(how) => said(StatusCode::BAD_REQUEST, "ambiguous_request", format!("The request is ambiguous: {how}.")),
            Self::Head(how) => said(StatusCode::BAD_REQUEST, "malformed_request", format!("The request is not HTTP/1.1: {how}.")),
            Self::HeadTooLarge { limit_bytes } => said(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, "head_too_large", format!("The request's head is larger than {limit_bytes} bytes.")),
            Self::HeadTimeout => said(StatusCode::REQUEST_TIMEOUT, "head_timeout", "The request's head did not come in time."),
            Self::Path(how) => said(StatusCode::BAD_REQUEST, "ambiguous_path", format!("The request is ambiguous: {how}."))
                .hint("Send the path in its plain form, without encoded separators, dot segments, `//` or `;`."),
            Self::Method => said(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", "This method is not forwarded."),
            Self::Upgrade => said(StatusCode::NOT_IMPLEMENTED, "upgrade_refused", "Upgrades to another protocol are not forwarded."),
            Self::MethodOverride => said(StatusCode::BAD_REQUEST, "method_override", "`_method` in the query would make this another call than the one that was judged.")
                .field("_method"),
            Self::MissingKey => said(StatusCode::UNAUTHORIZED, "missing_key", "No API key: the Authorization header is missing.")
                .hint("Send `Authorization: Bearer pst_…`.").field("Authorization"),
            Self::Scheme => said(StatusCode::UNAUTHORIZED, "invalid_key", "Invalid API key: the Authorization header is neither Bearer nor Basic with the key as password.")
                .field("Authorization"),
            Self::Denied(denied) => denied_said(*denied),
            Self::Throttled { retry_after_seconds } => said(StatusCode::TOO_MANY_REQUESTS, "rate_limited", "This key's rate limit is exceeded; nothing was sent.")
                .hint(format!("Repeat the call after {retry_after_seconds} s.")),
            Self::UnknownApp(app) => said(StatusCode::NOT_FOUND, "unknown_app", format!("There is no app `{app}`."))
                .hint("A call is `/{app}/{native path}`; `GET /apps` lists the apps."),
            Self::AppMissing { path } => said(StatusCode::NOT_FOUND, "app_missing", "The path has no app in front.")
                .hint(format!("Write `/clicksend{path}`.")),
            Self::WrongHost { hint } => said(StatusCode::NOT_FOUND, "not_here", "This path is not served under this host name.").hint(*hint),
            Self::Connection(none) => connection_said(none),
            Self::NotPermitted(refused) => refused_said(*refused),
            Self::BodyTooLarge { limit_bytes } => said(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", format!("The body is larger than {limit_bytes} bytes.")),
            Self::RequestBody => said(StatusCode::BAD_REQUEST, "body_incomplete", "The request's body broke off."),
            Self::AddressRefused => said(StatusCode::BAD_GATEWAY, "upstream_address_refused", "The upstream's address is in a network that calls may not leave to.")
                .hint("An operator can open it with `[egress] allow` or `--egress-allow`."),
            Self::Unreachable => said(StatusCode::BAD_GATEWAY, "upstream_unreachable", "The upstream cannot be reached.").hint(NOTHING_LEFT),
            Self::ConnectTimeout => said(StatusCode::GATEWAY_TIMEOUT, "upstream_timeout", "The upstream did not accept a connection in time.").hint(NOTHING_LEFT),
            Self::AnswerTimeout => said(StatusCode::GATEWAY_TIMEOUT, "upstream_timeout", "The upstream did not answer in time. It may have received the request."),
            Self::AnswerBroken => said(StatusCode::BAD_GATEWAY, "upstream_broken", "The upstream closed the connection without an answer. It may have received the request."),
            Self::Unrecorded => said(StatusCode::SERVICE_UNAVAILABLE, "store_unavailable", "The call could not be recorded, so it was not made.").hint(NOTHING_LEFT),
            Self::SendUnknown { send_id, answered } => {
                let why = match answered {
                    None => "The request may have reached the upstream, but no answer came".to_owned(),
                    Some(status) => format!("The upstream answered {status}, which does not say whether it has sent anything"),
                };
                said(StatusCode::CONFLICT, "send_unknown", format!("{why}: whether send {send_id} took place is not known. Do not send it again."))
                    .hint(format!("`GET /sends/{send_id}` says what becomes known of it; until then the same call is not made again."))
            }
            Self::InProgress { send_id } => said(StatusCode::CONFLICT, "idempotency_in_progress", format!("The first call with this Idempotency-Key is under way (send {send_id}); nothing more was sent."))
                .hint("Repeat the call with the same key in a moment: it gets the first one's answer."),
            Self::NeedsApproval(_) => said(StatusCode::FORBIDDEN, "approval_required", format!("Nothing was sent: a person has to approve it. {AGAIN_DOES_NOT_HELP}")),
            Self::Held { approval_id, expires_at, why } => said(StatusCode::FORBIDDEN, "approval_required", format!("Nothing was sent yet. {why} A person has to approve it: approval {approval_id} waits until {expires_at}. {AGAIN_DOES_NOT_HELP}"))
                .hint(format!("Do not resend: once approved it is sent by itself. `GET /approvals/{approval_id}?wait=60` tells how it stands.")),
            Self::NotApproved { approval_id, state, reason } => not_approved(approval_id, *state, reason),
            Self::TooManyHeld => said(StatusCode::FORBIDDEN, "approvals_waiting", format!("Nothing was sent: a person has to approve it, and too many sends wait for that already. {AGAIN_DOES_NOT_HELP}"))
                .hint("Wait until those that wait are decided: `GET /approvals?state=pending`."),
            Self::Callback => said(StatusCode::BAD_REQUEST, "invalid_callback", "Nothing was done: `Postern-Callback` must be one http or https address.").field("Postern-Callback"),
            Self::KeyReused { send_id } => said(StatusCode::UNPROCESSABLE_ENTITY, "idempotency_key_reused", format!("This Idempotency-Key was used for another request (send {send_id}); nothing was sent."))
                .hint("Use a new key for a new send, and the same key only for the very same body.").field("Idempotency-Key"),
            Self::AlreadySent { send_id, status } => {
                let answered = status.map_or_else(String::new, |status| format!(" with status {status}"));
                said(StatusCode::CONFLICT, "already_sent", format!("This very call was made before and accepted{answered} (send {send_id}); its answer was not kept. Nothing more was sent. Do not send it again."))
                    .hint("The messages are in the account's history.")
            }
            Self::IdempotencyKey => said(StatusCode::UNPROCESSABLE_ENTITY, "invalid_request", "The Idempotency-Key is empty, longer than 255 bytes, there twice, or not plain ASCII; nothing was sent.")
                .hint("Send one key that is new for each send, such as a UUID.").field("Idempotency-Key"),
            Self::Frozen(scope) => said(StatusCode::FORBIDDEN, "frozen", format!("Sending is frozen for this {}. Nothing was sent. {AGAIN_DOES_NOT_HELP}", scope.as_str()))
                .hint("Whoever froze it can release it: `postern unfreeze`."),
            Self::Limited(verdicts) => match verdicts.first() {
                Some(verdict) => said(StatusCode::FORBIDDEN, verdict.code, format!("Nothing was sent. {}", verdict.sentence())).hint(STAY_WITHIN),
                None => said(StatusCode::FORBIDDEN, "limited", "Nothing was sent: limits do not allow it.").hint(STAY_WITHIN),
            },
            Self::NotUnderstood(why) => said(StatusCode::FORBIDDEN, why.code(), format!("Nothing was sent: this key is limited, and what the call would send is not understood: {why}. {AGAIN_DOES_NOT_HELP}"))
                .hint("Send messages to numbers that the body names, as JSON."),
            Self::Previewed(_) => said(StatusCode::OK, "previewed", "Nothing was sent."),
            Self::DryRun(why) => said(StatusCode::BAD_REQUEST, "dry_run", format!("Nothing was done: {why}.")).field("Postern-Dry-Run"),
            Self::PreviewRequest(why) => said(StatusCode::UNPROCESSABLE_ENTITY, "invalid_request", format!("The preview cannot be made: {why}."))
                .hint("Send {\"path\": \"/clicksend/v3/sms/send\", \"body\": {…}}, and `connection` if it is not the default one."),
            Self::Internal => said(StatusCode::INTERNAL_SERVER_ERROR, "internal", "Something went wrong in the gateway; the request id finds it in the log."),
        }
    }

    /// What was not understood cannot be followed by a second request on the same connection.
    pub(crate) fn ends_connection(&self) -> bool {
        matches!(
            self,
            Self::Ambiguous(_)
                | Self::Framing(_)
                | Self::Head(_)
                | Self::HeadTooLarge { .. }
                | Self::HeadTimeout
                | Self::Upgrade
                | Self::Method
        )
    }

    /// Whether limits of a key, a connection or the installation speak here.
    pub(crate) fn is_by_limits(&self) -> bool {
        matches!(self, Self::Limited(_) | Self::NotUnderstood(_))
    }

    /// The stable word, for the log and the counters.
    pub(crate) fn word(&self) -> &'static str {
        self.said().error
    }

    /// The whole answer but for `X-Request-Id`, which every answer gets.
    pub(crate) fn response(&self, id: &RequestId) -> Response<Bytes> {
        self.answer(id.as_str())
    }

    /// As [`Self::response`], to the request with this id.
    pub(crate) fn answer(&self, id: &str) -> Response<Bytes> {
        let said = self.said();
        let problem = Problem {
            message: said.message,
            r#type: said.status.canonical_reason().unwrap_or("Error").to_owned(),
            code: said.status.as_u16(),
            error: said.error.to_owned(),
            request_id: id.to_owned(),
            hint: said.hint,
            send_id: match self {
                Self::SendUnknown { send_id, .. }
                | Self::InProgress { send_id }
                | Self::KeyReused { send_id }
                | Self::AlreadySent { send_id, .. } => Some(send_id.clone()),
                _ => None,
            },
            approval_id: match self {
                Self::Held { approval_id, .. } | Self::NotApproved { approval_id, .. } => {
                    Some(approval_id.clone())
                }
                _ => None,
            },
            verdicts: match self {
                Self::Limited(verdicts) => verdicts.iter().map(Verdict::to_wire).collect(),
                _ => Vec::new(),
            },
            field: said.field.map(str::to_owned),
        };
        let body = match self {
            Self::Previewed(preview) => serde_json::to_vec(&shown(preview, id)),
            _ => serde_json::to_vec(&problem),
        };
        let body = body.unwrap_or_default();
        let mut response = Response::new(Bytes::from(body));
        *response.status_mut() = said.status;
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/json"),
        );
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        match self {
            Self::Throttled {
                retry_after_seconds,
            } => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from(*retry_after_seconds));
            }
            Self::MissingKey | Self::Scheme | Self::Denied(_) => {
                headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            }
            Self::Method => {
                headers.insert(
                    header::ALLOW,
                    HeaderValue::from_static("GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"),
                );
            }
            _ => {}
        }
        response
    }
}

fn not_approved(approval_id: &str, state: State, reason: &str) -> Said {
    let because = if reason.is_empty() {
        String::new()
    } else {
        format!(" ({reason})")
    };
    let (word, what) = match state {
        State::Denied => ("approval_denied", "a person has denied it"),
        State::Expired => ("approval_expired", "nobody decided about it in time"),
        _ => (
            "approval_failed",
            "it was approved, but could not be sent after all",
        ),
    };
    said(
        StatusCode::FORBIDDEN,
        word,
        format!("Nothing was sent: {what}{because}. {AGAIN_DOES_NOT_HELP}"),
    )
    .hint(format!(
        "Approval {approval_id} is over. Change what was asked for, or ask whoever decides."
    ))
}

fn denied_said(denied: Denied) -> Said {
    let word = match denied {
        Denied::Malformed(_) | Denied::Unknown => "invalid_key",
        Denied::Expired => "expired_key",
        Denied::Revoked => "revoked_key",
        Denied::Address => "key_address",
    };
    said(
        StatusCode::UNAUTHORIZED,
        word,
        format!("Invalid API key: {denied}."),
    )
    .field("Authorization")
}

fn connection_said(none: &NoConnection) -> Said {
    let message = |text: &dyn std::fmt::Display| {
        let mut text = text.to_string();
        if let Some(first) = text.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        text.push('.');
        text
    };
    let pointing_at = |status, word| said(status, word, message(none)).field("Maton-Connection");
    match none {
        NoConnection::None { app, waiting } => {
            let hint = match waiting {
                Some((id, status)) => repair(id, *status),
                None => format!(
                    "Create one: `POST /connections` with {{\"app\":\"{app}\"}}, or `postern connection create {app}`."
                ),
            };
            said(StatusCode::BAD_REQUEST, "missing_connection", message(none)).hint(hint)
        }
        NoConnection::Unknown(_) | NoConnection::OtherApp { .. } => {
            pointing_at(StatusCode::NOT_FOUND, "connection_not_found")
                .hint("`GET /connections` lists the connections.")
        }
        NoConnection::OutOfScope(_) => {
            pointing_at(StatusCode::FORBIDDEN, "connection_out_of_scope").hint(NOT_AGAIN)
        }
        NoConnection::AppOutOfScope(_) => {
            said(StatusCode::FORBIDDEN, "app_out_of_scope", message(none)).hint(NOT_AGAIN)
        }
        NoConnection::TestKey(_) => {
            said(StatusCode::FORBIDDEN, "test_key", message(none)).hint(NOT_AGAIN)
        }
        NoConnection::NotActive { id, status, reason } => {
            let because = reason.as_ref().map_or_else(String::new, |reason| {
                format!(" It failed because: {reason}.")
            });
            said(StatusCode::CONFLICT, "connection_not_active", message(none))
                .hint(format!("{}{because}", repair(id, *status)))
        }
    }
}

fn repair(id: &str, status: Status) -> String {
    match status {
        Status::Pending => {
            format!("Open the connect link of connection {id} and enter its credentials.")
        }
        _ => format!(
            "Enter the credentials of connection {id} again: `postern connection reconnect {id}`."
        ),
    }
}

fn refused_said(refused: Refused) -> Said {
    let word = match refused {
        Refused::OperationUnknown => "operation_unknown",
        Refused::NeedsRule(_) => "rule_required",
        Refused::NotAllowed => "not_allowed",
    };
    let text = refused.to_string();
    let message = format!("{}{}.", text[..1].to_ascii_uppercase(), &text[1..]);
    said(StatusCode::FORBIDDEN, word, message).hint(NOT_AGAIN)
}
