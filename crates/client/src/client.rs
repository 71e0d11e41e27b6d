//! The connection settings, and the one place where requests are made and answers judged.

use std::time::Duration;

use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue, RETRY_AFTER};
use reqwest::{Method, RequestBuilder, Response, Url};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::{Error, Refusal};
use crate::retry::{Repeat, Retry};

/// Longer than a gateway waits for its upstream, so that its own account of a timeout arrives.
const ANSWER_WITHIN: Duration = Duration::from_secs(90);
const CONNECT_WITHIN: Duration = Duration::from_secs(5);
/// More than any answer of the control API; raw calls set their own bound.
const ANSWER_BYTES_MAX: usize = 64 << 20;

pub struct Settings {
    /// Scheme, host and port of the gateway.
    pub url: String,
    pub key: SecretString,
    /// PEM certificates trusted beside the system's.
    pub ca_pem: Option<Vec<u8>>,
    pub user_agent: String,
    pub answer_within: Duration,
    pub retry: Retry,
}

impl Settings {
    pub fn new(url: impl Into<String>, key: impl Into<SecretString>) -> Self {
        Self {
            url: url.into(),
            key: key.into(),
            ca_pem: None,
            user_agent: concat!("postern/", env!("CARGO_PKG_VERSION")).to_owned(),
            answer_within: ANSWER_WITHIN,
            retry: Retry::default(),
        }
    }
}

/// Cheap to clone; clones share connections.
#[derive(Clone)]
pub struct Client {
    pub(crate) http: reqwest::Client,
    pub(crate) base: Url,
    retry: Retry,
}

impl Client {
    pub fn new(settings: Settings) -> Result<Self, Error> {
        let base = Url::parse(&settings.url)
            .ok()
            .filter(|url| matches!(url.scheme(), "http" | "https") && url.host().is_some())
            .ok_or_else(|| {
                Error::Settings(format!(
                    "{:?} is no server address; write http://host:port",
                    settings.url
                ))
            })?;
        let mut authorization =
            HeaderValue::try_from(format!("Bearer {}", settings.key.expose_secret())).map_err(
                |_| Error::Settings("the API key holds characters that no key has".to_owned()),
            )?;
        authorization.set_sensitive(true);
        let headers: HeaderMap = [(AUTHORIZATION, authorization)].into_iter().collect();
        let mut builder = reqwest::Client::builder()
            .default_headers(headers)
            .user_agent(settings.user_agent)
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .connect_timeout(CONNECT_WITHIN)
            .timeout(settings.answer_within);
        if let Some(pem) = &settings.ca_pem {
            let certificates = reqwest::Certificate::from_pem_bundle(pem).map_err(|error| {
                Error::Settings(format!("the CA file holds no PEM certificates: {error}"))
            })?;
            builder = builder.tls_certs_merge(certificates);
        }
        let http = builder
            .build()
            .map_err(|error| Error::Settings(chain(&error)))?;
        Ok(Self {
            http,
            base,
            retry: settings.retry,
        })
    }

    pub fn url(&self) -> &str {
        self.base.as_str().trim_end_matches('/')
    }

    /// Path segments are encoded; nothing in them can lead elsewhere.
    pub(crate) fn at(&self, segments: &[&str]) -> Url {
        let mut url = self.base.clone();
        url.path_segments_mut()
            .expect("checked: an http URL has a path")
            .pop_if_empty()
            .extend(segments);
        url
    }

    /// With those query parameters that are given.
    pub(crate) fn with(&self, segments: &[&str], parameters: &[(&str, Option<&str>)]) -> Url {
        let mut url = self.at(segments);
        for (name, value) in parameters {
            if let Some(value) = value {
                url.query_pairs_mut().append_pair(name, value);
            }
        }
        url
    }

    pub(crate) async fn get<T: DeserializeOwned>(&self, url: Url) -> Result<T, Error> {
        self.json(Method::GET, url, None::<&()>).await
    }

    pub(crate) async fn post<T: DeserializeOwned>(
        &self,
        url: Url,
        body: &impl Serialize,
    ) -> Result<T, Error> {
        self.json(Method::POST, url, Some(body)).await
    }

    pub(crate) async fn put<T: DeserializeOwned>(
        &self,
        url: Url,
        body: &impl Serialize,
    ) -> Result<T, Error> {
        self.json(Method::PUT, url, Some(body)).await
    }

