//! A send that lacks nothing but a person's approval is held: it waits, sealed, and its caller is told so, or waits along if it asked to.

use std::sync::Arc;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, LOCATION, RETRY_AFTER};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode};
use postern_access::Visitor;
use postern_approvals::{Asked, Holding, KEPT_HEADERS, WAIT_SECONDS_MAX, is_address, shown};
use postern_domain::time::UnixMicros;
use postern_egress::Answer;
use postern_guard::{Pending, written};
use postern_store::approvals::{Approval, State};

use crate::forward::Call;
use crate::ledger::Intent;
use crate::refusal::Refusal;
use crate::worker::Worker;

const PREFER: HeaderName = HeaderName::from_static("prefer");
const CALLBACK: HeaderName = HeaderName::from_static("postern-callback");
const APPLIED: HeaderName = HeaderName::from_static("preference-applied");
const APPROVAL: HeaderName = HeaderName::from_static("postern-approval");
/// What a caller who did not wait is advised.
const ASK_AGAIN_SECONDS: u64 = 30;

/// How a caller wants to learn of the decision.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Wish {
    /// `Prefer: wait=N`
    wait_seconds: Option<u64>,
    /// `Prefer: respond-async`
    is_async: bool,
    /// `Postern-Callback`
    callback: Option<String>,
}

impl Wish {
    /// Preferences that are not understood are passed over (RFC 7240); an address that cannot be called is a mistake.
    pub(crate) fn read(headers: &HeaderMap) -> Result<Wish, Refusal> {
        let mut wish = Wish::default();
        let values = headers.get_all(PREFER).iter();
        let preferences = values
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split([',', ';']));
        for preference in preferences {
            let (name, value) = preference.split_once('=').unwrap_or((preference, ""));
            match name.trim().to_ascii_lowercase().as_str() {
                "respond-async" => wish.is_async = true,
                "wait" if wish.wait_seconds.is_none() => {
                    let seconds: Option<u64> = value.trim().trim_matches('"').parse().ok();
                    wish.wait_seconds = seconds.map(|seconds| seconds.min(WAIT_SECONDS_MAX));
                }
                _ => {}
            }
        }
        let mut callbacks = headers.get_all(CALLBACK).iter();
        wish.callback = match (callbacks.next(), callbacks.next()) {
            (None, _) => None,
            (Some(url), None) => {
                let url = url.to_str().ok().filter(|url| is_address(url));
                Some(url.ok_or(Refusal::Callback)?.to_owned())
            }
            (Some(_), Some(_)) => return Err(Refusal::Callback),
        };
        Ok(wish)
    }
}

/// A send that may have to wait, as far as it has to be kept for that.
pub(crate) struct Holdable {
    wish: Wish,
    key_id: String,
    key_name: String,
    inside: bool,
    connection_id: String,
    app: String,
    path: String,
    method: Method,
    target: String,
    headers: Vec<(String, String)>,
    body: Bytes,
    visitor: Visitor,
}

impl Holdable {
    /// `headers` are cleaned, `wish` was read before.
    pub(crate) fn of(
        wish: Wish,
        call: &Call,
        intent: &Intent,
        record: &crate::request_log::Record,
        method: &Method,
        headers: &HeaderMap,
        body: &Bytes,
    ) -> Holdable {
        let caller = record.caller.as_ref();
        let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let kept = KEPT_HEADERS.into_iter().flat_map(|name| {
            let values = headers.get_all(name).iter();
            values.map(move |value| (name.to_owned(), text(value)))
        });
        Holdable {
            wish,
            key_id: intent.entry.actor_id.clone(),
            key_name: caller.map_or_else(String::new, |caller| caller.name.clone()),
            inside: caller.is_some_and(|caller| caller.test) || call.connection.sandbox,
            connection_id: call.connection.id.clone(),
            app: call.connection.app.name.clone(),
            path: intent.entry.path.clone().unwrap_or_default(),
            method: method.clone(),
            target: call.target.as_str().to_owned(),
            headers: kept.collect(),
            body: body.clone(),
            visitor: Visitor {
                peer: record.peer,
                request_id: intent.entry.request_id.clone(),
            },
        }
    }
}

impl Worker {
    /// Keeps the send and answers how it stands: at once, or at its end if the caller waits for that.
    pub(crate) async fn hold(
        self: &Arc<Self>,
        send: Holdable,
        pending: Pending,
    ) -> Result<Response<Answer>, Refusal> {
        let why = pending
            .preview
            .verdicts
            .iter()
            .filter(|verdict| !verdict.passed)
            .map(postern_guard::Verdict::finding)
            .collect::<Vec<_>>()
            .join(" ");
        let wish = send.wish.clone();
        let approvals = &self.gateway.approvals;
        let held = approvals.hold(Asked {
            key_id: send.key_id,
            key_name: send.key_name,
            connection_id: send.connection_id,
            app: send.app,
            path: send.path,
            method: send.method.as_str().to_owned(),
            target: send.target,
            headers: send.headers,
            body: send.body.to_vec(),
            pending,
            callback: send.wish.callback,
            inside: send.inside,
            visitor: send.visitor,
        });
        let unrecorded = |error: postern_store::Error| {
            tracing::error!(%error, "a send could not be held");
            Refusal::Unrecorded
        };
        let (approval_id, expires_at) = match held.await.map_err(unrecorded)? {
            Holding::Waits {
                approval_id,
                expires_at,
            } => (approval_id, expires_at),
            Holding::Full => return Err(Refusal::TooManyHeld),
        };
        let wait = wish.wait_seconds.unwrap_or(0);
        let stands = approvals.wait(&approval_id, wait).await;
        let stands = stands.map_err(unrecorded)?.ok_or(Refusal::Internal)?;
        self.stands(&stands, &wish, why, expires_at)
    }

