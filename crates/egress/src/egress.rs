//! The handle through which calls leave: pool, injection, and the treatment of answers.

use std::sync::Arc;
use std::task::Poll;

use http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH, HOST};
use http::uri::PathAndQuery;
use http::{HeaderName, HeaderValue, Method, Request, Response, Uri};
use postern_apps::{Origin, Prepared, QueryCredential, SecretFields, names_parameter};
use rustls::ClientConfig;
use secrecy::ExposeSecret as _;
use tokio::time::Instant;

use crate::answer::{Answer, Network};
use crate::body::{Body, BoxError};
use crate::decode::{Coding, Decoder};
use crate::dial::{Dialler, Resolver};
use crate::error::{SendError, SendErrorKind};
use crate::headers;
use crate::link::{Exchange, Link};
use crate::pool::Pool;
use crate::raw::RawLink;
use crate::rules::Rules;
use crate::scrub::Scrub;
use crate::upstream::Upstream;

/// A handle with a pool of its own. Clones share the pool; a data-plane thread takes a [`Egress::sibling`] and keeps it to itself.
/// A handle belongs to one tokio runtime: its pooled connections are bound to that runtime's driver.
#[derive(Clone)]
pub struct Egress {
    pub(crate) dialler: Arc<Dialler>,
    pool: Arc<Pool<Link>>,
    pub(crate) raw_pool: Arc<Pool<RawLink>>,
}

/// What is done to a call on its way out and to its answer on the way back.
#[derive(Clone, Copy, Default)]
pub struct Treatment<'a> {
    /// Injected, and masked wherever the answer reflects it.
    pub credential: Option<&'a Prepared>,
    /// Fields of the answer whose values are masked.
    pub secret_fields: Option<&'a Arc<SecretFields>>,
}

/// Set when an answer's body was thrown away because it could not be searched for the secret.
const WITHHELD: HeaderName = HeaderName::from_static("postern-body-withheld");

impl Egress {
    #[must_use]
    pub fn new(rules: Rules, tls: Arc<ClientConfig>, resolver: Resolver) -> Self {
        let rules = Arc::new(rules);
        Self::over(Arc::new(Dialler {
            rules,
            resolver,
            tls,
        }))
    }

    /// The same rules and TLS sessions with an empty pool, for another thread or runtime.
    #[must_use]
    pub fn sibling(&self) -> Self {
        Self::over(self.dialler.clone())
    }

    fn over(dialler: Arc<Dialler>) -> Self {
        let (most, kept) = (
            dialler.rules.limits.pooled_max,
            dialler.rules.timeouts.pooled,
        );
        Self {
            dialler,
            pool: Arc::new(Pool::new(most, kept)),
            raw_pool: Arc::new(Pool::new(most, kept)),
        }
    }

    #[must_use]
    pub fn rules(&self) -> &Rules {
        &self.dialler.rules
    }

    /// Closes connections that were not used for too long; returns how many are kept.
    pub fn sweep(&self) -> usize {
        self.pool.sweep() + self.raw_pool.sweep()
    }

    /// Sends `request` and waits for the head of the answer. The request's URI is the native path and query alone; hop-by-hop
    /// headers and the caller's own credentials are gone already. Redirects are answers like any other.
    pub async fn send(
        &self,
        mut request: Request<Body>,
        upstream: &Upstream,
        treatment: Treatment<'_>,
    ) -> Result<Response<Answer>, SendError> {
        // These methods make servers echo what they were sent.
        let echoes = matches!(
            *request.method(),
            Method::TRACE | Method::CONNECT | Method::OPTIONS
        );
        let credential = treatment.credential.filter(|_| !echoes);
        match upstream {
            Upstream::InProcess(service) => {
                inject(&mut request, "", credential)?;
                let response = service.call(request).await;
                Ok(treated(response, credential, &treatment, |response| {
                    response.map(Answer::local)
                }))
            }
            Upstream::Http(origin) => {
                inject(&mut request, origin.base_path(), credential)?;
                request
                    .headers_mut()
                    .insert(HOST, origin.authority().clone());
                request
                    .headers_mut()
                    .insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
                let (mut response, link) = self.exchange(request, origin).await?;
                // A reason phrase of the upstream's own is one more place for an echo.
                response.extensions_mut().clear();
                let rest = |response: Response<hyper::body::Incoming>| {
                    let idle = self.rules().timeouts.idle;
                    let (pool, origin) = (self.pool.clone(), origin.clone());
                    response.map(|incoming| {
                        Answer::network(Network {
                            incoming,
                            link,
                            pool,
                            origin,
                            idle,
                            waiting: false,
                        })
                    })
                };
                Ok(treated(response, credential, &treatment, rest))
            }
        }
    }