    /// Of a list that pages.
    pub(crate) fn page_at(&self, segments: &[&str], after: Option<&str>) -> Url {
        let mut url = self.at(segments);
        if let Some(after) = after {
            url.query_pairs_mut().append_pair("after", after);
        }
        url
    }

    pub(crate) async fn patch<T: DeserializeOwned>(
        &self,
        url: Url,
        body: &impl Serialize,
    ) -> Result<T, Error> {
        self.json(Method::PATCH, url, Some(body)).await
    }

    pub(crate) async fn delete<T: DeserializeOwned>(&self, url: Url) -> Result<T, Error> {
        self.json(Method::DELETE, url, None::<&()>).await
    }

    /// With a body that says what.
    pub(crate) async fn delete_this<T: DeserializeOwned>(
        &self,
        url: Url,
        body: &impl Serialize,
    ) -> Result<T, Error> {
        self.json(Method::DELETE, url, Some(body)).await
    }

    async fn json<T: DeserializeOwned>(
        &self,
        method: Method,
        url: Url,
        body: Option<&impl Serialize>,
    ) -> Result<T, Error> {
        let mut request = self.http.request(method.clone(), url);
        if let Some(body) = body {
            request = request.json(body);
        }
        let repeat = match method.is_safe() {
            true => Repeat::Freely,
            false => Repeat::Never,
        };
        let (status, body) = self.answer(&method, request, repeat).await?;
        serde_json::from_slice(&body).map_err(|error| Error::Foreign {
            url: self.url().to_owned(),
            status,
            reason: error.to_string(),
        })
    }

    /// A status of 300 or more is a refusal. Tried again as far as `repeat` allows it.
    pub(crate) async fn answer(
        &self,
        method: &Method,
        request: RequestBuilder,
        repeat: Repeat,
    ) -> Result<(u16, Vec<u8>), Error> {
        let mut request = request;
        let mut tries = 0;
        loop {
            let next = request.try_clone();
            tries += 1;
            let error = match self.try_answer(method, request).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            match (self.retry.wait(&repeat, &error, tries), next) {
                (Some(wait), Some(next)) => {
                    tokio::time::sleep(wait).await;
                    request = next;
                }
                _ => return Err(error.under(repeat.key())),
            }
        }
    }

    async fn try_answer(
        &self,
        method: &Method,
        request: RequestBuilder,
    ) -> Result<(u16, Vec<u8>), Error> {
        let response = self.send(method, request).await?;
        let status = response.status().as_u16();
        let retry_after = response
            .headers()
            .get(RETRY_AFTER)
            .and_then(|value| value.to_str().ok()?.parse().ok());
        let body = self.body(method, response).await?;
        if status >= 300 {
            return Err(Error::Refused(Box::new(Refusal::read(
                status,
                retry_after,
                body,
            ))));
        }
        Ok((status, body))
    }

    pub(crate) async fn send(
        &self,
        method: &Method,
        request: RequestBuilder,
    ) -> Result<Response, Error> {
        request
            .send()
            .await
            .map_err(|error| self.failed(method, &error))
    }

    async fn body(&self, method: &Method, mut response: Response) -> Result<Vec<u8>, Error> {
        let mut body = Vec::new();
        while let Some(piece) = response
            .chunk()
            .await
            .map_err(|error| self.failed(method, &error))?
        {
            if body.len() + piece.len() > ANSWER_BYTES_MAX {
                return Err(Error::Foreign {
                    url: self.url().to_owned(),
                    status: response.status().as_u16(),
                    reason: format!("the answer is longer than {ANSWER_BYTES_MAX} bytes"),
                });
            }
            body.extend_from_slice(&piece);
        }
        Ok(body)
    }

    pub(crate) fn failed(&self, method: &Method, error: &reqwest::Error) -> Error {
        let (url, reason) = (self.url().to_owned(), chain(error));
        if error.is_connect() || error.is_builder() {
            Error::Unreachable { url, reason }
        } else if method.is_safe() {
            Error::BrokenOff { url, reason }
        } else {
            Error::OutcomeUnknown {
                url,
                reason,
                idempotency_key: None,
            }
        }
    }
}

/// The innermost cause says most; the layers above it repeat the URL.
fn chain(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    if error.is_timeout() {
        "it took too long".to_owned()
    } else {
        cause.to_string()
    }
}
