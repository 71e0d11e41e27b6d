//! Does a credential work? One call that the app names, with bounds on time and size.

use std::collections::BTreeMap;

use bytes::BytesMut;
use http::Request;
use http_body_util::BodyExt as _;
use postern_apps::{App, Prepared};

use crate::body::Body;
use crate::egress::{Egress, Treatment};
use crate::error::SendErrorKind;
use crate::upstream::Upstream;

/// More of an answer is not read for metadata.
const ANSWER_BYTES_MAX: usize = 256 * 1024;

/// What the upstream said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verified {
    /// The credential works; what the answer says about its owner.
    Accepted { metadata: BTreeMap<String, String> },
    /// The upstream answered and refused it.
    Rejected { status: u16 },
    /// Nothing can be said: no answer, or one that is about something else.
    Unreachable { reason: String },
    /// Nothing came back in time.
    TimedOut,
    /// The app names no call that would verify a credential.
    NoCall,
}

impl Egress {
    /// Asks `upstream` whether `credential` works.
    pub async fn verify(&self, app: &App, credential: &Prepared, upstream: &Upstream) -> Verified {
        let Some(call) = &app.verify else {
            return Verified::NoCall;
        };
        let request = Request::builder()
            .method(call.method.clone())
            .uri(call.path.as_str())
            .header("accept", "application/json");
        let request = match request.body(Body::empty()) {
            Ok(request) => request,
            Err(error) => {
                return Verified::Unreachable {
                    reason: error.to_string(),
                };
            }
        };
        let treatment = Treatment {
            credential: Some(credential),
            secret_fields: None,
        };
        let asking = async {
            let response = match self.send(request, upstream, treatment).await {
                Ok(response) => response,
                Err(error) if matches!(error.kind, SendErrorKind::Timeout(_)) => {
                    return Verified::TimedOut;
                }
                Err(error) => {
                    return Verified::Unreachable {
                        reason: error.to_string(),
                    };
                }
            };
            let status = response.status();
            match status.as_u16() {
                200..=299 => Verified::Accepted {
                    metadata: metadata(&call.metadata, response.into_body()).await,
                },
                401 | 403 => Verified::Rejected {
                    status: status.as_u16(),
                },
                _ => Verified::Unreachable {
                    reason: format!("the upstream answered {status}"),
                },
            }
        };
        match tokio::time::timeout(self.rules().timeouts.verify, asking).await {
            Ok(verified) => verified,
            Err(_) => Verified::TimedOut,
        }
    }
}

async fn metadata(
    wanted: &BTreeMap<String, String>,
    mut body: crate::Answer,
) -> BTreeMap<String, String> {
    let mut bytes = BytesMut::new();
    while let Some(Ok(frame)) = body.frame().await {
        if let Ok(data) = frame.into_data() {
            bytes.extend_from_slice(&data);
        }
        if bytes.len() > ANSWER_BYTES_MAX {
            return BTreeMap::new();
        }
    }
    let answer: serde_json::Value = serde_json::from_slice(&bytes).unwrap_or_default();
    let said = |(name, pointer): (&String, &String)| {
        let text = match answer.pointer(pointer)? {
            serde_json::Value::String(text) => text.clone(),
            serde_json::Value::Number(number) => number.to_string(),
            _ => return None,
        };
        Some((name.clone(), text))
    };
    wanted.iter().filter_map(said).collect()
}
