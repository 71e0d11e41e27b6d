//! Any other call, byte for byte: what `postern api` is made of.

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, Response, StatusCode, Version};

use crate::{Client, Error};

pub struct RawRequest {
    pub method: Method,
    /// Path and query behind the server's address, such as `/clicksend/v3/account?x=1`.
    pub path: String,
    pub headers: HeaderMap,
    pub body: Option<Vec<u8>>,
}

/// An answer of any status; its body comes in pieces.
pub struct RawAnswer {
    pub status: StatusCode,
    pub version: Version,
    pub headers: HeaderMap,
    response: Response,
    method: Method,
    client: Client,
}

impl RawRequest {
    pub fn get(path: impl Into<String>) -> Self {
        Self {
            method: Method::GET,
            path: path.into(),
            headers: HeaderMap::new(),
            body: None,
        }
    }

    /// Adds `Name: value` as a person writes it; `None` when it is not a header.
    pub fn header(mut self, line: &str) -> Option<Self> {
        let (name, value) = line.split_once(':')?;
        let name = HeaderName::try_from(name.trim()).ok()?;
        self.headers
            .append(name, HeaderValue::try_from(value.trim()).ok()?);
        Some(self)
    }
}

impl Client {
    /// Any status is an answer here, not an error.
    pub async fn raw(&self, request: RawRequest) -> Result<RawAnswer, Error> {
        let url = format!("{}/{}", self.url(), request.path.trim_start_matches('/'));
        let url = reqwest::Url::parse(&url)
            .ok()
            .filter(|url| url.origin() == self.base.origin())
            .ok_or_else(|| {
                Error::Settings(format!("{:?} is no path on {}", request.path, self.url()))
            })?;
        let mut builder = self
            .http
            .request(request.method.clone(), url)
            .headers(request.headers);
        if let Some(body) = request.body {
            builder = builder.body(body);
        }
        let response = self.send(&request.method, builder).await?;
        Ok(RawAnswer {
            status: response.status(),
            version: response.version(),
            headers: response.headers().clone(),
            response,
            method: request.method,
            client: self.clone(),
        })
    }
}

impl RawAnswer {
    /// `None` at the end of the body.
    pub async fn next_piece(&mut self) -> Result<Option<impl AsRef<[u8]> + use<>>, Error> {
        self.response
            .chunk()
            .await
            .map_err(|error| self.client.failed(&self.method, &error))
    }
}
