//! Calls addresses outside until they answer: signed, tried again for hours, only into networks that may be called.

use std::sync::Arc;
use std::time::Duration;

use http::{HeaderValue, Method, Request, header};
use postern_domain::backoff::Backoff;
use postern_domain::time::UnixMicros;
use postern_egress::{Body, Egress, Treatment, Upstream};
use postern_store::Lane;
use postern_store::notices::{self, Notice};
use postern_vault::{random, webhook};
use tokio_util::sync::CancellationToken;

use crate::address::Address;
use crate::service::Approvals;

/// For a whole call, from looking up the name to the head of the answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(15);
/// How long a claim holds before somebody else may try.
const CLAIM_SECONDS: i64 = 60;
const SLEEP_MAX: Duration = Duration::from_secs(30);
const STORE_PAUSE: Duration = Duration::from_millis(500);

pub struct Notifier {
    approvals: Arc<Approvals>,
    /// Bound to the runtime that this runs on.
    egress: Egress,
}

impl Notifier {
    pub fn new(approvals: Arc<Approvals>, egress: Egress) -> Notifier {
        Notifier { approvals, egress }
    }

    pub async fn run(self, until: CancellationToken) {
        while !until.is_cancelled() {
            let pause = match self.run_due().await {
                Ok(()) => self.until_next().await,
                Err(error) => {
                    tracing::error!(%error, "notices cannot be claimed; trying again");
                    STORE_PAUSE
                }
            };
            tokio::select! {
                () = self.approvals.notices.notified() => {}
                () = tokio::time::sleep(pause) => {}
                () = until.cancelled() => {}
            }
        }
    }

    /// Calls everything that is due, one after the other.
    pub async fn run_due(&self) -> postern_store::Result<()> {
        let store = self.approvals.store();
        loop {
            let now = self.approvals.now();
            let due = store.read(notices::next_due).await?;
            if due.is_none_or(|due| due > now) {
                return Ok(());
            }
            let lease = now.plus_secs(CLAIM_SECONDS);
            let claimed = store
                .write(Lane::CONTROL, move |tx| notices::claim(tx, now, lease, 1))
                .await?;
            for notice in claimed {
                self.carry(notice, now).await?;
            }
        }
    }

    async fn carry(&self, notice: Notice, now: UnixMicros) -> postern_store::Result<()> {
        let called = self.call(&notice, now).await;
        let tries = u32::try_from(notice.tries + 1).unwrap_or(u32::MAX);
        let wait = match &called {
            Ok(status) if (200..300).contains(status) => None,
            Ok(_) | Err(Called::Failed) => {
                Backoff::default().after(tries, u64::from_be_bytes(random()))
            }
            Err(Called::Never) => None,
        };
        let id = notice.notice_id;
        if !matches!(called, Ok(status) if (200..300).contains(&status)) {
            tracing::warn!(
                notice.id = id,
                notice.tries = tries,
                again = wait.is_some(),
                "a notice did not arrive"
            );
        }
        let due_at = wait.map(|wait| {
            let micros = i64::try_from(wait.as_micros()).unwrap_or(i64::MAX);
            UnixMicros(self.approvals.now().0.saturating_add(micros))
        });
        let settle = move |tx: &mut postern_store::Tx<'_>| match due_at {
            Some(due_at) => notices::again(tx, &id, due_at),
            None => notices::done(tx, &id),
        };
        self.approvals.store().write(Lane::CONTROL, settle).await
    }

    async fn call(&self, notice: &Notice, now: UnixMicros) -> Result<u16, Called> {
        let address = Address::parse(&notice.url).ok_or(Called::Never)?;
        let secret = self.approvals.secret().await.map_err(|error| {
            tracing::error!(%error, "the secret to sign with cannot be read");
            Called::Failed
        })?;
        let payload = notice.payload.as_bytes();
        let signature = webhook::sign(&secret, &notice.notice_id, now.secs(), payload);
        let mut request = Request::new(Body::full(notice.payload.clone()));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = address.target;
        let headers = request.headers_mut();
        for (name, value) in [
            (header::CONTENT_TYPE.as_str(), "application/json".to_owned()),
            (
                header::USER_AGENT.as_str(),
                concat!("Postern/", env!("CARGO_PKG_VERSION")).to_owned(),
            ),
            ("webhook-id", notice.notice_id.clone()),
            ("webhook-timestamp", now.secs().to_string()),
            ("webhook-signature", signature),
        ] {
            let value = HeaderValue::try_from(value).map_err(|_| Called::Never)?;
            headers.insert(
                http::HeaderName::try_from(name).map_err(|_| Called::Never)?,
                value,
            );
        }
        let upstream = Upstream::Http(address.origin);
        let sending = self.egress.send(request, &upstream, Treatment::default());
        match tokio::time::timeout(ANSWER_WITHIN, sending).await {
            Ok(Ok(answer)) => Ok(answer.status().as_u16()),
            Ok(Err(error)) => {
                tracing::debug!(notice.id = notice.notice_id, %error, "a notice has no answer");
                Err(Called::Failed)
            }
            Err(_) => Err(Called::Failed),
        }
    }

    async fn until_next(&self) -> Duration {
        self.egress.sweep();
        let next = self.approvals.store().read(notices::next_due).await;
        next.ok().flatten().map_or(SLEEP_MAX, |due| {
            let micros = due.0 - self.approvals.now().0;
            Duration::from_micros(u64::try_from(micros).unwrap_or(0)).min(SLEEP_MAX)
        })
    }
}

enum Called {
    /// It may go better later.
    Failed,
    Never,
}