    async fn exchange(
        &self,
        mut request: Request<Body>,
        origin: &Arc<Origin>,
    ) -> Result<(Response<hyper::body::Incoming>, Link), SendError> {
        let timeouts = &self.rules().timeouts;
        let progress = request.body_mut().watch();
        // A pooled connection that turns out to be closed before a byte was written costs nothing: take the next one.
        while let Some(mut link) = self.pool.take(origin, Instant::now()) {
            let _closed = std::future::poll_fn(|cx| Poll::Ready(link.drive(cx).is_ready())).await;
            if !link.is_usable() {
                continue;
            }
            match link.exchange(request, progress.clone(), timeouts).await {
                Exchange::Answered(response, link) => return Ok((response, link)),
                Exchange::NotSent(intact) => request = intact,
                Exchange::Failed(error) => return Err(error),
            }
        }
        let socket = self.dialler.dial(origin).await?;
        let link = Link::open(socket, &self.rules().limits).await?;
        match link.exchange(request, progress, timeouts).await {
            Exchange::Answered(response, link) => Ok((response, link)),
            Exchange::NotSent(_) => Err(SendError::before(SendErrorKind::Protocol(
                "closed at once".into(),
            ))),
            Exchange::Failed(error) => Err(error),
        }
    }
}

/// Puts base path and credential on the request. A caller's parameter of the credential's name is removed.
fn inject(
    request: &mut Request<Body>,
    base_path: &str,
    credential: Option<&Prepared>,
) -> Result<(), SendError> {
    if let Some((name, value)) = credential.and_then(|credential| credential.header.as_ref()) {
        request.headers_mut().insert(name.clone(), value.clone());
    }
    let query_credential = credential.and_then(|credential| credential.query.as_ref());
    if base_path.is_empty() && query_credential.is_none() {
        return Ok(());
    }
    let mut target = Vec::with_capacity(base_path.len() + 64);
    write_target(
        &mut target,
        base_path,
        request.uri().path(),
        request.uri().query(),
        query_credential,
    );
    let target = PathAndQuery::try_from(target)
        .map_err(|error| SendError::before(SendErrorKind::RequestBody(BoxError::from(error))))?;
    *request.uri_mut() = Uri::from(target);
    Ok(())
}

/// Base path, path and query; with a query credential, a caller's parameter of its name is left out.
pub(crate) fn write_target(
    out: &mut Vec<u8>,
    base_path: &str,
    path: &str,
    query: Option<&str>,
    credential: Option<&QueryCredential>,
) {
    out.extend_from_slice(base_path.as_bytes());
    out.extend_from_slice(path.as_bytes());
    let Some(credential) = credential else {
        if let Some(query) = query {
            out.push(b'?');
            out.extend_from_slice(query.as_bytes());
        }
        return;
    };
    out.push(b'?');
    let own = query.unwrap_or_default().split('&');
    for pair in own.filter(|pair| !pair.is_empty() && !names_parameter(pair, &credential.name)) {
        out.extend_from_slice(pair.as_bytes());
        out.push(b'&');
    }
    out.extend_from_slice(credential.pair.expose_secret().as_bytes());
}

/// Takes off what belongs to one hop, sessions and secrets; sets up the scrub of the body.
fn treated<B>(
    mut response: Response<B>,
    credential: Option<&Prepared>,
    treatment: &Treatment<'_>,
    body: impl FnOnce(Response<B>) -> Response<Answer>,
) -> Response<Answer> {
    let needles = credential
        .map(|credential| &credential.needles)
        .filter(|needles| !needles.is_empty());
    let headers = response.headers_mut();
    // A session of the upstream would be a second way in, without us.
    headers::strip(headers, |name| *name == http::header::SET_COOKIE);
    let mut decoder = None;
    let mut withheld = false;
    if needles.is_some() || treatment.secret_fields.is_some() {
        let coding = Coding::of(headers);
        decoder = Decoder::new(coding);
        withheld = coding == Coding::Opaque;
        if coding != Coding::Identity {
            headers.remove(CONTENT_ENCODING);
            headers.remove(CONTENT_LENGTH);
        }
        if withheld {
            headers.insert(WITHHELD, HeaderValue::from_static("content coding"));
        }
    }
    if let Some(needles) = needles {
        headers::scrub(headers, needles);
    }
    let mut response = body(response);
    if withheld {
        *response.body_mut() = Answer::withheld();
        return response;
    }
    let scrub = Scrub::new(needles.cloned(), treatment.secret_fields.cloned());
    response.body_mut().treat(decoder, scrub, needles.cloned());
    response
}
