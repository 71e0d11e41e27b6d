//! The control plane, asked within this process by whoever is signed in. What a page shows and changes goes through the routes that keys
//! use, so there is one set of rules, and what is changed is on record with the operator as its author.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::request::Builder;
use http::header::CONTENT_TYPE;
use http::{Extensions, Method, Request, StatusCode};
use postern_access::{InConsole, Peer, RequestId};
use postern_wire::control::Problem;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tower::ServiceExt as _;

use crate::session::Session;
use crate::state::ConsoleState;
use crate::trouble::Trouble;

/// Pages ask for pages of lists; an export is streamed, not read.
const ANSWER_BYTES_MAX: usize = 8 << 20;

/// The control plane as one operator has it.
pub(crate) struct Control {
    router: Router,
    acting: InConsole,
    peer: Option<Peer>,
    request_id: Option<RequestId>,
}

/// Why something was not done.
#[derive(Debug)]
pub(crate) enum Unanswered {
    /// It was refused; what was asked can be corrected, mostly.
    Refused(Box<Problem>),
    Broken(Trouble),
}

impl From<Unanswered> for Trouble {
    fn from(unanswered: Unanswered) -> Trouble {
        match unanswered {
            Unanswered::Broken(trouble) => trouble,
            Unanswered::Refused(problem) if problem.code == 404 => Trouble::NotFound,
            Unanswered::Refused(problem) => Trouble::Refused(problem),
        }
    }
}

impl Control {
    /// `extensions` are those of the request that the operator made.
    pub(crate) fn of(
        state: &ConsoleState,
        Session(acting): &Session,
        extensions: &Extensions,
    ) -> Control {
        Control {
            router: state.control.clone(),
            acting: InConsole(acting.clone()),
            peer: extensions.get().copied(),
            request_id: extensions.get().cloned(),
        }
    }

    pub(crate) async fn get<T: DeserializeOwned>(&self, target: &str) -> Result<T, Unanswered> {
        let request = self.request(Method::GET, target);
        self.answer(request.body(Body::empty())).await
    }

    /// `None`: there is no such thing.
    pub(crate) async fn find<T: DeserializeOwned>(
        &self,
        target: &str,
    ) -> Result<Option<T>, Unanswered> {
        match self.get(target).await {
            Ok(found) => Ok(Some(found)),
            Err(Unanswered::Refused(problem)) if problem.code == 404 => Ok(None),
            Err(other) => Err(other),
        }
    }

    pub(crate) async fn send<T: DeserializeOwned>(
        &self,
        method: Method,
        target: &str,
        body: &Value,
    ) -> Result<T, Unanswered> {
        let request = self.request(method, target);
        let request = request.header(CONTENT_TYPE, "application/json");
        self.answer(request.body(Body::from(body.to_string())))
            .await
    }

    /// An answer as it comes, for whoever passes it on.
    pub(crate) async fn stream(&self, target: &str) -> Result<http::Response<Body>, Unanswered> {
        let request = self.request(Method::GET, target).body(Body::empty());
        let response = self.call(request).await?;
        match response.status().is_success() {
            true => Ok(response),
            false => Err(refusal(response).await),
        }
    }

    fn request(&self, method: Method, target: &str) -> Builder {
        let mut request = Request::builder().method(method).uri(target);
        if let Some(extensions) = request.extensions_mut() {
            extensions.insert(self.acting.clone());
            self.peer.map(|peer| extensions.insert(peer));
            self.request_id.clone().map(|id| extensions.insert(id));
        }
        request
    }

    async fn call(
        &self,
        request: http::Result<Request<Body>>,
    ) -> Result<http::Response<Body>, Unanswered> {
        // A target that is none was typed into the address by hand.
        let request = request.map_err(|_| Unanswered::Broken(Trouble::NotFound))?;
        let Ok(response) = self.router.clone().oneshot(request).await;
        Ok(response)
    }

    async fn answer<T: DeserializeOwned>(
        &self,
        request: http::Result<Request<Body>>,
    ) -> Result<T, Unanswered> {
        let response = self.call(request).await?;
        if !response.status().is_success() {
            return Err(refusal(response).await);
        }
        read(response).await
    }
}

async fn refusal(response: http::Response<Body>) -> Unanswered {
    let status = response.status();
    match read::<Problem>(response).await {
        Ok(problem) => Unanswered::Refused(Box::new(problem)),
        Err(_) if status == StatusCode::NOT_FOUND => Unanswered::Broken(Trouble::NotFound),
        Err(unanswered) => unanswered,
    }
}

async fn read<T: DeserializeOwned>(response: http::Response<Body>) -> Result<T, Unanswered> {
    let bytes = to_bytes(response.into_body(), ANSWER_BYTES_MAX).await;
    let unreadable = |error: &dyn std::fmt::Display| {
        tracing::error!(%error, "the console cannot read what the control plane answers");
        Unanswered::Broken(Trouble::Control)
    };
    let bytes = bytes.map_err(|error| unreadable(&error))?;
    serde_json::from_slice(&bytes).map_err(|error| unreadable(&error))
}
