//! Tells alerts: a line in the log for each, and a signed call to every endpoint until it arrives.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use http::{HeaderValue, Method, Request, header};
use postern_domain::time::UnixMicros;
use postern_egress::{Body, Treatment, Upstream};
use postern_store::alerts::{self, Alert, Call, FIELD, Told, sealing_owner};
use postern_store::settings::TENANT;
use postern_store::{Lane, Result, habits};
use postern_vault::{Aad, webhook};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::push::{Address, PushParts, excerpt};
use crate::worker::{after, pause};

/// How long an alert may wait for somebody to look.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// After the store failed.
const STORE_PAUSE: Duration = Duration::from_secs(5);
/// Calls under way at once.
const CALLS_MAX: i64 = 16;
/// Of a reason that is kept.
const PROBLEM_CHARS_MAX: usize = 300;
/// How long alerts are listed.
const KEPT_SECONDS: i64 = 90 * 24 * 3600;
/// How long habits of keys are remembered.
const HABITS_SECONDS: i64 = 30 * 24 * 3600;
const SWEEP_EVERY_SECONDS: i64 = 600;
const SWEPT_MAX: i64 = 500;

/// The one that tells. There must not be two.
pub struct Teller {
    parts: PushParts,
}

impl Teller {
    /// Works with what a pusher works with; `wake` is not used.
    pub fn new(parts: PushParts) -> Teller {
        Teller { parts }
    }

    /// Works until `cancel`; a call that is under way then is made again after the next start.
    pub async fn run(self: Arc<Self>, cancel: CancellationToken) {
        let mut swept = UnixMicros(0);
        while !cancel.is_cancelled() {
            let round = async {
                let now = (self.parts.clock)();
                if now >= swept.plus_secs(SWEEP_EVERY_SECONDS) {
                    swept = now;
                    self.sweep(now).await?;
                }
                self.run_due().await
            };
            let wait = match cancel.run_until_cancelled(round).await {
                None | Some(Ok(_)) => LOOK_EVERY,
                Some(Err(error)) => {
                    tracing::error!(%error, "alerts cannot be told; trying again");
                    STORE_PAUSE
                }
            };
            self.parts.egress.sweep();
            pause(wait, &cancel).await;
        }
    }

    /// Tells everything that is due at this moment, and returns how many calls that were.
    ///
    /// # Errors
    /// The store's; nothing is lost.
    pub async fn run_due(&self) -> Result<usize> {
        let store = &self.parts.store;
        let mut made = 0;
        loop {
            let now = (self.parts.clock)();
            // Looking costs next to nothing; only then somebody else's writing is held up.
            let next = store.read(alerts::next_due).await?;
            if next.is_none_or(|due| due > now) {
                return Ok(made);
            }
            let new = store
                .write(Lane::CONTROL, move |tx| alerts::announce(tx, now))
                .await?;
            for alert in &new {
                metrics::counter!("postern_alerts_total", "kind" => alert.kind.clone())
                    .increment(1);
                tracing::warn!(
                    alert.id = alert.id(),
                    alert.kind,
                    alert.scope,
                    alert.detail,
                    "{}",
                    alert.message
                );
            }
            let calls = store
                .read(move |tx| alerts::due(tx, now, CALLS_MAX))
                .await?;
            made += calls.len();
            let told = join_all(calls.iter().map(|call| self.tell(call))).await;
            for done in told {
                done?;
            }
        }
    }

