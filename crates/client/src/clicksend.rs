//! The calls of ClickSend's surface, through the gateway: one handle for each connection.

mod automations;
mod campaigns;
mod channel;
mod contacts;
mod email;
mod inbound;
mod lists;
mod messages;
mod query;
mod statistics;
mod templates;
mod uploads;

use std::marker::PhantomData;

use postern_wire::clicksend::account::Account;
use postern_wire::clicksend::{Envelope, Page};
use reqwest::{Method, Url};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::pages::Rows;
use crate::retry::Repeat;
use crate::{Client, Error};

pub use campaigns::Campaigns;
pub use channel::{Channel, Mms, Sms, Voice};
pub use messages::{Messages, SendOptions};
pub use query::ListQuery;

/// An answer in ClickSend's envelope. It is kept as it came, because a real account's answers may hold more or other than our types
/// know, and a send that succeeded must never look like an error.
pub struct Native<T> {
    pub json: serde_json::Value,
    typed: PhantomData<fn() -> T>,
}

impl<T: DeserializeOwned> Native<T> {
    pub fn typed(&self) -> Result<Envelope<T>, serde_json::Error> {
        Envelope::deserialize(&self.json)
    }

    /// What the envelope holds. [`Error::Foreign`] when it is no `T`; the call has been carried out all the same.
    pub fn into_data(self) -> Result<T, Error> {
        let typed: Result<Envelope<T>, _> = serde_json::from_value(self.json);
        typed
            .map(|envelope| envelope.data)
            .map_err(|error| Error::Foreign {
                url: "the connection".to_owned(),
                status: 200,
                reason: error.to_string(),
            })
    }
}

impl<T> Native<T> {
    pub fn data(&self) -> &serde_json::Value {
        &self.json["data"]
    }
}

/// ClickSend's surface over one connection. Cheap to clone.
#[derive(Clone)]
pub struct ClickSend {
    client: Client,
    connection: Option<String>,
}

impl Client {
    /// `None`: the key's own connection, else the oldest ACTIVE one. Named ones let the client repeat more, see [`Error::OutcomeUnknown`].
    pub fn clicksend(&self, connection: Option<&str>) -> ClickSend {
        ClickSend {
            client: self.clone(),
            connection: connection.map(str::to_owned),
        }
    }
}

impl ClickSend {
    pub async fn account(&self) -> Result<Native<Account>, Error> {
        self.get(&["account"], &ListQuery::default()).await
    }

    /// Every row of any list that pages, such as `["sms", "history"]`: page after page, while it is read.
    pub fn rows<T: DeserializeOwned + Send + 'static>(
        &self,
        path: &[&str],
        query: &ListQuery,
    ) -> Rows<T> {
        Rows::new(self.clone(), self.v3(path), query.clone())
    }

    fn v3(&self, segments: &[&str]) -> Url {
        self.client.at(&[&["clicksend", "v3"], segments].concat())
    }

    async fn get<T>(&self, path: &[&str], query: &ListQuery) -> Result<Native<T>, Error> {
        let mut url = self.v3(path);
        query.write(&mut url);
        self.read(url).await
    }

    pub(crate) async fn read<T>(&self, url: Url) -> Result<Native<T>, Error> {
        self.call(Method::GET, url, None::<&()>, Repeat::Freely)
            .await
    }

    async fn page<T>(&self, path: &[&str], query: &ListQuery) -> Result<Native<Page<T>>, Error> {
        self.get(path, query).await
    }

    /// A change: made once, never repeated by the client.
    async fn change<T>(
        &self,
        method: Method,
        path: &[&str],
        body: Option<&impl Serialize>,
    ) -> Result<Native<T>, Error> {
        self.call(method, self.v3(path), body, Repeat::Never).await
    }

    /// A question that is asked with a body.
    async fn ask<T>(&self, path: &[&str], body: &impl Serialize) -> Result<Native<T>, Error> {
        self.call(Method::POST, self.v3(path), Some(body), Repeat::Freely)
            .await
    }

    /// A send: under an `Idempotency-Key`.
    async fn send<T>(
        &self,
        path: &[&str],
        body: &impl Serialize,
        options: SendOptions,
    ) -> Result<Native<T>, Error> {
        let repeat = Repeat::UnderKey {
            key: options.key(),
            is_pinned: self.connection.is_some(),
        };
        self.call(Method::POST, self.v3(path), Some(body), repeat)
            .await
    }

    async fn call<T>(
        &self,
        method: Method,
        url: Url,
        body: Option<&impl Serialize>,
        repeat: Repeat,
    ) -> Result<Native<T>, Error> {
        let mut request = self.client.http.request(method.clone(), url);
        if let Some(body) = body {
            request = request.json(body);
        }
        self.answered(method, request, repeat).await
    }

    async fn answered<T>(
        &self,
        method: Method,
        mut request: reqwest::RequestBuilder,
        repeat: Repeat,
    ) -> Result<Native<T>, Error> {
        if let Some(connection) = &self.connection {
            request = request.header("Postern-Connection", connection);
        }
        if let Repeat::UnderKey { key, .. } = &repeat {
            request = request.header("Idempotency-Key", key);
        }
        let (status, body) = self.client.answer(&method, request, repeat).await?;
        let json = serde_json::from_slice(&body).map_err(|error| Error::Foreign {
            url: self.client.url().to_owned(),
            status,
            reason: error.to_string(),
        })?;
        Ok(Native {
            json,
            typed: PhantomData,
        })
    }
}
