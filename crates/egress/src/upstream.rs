//! The port through which a call leaves: an origin on the network, or a service in this process.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::BodyExt as _;
use http_body_util::combinators::UnsyncBoxBody;
use postern_apps::Origin;
use tower::{Service, ServiceExt as _};

use crate::body::{Body, BoxError};

/// The body of an answer that a service of this process gave.
pub type LocalBody = UnsyncBoxBody<Bytes, BoxError>;
/// An answer of this process on its way.
pub type Answering = Pin<Box<dyn Future<Output = Response<LocalBody>> + Send>>;

/// Where a call goes.
#[derive(Clone)]
pub enum Upstream {
    Http(Arc<Origin>),
    InProcess(InProcess),
}

/// A service of this process, called without a socket.
#[derive(Clone)]
pub struct InProcess(Arc<dyn Fn(Request<Body>) -> Answering + Send + Sync>);

impl InProcess {
    /// Wraps a tower service such as an axum router. It is cloned for every call and has to be ready at once.
    pub fn new<S, B>(service: S) -> Self
    where
        S: Service<Request<Body>, Response = Response<B>, Error = Infallible>
            + Clone
            + Send
            + Sync
            + 'static,
        S::Future: Send + 'static,
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        Self(Arc::new(move |request| {
            let service = service.clone();
            Box::pin(async move {
                match service.oneshot(request).await {
                    Ok(response) => response.map(|body| body.map_err(Into::into).boxed_unsync()),
                    Err(never) => match never {},
                }
            })
        }))
    }

    /// Asks the service.
    pub fn call(&self, request: Request<Body>) -> Answering {
        (self.0)(request)
    }
}
