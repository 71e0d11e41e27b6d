//! One call to a program of the person who listens, as a webhook would make it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use http::{HeaderName, HeaderValue, Method, Request, Uri, header};
use postern_apps::Origin;
use postern_egress::{Body, Egress, Resolver, Rules, Treatment, Upstream};
use postern_vault::webhook;
use postern_wire::control::Event;
use secrecy::SecretSlice;

use crate::clock;
use crate::exit::{Exit, Failure, Outcome};

/// As long as a webhook is waited for.
const ANSWER_WITHIN: Duration = Duration::from_secs(15);

pub struct Forward {
    egress: Egress,
    upstream: Upstream,
    target: Uri,
    secret: SecretSlice<u8>,
}

/// What came of a call.
pub struct Answered {
    /// `Err`: why nothing came.
    pub status: Result<u16, String>,
    pub took: Duration,
}

impl Forward {
    /// The person named the address: every network is open.
    pub fn to(url: &str, secret: SecretSlice<u8>) -> Outcome<Self> {
        let unusable = || {
            Failure::new(Exit::Usage, format!("--forward-to: {url:?} is no address"))
                .fix("write http://127.0.0.1:3000/hook")
        };
        let uri: Uri = url.parse().map_err(|_| unusable())?;
        let (scheme, authority) = uri.scheme_str().zip(uri.authority()).ok_or_else(unusable)?;
        let origin = Origin::parse(&format!("{scheme}://{authority}")).map_err(|_| unusable())?;
        let target = uri.path_and_query().cloned().ok_or_else(unusable)?;
        let everywhere = ["0.0.0.0/0", "::/0"].map(str::parse);
        let rules = Rules {
            allow: everywhere.into_iter().filter_map(Result::ok).collect(),
            ..Rules::default()
        };
        let tls = postern_egress::client_config(None).map_err(anyhow::Error::from)?;
        Ok(Self {
            egress: Egress::new(rules, tls, Resolver::System),
            upstream: Upstream::Http(Arc::new(origin)),
            target: Uri::from(target),
            secret,
        })
    }

    pub async fn call(&self, event: &Event) -> Answered {
        let begun = Instant::now();
        let request = match self.request(event) {
            Ok(request) => request,
            Err(error) => {
                return Answered {
                    status: Err(error.to_string()),
                    took: begun.elapsed(),
                };
            }
        };
        let sending = self
            .egress
            .send(request, &self.upstream, Treatment::default());
        let status = match tokio::time::timeout(ANSWER_WITHIN, sending).await {
            Ok(Ok(answer)) => Ok(answer.status().as_u16()),
            Ok(Err(error)) => Err(error.to_string()),
            Err(_) => Err("no answer in time".to_owned()),
        };
        Answered {
            status,
            took: begun.elapsed(),
        }
    }

    fn request(&self, event: &Event) -> Result<Request<Body>, http::Error> {
        let now = clock::now().secs();
        let id = &event.event_id;
        let signature = webhook::sign(&self.secret, id, now, event.payload.as_bytes());
        let ours = [
            ("webhook-id", id.clone()),
            ("webhook-timestamp", now.to_string()),
            ("webhook-signature", signature),
        ];
        let mut request = Request::builder()
            .method(Method::POST)
            .uri(self.target.clone())
            .header(header::CONTENT_TYPE, &event.content_type)
            .header(header::ACCEPT, "*/*")
            .header(
                header::USER_AGENT,
                concat!("Postern/", env!("CARGO_PKG_VERSION")),
            );
        for (name, value) in ours {
            request = request.header(HeaderName::from_static(name), HeaderValue::try_from(value)?);
        }
        request.body(Body::full(event.payload.clone()))
    }
}
