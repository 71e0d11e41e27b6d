//! Sends that a person has approved are made, each once, by a courier: judged again, never dearer and to nobody else than was approved.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::join_all;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use postern_access::Caller;
use postern_approvals::{ANSWER_BYTES_MAX, Approvals, HeldRequest, KeptAnswer};
use postern_guard::{Approved, Ticket};
use postern_store::approvals::{Approval, End, State};
use tokio_util::sync::CancellationToken;

use crate::claims::KEY_KEPT_SECONDS;
use crate::courier::{Courier, Made, StoredSend};

/// Made at once.
const AT_ONCE_MAX: i64 = 8;
/// What was begun longer ago is not repeated: the ledger might have forgotten it.
const REPEATED_SECONDS: i64 = KEY_KEPT_SECONDS - 3600;
const SLEEP_MAX: Duration = Duration::from_secs(30);
/// After the store failed.
const STORE_PAUSE: Duration = Duration::from_millis(500);

impl Courier {
    /// Works until `until`; what is under way then is finished.
    pub async fn keep_releasing(self, approvals: Arc<Approvals>, until: CancellationToken) {
        while !until.is_cancelled() {
            let pause = match self.release_ready(&approvals).await {
                Ok(true) => SLEEP_MAX,
                Ok(false) => STORE_PAUSE,
                Err(error) => {
                    tracing::error!(%error, "approved sends cannot be read; trying again");
                    STORE_PAUSE
                }
            };
            tokio::select! {
                () = approvals.approved.notified() => {}
                () = tokio::time::sleep(pause) => {}
                () = until.cancelled() => {}
            }
        }
    }

    /// Makes everything that is approved. `false`: something could not even be begun, and waits.
    ///
    /// # Errors
    /// Whatever the store says to looking.
    pub async fn release_ready(&self, approvals: &Approvals) -> postern_store::Result<bool> {
        loop {
            let too_old = approvals.now().plus_secs(-REPEATED_SECONDS);
            approvals.abandon(too_old).await?;
            let ready = approvals.ready(AT_ONCE_MAX).await?;
            if ready.is_empty() {
                return Ok(true);
            }
            let released = ready
                .iter()
                .map(|approval| self.release(approvals, approval));
            let released = join_all(released).await;
            if released.contains(&false) {
                return Ok(false);
            }
        }
    }

    /// `false`: it could not be begun or ended; the same again is safe.
    async fn release(&self, approvals: &Approvals, approval: &Approval) -> bool {
        let id = &approval.approval_id;
        let end = match approvals.open(approval) {
            Ok(Some(request)) => {
                if let Err(error) = approvals.begin(id).await {
                    tracing::error!(approval.id = id, %error, "an approved send could not be begun");
                    return false;
                }
                match self.send_approved(approval, request).await {
                    Some(made) => end_of(approvals, approval, made),
                    None => return false,
                }
            }
            Ok(None) => failed("its request is not kept any more".to_owned()),
            Err(error) => failed(error.to_string()),
        };
        let ended = approvals.end(approval, end).await;
        ended
            .inspect_err(|error| tracing::error!(approval.id = id, %error, "the end of an approved send could not be written down"))
            .is_ok()
    }

    /// `None`: nothing left, because the store could not take it.
    async fn send_approved(&self, approval: &Approval, request: HeldRequest) -> Option<Made> {
        let method: Method = request.method.parse().ok()?;
        let mut headers = HeaderMap::new();
        for (name, value) in &request.headers {
            let name = HeaderName::try_from(name.as_str()).ok()?;
            headers.append(name, HeaderValue::try_from(value.as_str()).ok()?);
        }
        let ticket = self.approved_ticket(approval, request.approved);
        let send = StoredSend {
            name: format!("approval:{}", approval.approval_id),
            key_id: approval.key_id.clone(),
            connection_id: approval.connection_id.clone(),
            method,
            target: request.target,
            headers,
            body: Bytes::from(request.body),
        };
        match self.make(send, ticket).await {
            Made::Refused {
                error: "store_unavailable",
                ..
            } => None,
            made => Some(made),
        }
    }

    /// The limits as they are now, but for those that asked for a person. `None`: key or connection are gone, which the send will say.
    fn approved_ticket(&self, approval: &Approval, approved: Approved) -> Option<Ticket> {
        let gateway = &self.0.gateway;
        let directory = &gateway.directory;
        let caller = Caller {
            key: directory.key(&approval.key_id)?,
            at: (gateway.clock)(),
        };
        let connection = directory.connection_by_id(&approval.connection_id)?;
        let ticket = directory.plan(&caller, &connection).ticket;
        let ticket = ticket.unwrap_or_else(|| directory.ticket_without_limits());
        Some(ticket.with_approval(approved))
    }
}

fn end_of(approvals: &Approvals, approval: &Approval, made: Made) -> End {
    match made {
        Made::Answered {
            status,
            headers,
            body,
        } => {
            let content_type = headers.get(http::header::CONTENT_TYPE);
            let answer = KeptAnswer {
                status: status.as_u16(),
                content_type: content_type
                    .and_then(|kind| kind.to_str().ok())
                    .map(str::to_owned),
                body: body.to_vec(),
            };
            let kept = body.len() <= ANSWER_BYTES_MAX;
            End {
                state: match status.is_success() {
                    true => State::Sent,
                    false => State::Failed,
                },
                send_id: None,
                status: Some(i64::from(status.as_u16())),
                answer_sealed: kept.then(|| approvals.seal_answer(&approval.approval_id, &answer)),
                reason: (!status.is_success())
                    .then(|| format!("the upstream answered {}", status.as_u16())),
            }
        }
        Made::Refused { error, body, .. } => {
            let problem: Option<postern_wire::control::Problem> =
                serde_json::from_slice(&body).ok();
            let send_id = problem.as_ref().and_then(|problem| problem.send_id.clone());
            let message = problem.map_or_else(|| error.to_owned(), |problem| problem.message);
            match error {
                "send_unknown" => End {
                    state: State::Unknown,
                    send_id,
                    status: None,
                    answer_sealed: None,
                    reason: Some(message),
                },
                "already_sent" => End {
                    state: State::Sent,
                    send_id,
                    status: None,
                    answer_sealed: None,
                    reason: None,
                },
                _ => failed(format!("{error}: {message}")),
            }
        }
    }
}

fn failed(reason: String) -> End {
    End {
        state: State::Failed,
        send_id: None,
        status: None,
        answer_sealed: None,
        reason: Some(reason),
    }
}