    fn stands(
        &self,
        approval: &Approval,
        wish: &Wish,
        why: String,
        expires_at: UnixMicros,
    ) -> Result<Response<Answer>, Refusal> {
        let approval_id = approval.approval_id.clone();
        let reason = || approval.reason.clone().unwrap_or_default();
        match approval.state {
            State::Pending | State::Approved => {
                if wish.is_async || wish.wait_seconds.is_some() {
                    return Ok(accepted(approval, wish));
                }
                Err(Refusal::Held {
                    approval_id,
                    expires_at: written(expires_at),
                    why,
                })
            }
            State::Sent | State::Failed if approval.answer_sealed.is_some() => {
                let kept = self.gateway.approvals.answer(approval);
                let kept = kept.ok().flatten().ok_or(Refusal::Internal)?;
                let mut response = Response::new(Answer::full(kept.body.into()));
                *response.status_mut() =
                    StatusCode::from_u16(kept.status).map_err(|_| Refusal::Internal)?;
                let kind = kept.content_type.and_then(|kind| kind.try_into().ok());
                let headers = response.headers_mut();
                headers.extend(kind.map(|kind: HeaderValue| (CONTENT_TYPE, kind)));
                name(headers, &approval_id);
                Ok(response)
            }
            State::Sent => Err(Refusal::AlreadySent {
                send_id: approval.send_id.clone().unwrap_or(approval_id),
                status: approval
                    .status
                    .and_then(|status| u16::try_from(status).ok()),
            }),
            State::Unknown => Err(Refusal::SendUnknown {
                send_id: approval.send_id.clone().unwrap_or(approval_id),
                answered: None,
            }),
            state @ (State::Denied | State::Expired | State::Failed) => Err(Refusal::NotApproved {
                approval_id,
                state,
                reason: reason(),
            }),
        }
    }
}

/// 202: only for callers who asked for it, so that nobody takes it for a send.
fn accepted(approval: &Approval, wish: &Wish) -> Response<Answer> {
    let body = serde_json::to_vec(&shown(approval)).unwrap_or_default();
    let mut response = Response::new(Answer::full(body.into()));
    *response.status_mut() = StatusCode::ACCEPTED;
    let headers = response.headers_mut();
    let fixed = HeaderValue::from_static;
    headers.insert(CONTENT_TYPE, fixed("application/json"));
    headers.insert(RETRY_AFTER, HeaderValue::from(ASK_AGAIN_SECONDS));
    let applied = match wish.wait_seconds {
        Some(seconds) => format!("wait={seconds}"),
        None => "respond-async".to_owned(),
    };
    let location = format!("/approvals/{}", approval.approval_id);
    for (name, value) in [(APPLIED, applied), (LOCATION, location)] {
        headers.extend(HeaderValue::try_from(value).ok().map(|value| (name, value)));
    }
    name(headers, &approval.approval_id);
    response
}

fn name(headers: &mut HeaderMap, approval_id: &str) {
    if let Ok(id) = HeaderValue::from_str(approval_id) {
        headers.insert(APPROVAL, id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wish(pairs: &[(&'static str, &str)]) -> Option<Wish> {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(
                HeaderName::from_static(name),
                value.parse().expect("a value"),
            );
        }
        Wish::read(&headers).ok()
    }

    #[test]
    fn preferences_are_read_leniently_and_addresses_strictly() {
        let waits = |wait_seconds, is_async| {
            Some(Wish {
                wait_seconds,
                is_async,
                callback: None,
            })
        };
        for (value, want) in [
            ("", waits(None, false)),
            ("wait=30", waits(Some(30), false)),
            ("Wait = \"5\" , respond-async", waits(Some(5), true)),
            ("wait=9999", waits(Some(60), false)),
            ("wait=soon; handling=lenient", waits(None, false)),
            ("respond-async", waits(None, true)),
        ] {
            assert_eq!(wish(&[("prefer", value)]), want, "{value}");
        }
        let url = "https://a.test/hook?x=1";
        let callback = wish(&[("postern-callback", url)]).and_then(|wish| wish.callback);
        assert_eq!(callback.as_deref(), Some(url));
        assert_eq!(wish(&[("postern-callback", "ftp://a.test")]), None);
        assert_eq!(
            wish(&[("postern-callback", url), ("postern-callback", url)]),
            None
        );
    }
}
