//! JSON over HTTP as any caller does it.

use anyhow::{Result, bail};
use reqwest::{Method, header::HeaderMap};
use serde_json::Value;
use std::time::Duration;

/// Longer than anything the server does by itself.
const ANSWER_MAX: Duration = Duration::from_secs(60);

/// Who calls, and where.
#[derive(Clone)]
pub struct Api {
    client: reqwest::Client,
    base: String,
    identity: Identity,
}

#[derive(Clone)]
enum Identity {
    Bearer(String),
    Basic(String, String),
    Stranger,
}

/// One answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
}

impl Api {
    fn new(base: &str, identity: Identity) -> Self {
        let client = reqwest::Client::builder()
            .timeout(ANSWER_MAX)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .expect("a client without certificates of its own can always be made");
        Self {
            client,
            base: base.trim_end_matches('/').to_owned(),
            identity,
        }
    }

    pub fn bearer(base: &str, key: &str) -> Self {
        Self::new(base, Identity::Bearer(key.to_owned()))
    }

    pub fn basic(base: &str, username: &str, password: &str) -> Self {
        Self::new(
            base,
            Identity::Basic(username.to_owned(), password.to_owned()),
        )
    }

    pub fn stranger(base: &str) -> Self {
        Self::new(base, Identity::Stranger)
    }

    /// The secret it calls with.
    pub fn secret(&self) -> &str {
        match &self.identity {
            Identity::Bearer(secret) | Identity::Basic(_, secret) => secret,
            Identity::Stranger => "",
        }
    }

    /// A request that can be changed before it is sent.
    pub fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let request = self.client.request(method, format!("{}{path}", self.base));
        match &self.identity {
            Identity::Bearer(key) => request.bearer_auth(key),
            Identity::Basic(username, password) => request.basic_auth(username, Some(password)),
            Identity::Stranger => request,
        }
    }

    /// Gets a whole address, as somebody does who was sent a link.
    ///
    /// # Errors
    /// When no answer comes.
    pub async fn fetch(&self, url: &str) -> Result<Answer> {
        send(self.client.get(url)).await
    }

    /// # Errors
    /// When no answer comes.
    pub async fn get(&self, path: &str) -> Result<Answer> {
        send(self.request(Method::GET, path)).await
    }

    /// # Errors
    /// When no answer comes.
    pub async fn delete(&self, path: &str) -> Result<Answer> {
        send(self.request(Method::DELETE, path)).await
    }

    /// # Errors
    /// When no answer comes.
    pub async fn post(&self, path: &str, body: &Value) -> Result<Answer> {
        send(self.request(Method::POST, path).json(body)).await
    }

    /// # Errors
    /// When no answer comes.
    pub async fn put(&self, path: &str, body: &Value) -> Result<Answer> {
        send(self.request(Method::PUT, path).json(body)).await
    }

    /// # Errors
    /// When no answer comes.
    pub async fn patch(&self, path: &str, body: &Value) -> Result<Answer> {
        send(self.request(Method::PATCH, path).json(body)).await
    }
}

/// # Errors
/// When no answer comes.
pub async fn send(request: reqwest::RequestBuilder) -> Result<Answer> {
    let response = request.send().await?;
    let status = response.status().as_u16();
    let headers = response.headers().clone();
    Ok(Answer {
        status,
        headers,
        text: response.text().await?,
    })
}

impl Answer {
    /// The body as JSON.
    ///
    /// # Errors
    /// When it is none.
    pub fn json(&self) -> Result<Value> {
        match serde_json::from_str(&self.text) {
            Ok(value) => Ok(value),
            Err(error) => bail!(
                "{} with a body that is no JSON ({error}): {}",
                self.status,
                self.text
            ),
        }
    }

    /// The body as JSON, if the status is the expected one.
    ///
    /// # Errors
    /// When it is another.
    pub fn expect(&self, status: u16) -> Result<Value> {
        if self.status != status {
            bail!("{status} was expected, but: {} {}", self.status, self.text);
        }
        self.json()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}
