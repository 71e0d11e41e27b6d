//! `POST /sends/preview`: what a send would do, asked for in a body. It goes the way of the call itself, as a call that is only tried.

use std::net::SocketAddr;
use std::sync::Arc;

use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderName, HeaderValue, Method, Request, Response};
use http_body_util::{BodyExt as _, Limited};
use postern_egress::{Answer, Body};
use postern_guard::{INSPECTION_BYTES_MAX, Preview, Verdict};
use postern_wire::control;
use serde_json::Value;

use crate::facts::Facts;
use crate::forward::Call;
use crate::limits::DRY_RUN;
use crate::refusal::Refusal;
use crate::request_log::Record;
use crate::service::Turn;
use crate::worker::Worker;

/// Of a refusal; a longer one is not quoted.
const ANSWER_BYTES_MAX: usize = 64 * 1024;
const CONNECTION: HeaderName = HeaderName::from_static("postern-connection");

/// Whether a request to the control plane asks for a preview.
pub(crate) fn asks_for_preview(method: &Method, path: &str) -> bool {
    *method == Method::POST && path == "/sends/preview"
}

impl Worker {
    /// Never sends anything: what comes back is the preview, or why there is none.
    pub(crate) async fn preview(
        self: &Arc<Self>,
        request: Request<Body>,
        peer: SocketAddr,
        record: &mut Record,
    ) -> Refusal {
        match self.try_call(request, peer, record).await {
            Err(refusal) => refusal,
            Ok(answer) => refused_itself(answer).await,
        }
    }

    async fn try_call(
        self: &Arc<Self>,
        request: Request<Body>,
        peer: SocketAddr,
        record: &mut Record,
    ) -> Result<Response<Answer>, Refusal> {
        let (mut parts, body) = request.into_parts();
        let body = Limited::new(body, INSPECTION_BYTES_MAX * 2).collect().await;
        let body = body.map_err(|_| Refusal::RequestBody)?.to_bytes();
        let wanted: control::Preview = serde_json::from_slice(&body)
            .map_err(|error| Refusal::PreviewRequest(error.to_string()))?;
        let unreadable = |what: &str| Refusal::PreviewRequest(format!("`{what}` cannot be used"));
        parts.uri = wanted.path.parse().map_err(|_| unreadable("path"))?;
        if parts.uri.authority().is_some() {
            return Err(unreadable("path"));
        }
        let method = wanted.method.as_deref().unwrap_or("POST");
        parts.method = method.parse().map_err(|_| unreadable("method"))?;
        let authorization = parts.headers.remove(AUTHORIZATION);
        parts.headers.clear();
        parts
            .headers
            .extend(authorization.map(|key| (AUTHORIZATION, key)));
        if let Some(connection) = &wanted.connection {
            let id = HeaderValue::try_from(connection).map_err(|_| unreadable("connection"))?;
            parts.headers.insert(CONNECTION, id);
        }
        let json = HeaderValue::from_static("application/json");
        parts.headers.insert(CONTENT_TYPE, json);
        parts
            .headers
            .insert(DRY_RUN, HeaderValue::from_static("true"));
        let body = match wanted.body {
            Value::String(text) => text.into_bytes(),
            json => serde_json::to_vec(&json).unwrap_or_default(),
        };
        let facts = Facts::of_parts(&parts)?;
        let Turn::Call(permit) = self.turn(&facts, peer, record)? else {
            return Err(unreadable("path"));
        };
        let call = Call::new(permit, &facts, record)?;
        self.forward(call, parts.method, parts.headers, Body::full(body), record)
            .await
    }
}

/// A call that is tried ends in a judgement, unless it is none that could be made: then whoever is called has said so.
async fn refused_itself(answer: Response<Answer>) -> Refusal {
    let status = answer.status();
    if !status.is_client_error() {
        return Refusal::Internal;
    }
    let body = Limited::new(answer.into_body(), ANSWER_BYTES_MAX);
    let said = match body.collect().await {
        Ok(body) => serde_json::from_slice::<Value>(&body.to_bytes()).unwrap_or_default(),
        Err(_) => Value::Null,
    };
    let sentence = ["response_msg", "message"]
        .iter()
        .find_map(|name| said[name].as_str());
    let sentence = sentence
        .unwrap_or("it does not say why")
        .trim_end_matches('.');
    Refusal::PreviewRequest(format!(
        "the call itself is refused with {}: {sentence}",
        status.as_u16()
    ))
}

/// As it is answered.
pub(crate) fn shown(preview: &Preview, id: &str) -> control::Previewed {
    let passes = preview.verdicts.iter().all(|verdict| verdict.passed);
    let mut notes = Vec::new();
    if preview.cost.is_none() {
        notes.push(
            "What it would cost is not known: the account's own price is not to be had.".to_owned(),
        );
    }
    if !preview.knows_opt_outs() {
        notes.push(
            "Who has opted out of messages from this account is not known here; `POST /connections/{connection_id}/hook` lets it be told."
                .to_owned(),
        );
    }
    control::Previewed {
        verdict: if passes { "allowed" } else { "refused" }.to_owned(),
        rules: preview.verdicts.iter().map(Verdict::to_wire).collect(),
        messages: preview.messages,
        segments: preview.segments,
        recipients: preview.recipients,
        cost: preview.cost.map(|cost| cost.to_string()),
        currency: preview.currency.map(|currency| currency.to_string()),
        first: preview.ends.as_ref().map(|(first, _)| first.clone()),
        last: preview.ends.as_ref().map(|(_, last)| last.clone()),
        refused_by_platform: preview.refused_by_platform as i64,
        notes,
        request_id: id.to_owned(),
    }
}