    async fn tell(&self, call: &Call) -> Result<()> {
        let (at, started) = ((self.parts.clock)(), Instant::now());
        let (status, answer, problem) = match self.call(call).await {
            Ok((status, answer)) if (200..300).contains(&status) => {
                (Some(i64::from(status)), answer, None)
            }
            Ok((status, answer)) => {
                let problem = format!("status {status}");
                (Some(i64::from(status)), answer, Some(problem))
            }
            Err(problem) => (None, None, Some(problem)),
        };
        let told = Told {
            at,
            took_micros: i64::try_from(started.elapsed().as_micros()).unwrap_or(i64::MAX),
            status,
            problem,
            answer,
        };
        let now = (self.parts.clock)();
        let tries = u32::try_from(call.tries + 1).unwrap_or(u32::MAX);
        let wait = self
            .parts
            .config
            .backoff
            .after(tries, (self.parts.random)());
        let call = call.clone();
        self.parts
            .store
            .write(Lane::CONTROL, move |tx| match (&told.problem, wait) {
                (Some(_), Some(wait)) => alerts::put_off(tx, &call, &told, after(now, wait)),
                _ => alerts::told(tx, &call, &told),
            })
            .await
    }

    /// The status and how the answer began; `Err` says why there is none.
    async fn call(&self, call: &Call) -> std::result::Result<(u16, Option<String>), String> {
        let address = Address::parse(&call.url).ok_or("the address is no http or https URL")?;
        let now = (self.parts.clock)();
        let payload = payload(&call.alert).to_string();
        let (id, at) = (call.alert.id(), now.secs());
        let owner = sealing_owner(&call.endpoint_id);
        let aad = Aad {
            tenant: TENANT,
            owner: &owner,
            field: FIELD,
        };
        let secret = self
            .parts
            .vault
            .open_sealed(&aad, &call.secret_sealed)
            .map_err(|_| "the secret to sign with cannot be opened")?;
        let signature = webhook::sign(&secret, &id, at, payload.as_bytes());
        let mut request = Request::new(Body::full(payload));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = address.uri(None).ok_or("the address cannot be called")?;
        for (name, value) in [
            (header::CONTENT_TYPE.as_str(), "application/json".to_owned()),
            (
                header::USER_AGENT.as_str(),
                concat!("Postern/", env!("CARGO_PKG_VERSION")).to_owned(),
            ),
            ("webhook-id", id),
            ("webhook-timestamp", at.to_string()),
            ("webhook-signature", signature),
        ] {
            let value = HeaderValue::try_from(value).map_err(|_| "no signature")?;
            let name = http::HeaderName::try_from(name).map_err(|_| "no signature")?;
            request.headers_mut().insert(name, value);
        }
        let upstream = Upstream::Http(address.origin);
        let sending = self
            .parts
            .egress
            .send(request, &upstream, Treatment::default());
        match tokio::time::timeout(self.parts.config.answer_within, sending).await {
            Ok(Ok(answer)) => Ok((answer.status().as_u16(), excerpt(answer).await)),
            Ok(Err(error)) => Err(error.to_string().chars().take(PROBLEM_CHARS_MAX).collect()),
            Err(_) => Err("no answer in time".to_owned()),
        }
    }

    async fn sweep(&self, now: UnixMicros) -> Result<()> {
        let (alerts_before, habits_before) =
            (now.plus_secs(-KEPT_SECONDS), now.plus_secs(-HABITS_SECONDS));
        self.parts
            .store
            .write(Lane::CONTROL, move |tx| {
                alerts::sweep(tx, alerts_before, SWEPT_MAX)?;
                habits::sweep(tx, habits_before, SWEPT_MAX)
            })
            .await
            .map(drop)
    }
}

/// As Standard Webhooks suggests: what, when, and the rest.
fn payload(alert: &Alert) -> Value {
    let (scope, id) = alert.scope.split_once(':').unwrap_or((&alert.scope, ""));
    json!({
        "type": format!("alert.{}", alert.kind),
        "timestamp": written(alert.at),
        "data": {
            "alert_id": alert.id(),
            "kind": alert.kind,
            "scope": scope,
            "id": Some(id).filter(|id| !id.is_empty()),
            "message": alert.message,
            "detail": serde_json::from_str::<Value>(&alert.detail).unwrap_or_default(),
        },
    })
}

/// RFC 3339.
fn written(at: UnixMicros) -> String {
    jiff::Timestamp::from_microsecond(at.0).map_or_else(|_| String::new(), |at| at.to_string())
}
