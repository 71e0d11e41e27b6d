//! The calls of ClickSend's surface that our own commands make, through the gateway.

use std::marker::PhantomData;

use postern_wire::clicksend::sms::{
    CancelAllRequest, Cancelled, HistoryRow, Priced, SendRequest, Sent,
};
use postern_wire::clicksend::{Envelope, Page, account::Account};
use reqwest::{Method, Url};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::{Client, Error};

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

    pub fn data(&self) -> &serde_json::Value {
        &self.json["data"]
    }
}

/// `GET /v3/sms/history`; dates are Unix seconds.
#[derive(Clone, Debug, Default)]
pub struct HistoryQuery {
    pub date_from: Option<i64>,
    pub date_to: Option<i64>,
    pub page: Option<u32>,
    pub limit: Option<u32>,
}

impl Client {
    pub async fn clicksend_account(
        &self,
        connection: Option<&str>,
    ) -> Result<Native<Account>, Error> {
        self.native(Method::GET, self.v3(&["account"]), connection, None::<&()>)
            .await
    }

    pub async fn send_sms(
        &self,
        connection: Option<&str>,
        send: &SendRequest,
    ) -> Result<Native<Sent>, Error> {
        self.native(
            Method::POST,
            self.v3(&["sms", "send"]),
            connection,
            Some(send),
        )
        .await
    }

    pub async fn price_sms(
        &self,
        connection: Option<&str>,
        send: &SendRequest,
    ) -> Result<Native<Priced>, Error> {
        self.native(
            Method::POST,
            self.v3(&["sms", "price"]),
            connection,
            Some(send),
        )
        .await
    }

    pub async fn sms_history(
        &self,
        connection: Option<&str>,
        query: &HistoryQuery,
    ) -> Result<Native<Page<HistoryRow>>, Error> {
        let mut url = self.v3(&["sms", "history"]);
        let given = [
            ("date_from", query.date_from),
            ("date_to", query.date_to),
            ("page", query.page.map(i64::from)),
            ("limit", query.limit.map(i64::from)),
        ];
        for (name, value) in given {
            if let Some(value) = value {
                url.query_pairs_mut().append_pair(name, &value.to_string());
            }
        }
        self.native(Method::GET, url, connection, None::<&()>).await
    }

    pub async fn cancel_sms(
        &self,
        connection: Option<&str>,
        message_id: &str,
    ) -> Result<Native<serde_json::Value>, Error> {
        self.native(
            Method::PUT,
            self.v3(&["sms", message_id, "cancel"]),
            connection,
            None::<&()>,
        )
        .await
    }

    pub async fn cancel_all_sms(
        &self,
        connection: Option<&str>,
        request: &CancelAllRequest,
    ) -> Result<Native<Cancelled>, Error> {
        self.native(
            Method::PUT,
            self.v3(&["sms", "cancel-all"]),
            connection,
            Some(request),
        )
        .await
    }

    fn v3(&self, segments: &[&str]) -> Url {
        self.at(&[&["clicksend", "v3"], segments].concat())
    }

    async fn native<T>(
        &self,
        method: Method,
        url: Url,
        connection: Option<&str>,
        body: Option<&impl Serialize>,
    ) -> Result<Native<T>, Error> {
        let mut request = self.http.request(method.clone(), url);
        if let Some(connection) = connection {
            request = request.header("Postern-Connection", connection);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        let (status, body) = self.answer(&method, request).await?;
        let json = serde_json::from_slice(&body).map_err(|error| Error::Foreign {
            url: self.url().to_owned(),
            status,
            reason: error.to_string(),
        })?;
        Ok(Native {
            json,
            typed: PhantomData,
        })
    }
}
