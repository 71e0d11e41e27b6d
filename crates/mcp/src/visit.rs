//! One tool call, or the reading of one resource: whose it is, and the calls that it makes.

use std::net::IpAddr;
use std::sync::Arc;

use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderName};
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode};
use postern_access::Caller;
use postern_apps::Registry;
use serde_json::Value;

use crate::advice::Trouble;
use crate::answer::Answer;
use crate::door::Door;
use crate::router::Arrived;

/// The app that the messaging tools speak to.
pub(crate) const ACCOUNT: &str = "clicksend";

const CONNECTION: HeaderName = HeaderName::from_static("postern-connection");
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
const PREFER: HeaderName = HeaderName::from_static("prefer");

#[derive(Clone)]
pub(crate) struct Visit {
    door: Door,
    pub(crate) registry: Arc<Registry>,
    pub(crate) caller: Caller,
    peer: IpAddr,
    authorization: HeaderValue,
    /// Which connection its calls use; `None` leaves it to the gateway.
    pub(crate) connection: Option<String>,
    /// It was an argument, and not only the header that all calls have.
    pub(crate) names_connection: bool,
}

/// A call, as a client would make it.
pub(crate) struct Ask {
    method: Method,
    path: String,
    query: Vec<(String, String)>,
    body: Option<Value>,
    headers: HeaderMap,
    /// Its refusals are those of a send.
    sends: bool,
}

impl Ask {
    /// `path` with its leading slash; segments that are not ours go through [`postern_apps::url_encoded`].
    pub(crate) fn new(method: Method, path: impl Into<String>) -> Self {
        Self {
            method,
            path: path.into(),
            query: Vec::new(),
            body: None,
            headers: HeaderMap::new(),
            sends: false,
        }
    }

    pub(crate) fn get(path: impl Into<String>) -> Self {
        Self::new(Method::GET, path)
    }

    /// Of the account, behind its app's name.
    pub(crate) fn account(method: Method, native: &str) -> Self {
        Self::new(method, format!("/{ACCOUNT}{native}"))
    }

    pub(crate) fn query(mut self, name: &str, value: impl ToString) -> Self {
        self.query.push((name.to_owned(), value.to_string()));
        self
    }

    pub(crate) fn query_if(self, name: &str, value: Option<impl ToString>) -> Self {
        match value {
            Some(value) => self.query(name, value),
            None => self,
        }
    }

    pub(crate) fn body(mut self, body: Value) -> Self {
        self.body = Some(body);
        self
    }

    /// A send, which is made once however often it is asked for.
    pub(crate) fn once(mut self, idempotency_key: &str) -> Self {
        self.sends = true;
        let value = HeaderValue::from_str(idempotency_key).ok();
        self.headers
            .extend(value.map(|value| (IDEMPOTENCY_KEY, value)));
        self
    }

    /// Answered 202 if it has to wait for a person.
    pub(crate) fn respond_async(mut self) -> Self {
        self.headers
            .insert(PREFER, HeaderValue::from_static("respond-async"));
        self
    }

    #[cfg(test)]
    pub(crate) fn method(&self) -> &Method {
        &self.method
    }

    #[cfg(test)]
    pub(crate) fn path(&self) -> &str {
        &self.path
    }
}

impl Visit {
    pub(crate) fn new(door: Door, registry: Arc<Registry>, arrived: &Arrived) -> Self {
        Self {
            door,
            registry,
            caller: arrived.caller.clone(),
            peer: arrived.peer,
            authorization: arrived.authorization.clone(),
            connection: arrived.connection.clone(),
            names_connection: false,
        }
    }

    /// An answer of 2xx; anything else is trouble.
    pub(crate) async fn make(&self, ask: Ask) -> Result<Answer, Trouble> {
        let sends = ask.sends;
        let answer = self.any(ask).await?;
        match answer.is_good() {
            true => Ok(answer),
            false => Err(Trouble::Refused {
                answer: Box::new(answer),
                sends,
            }),
        }
    }

    /// An answer of any status.
    pub(crate) async fn any(&self, ask: Ask) -> Result<Answer, Trouble> {
        let target = match ask.query.is_empty() {
            true => ask.path,
            false => {
                let query = serde_urlencoded::to_string(&ask.query).unwrap_or_default();
                format!("{}?{query}", ask.path)
            }
        };
        let body = match &ask.body {
            Some(body) => Bytes::from(serde_json::to_vec(body).unwrap_or_default()),
            None => Bytes::new(),
        };
        let mut request = Request::new(body);
        *request.method_mut() = ask.method;
        *request.uri_mut() = target.parse().map_err(|_| {
            Trouble::arguments("`path`: is not a path such as /clicksend/v3/account")
        })?;
        let headers = request.headers_mut();
        *headers = ask.headers;
        headers.insert(AUTHORIZATION, self.authorization.clone());
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        if ask.body.is_some() {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        if let Some(connection) = &self.connection {
            let id = HeaderValue::from_str(connection);
            let id =
                id.map_err(|_| Trouble::arguments("`connection`: is not a connection's id"))?;
            headers.insert(CONNECTION, id);
        }
        let answer: Response<Bytes> = self.door.call(self.peer, request).await;
        if answer.status() == StatusCode::SERVICE_UNAVAILABLE && answer.body().is_empty() {
            return Err(Trouble::Stopping);
        }
        Ok(answer.into())
    }
}
