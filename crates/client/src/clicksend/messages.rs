//! Sending, pricing, looking back and cancelling, the same for every channel.

use std::marker::PhantomData;

use postern_wire::clicksend::sms::{CancelAllRequest, Cancelled, Priced, Sent};
use postern_wire::clicksend::voice::Lang;
use postern_wire::clicksend::{Page, receipt::ReadRequest};
use reqwest::Method;
use uuid::Uuid;

use super::{Channel, ClickSend, ListQuery, Mms, Native, Sms, Voice};
use crate::Error;
use crate::pages::Rows;

/// How a send is made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SendOptions {
    /// Plain ASCII, at most 255 characters, the same for the same send; `None`: a new one is made. For a send that a program may be killed
    /// in, make it yourself and keep it: the same call with it is the same send for 24 hours.
    pub idempotency_key: Option<String>,
}

impl SendOptions {
    pub(super) fn key(self) -> String {
        self.idempotency_key
            .unwrap_or_else(|| Uuid::new_v4().to_string())
    }
}

/// The messages of one channel over one connection.
pub struct Messages<C> {
    clicksend: ClickSend,
    channel: PhantomData<fn() -> C>,
}

impl ClickSend {
    pub fn sms(&self) -> Messages<Sms> {
        self.messages()
    }

    pub fn mms(&self) -> Messages<Mms> {
        self.messages()
    }

    pub fn voice(&self) -> Messages<Voice> {
        self.messages()
    }

    pub fn messages<C: Channel>(&self) -> Messages<C> {
        Messages {
            clicksend: self.clone(),
            channel: PhantomData,
        }
    }
}

impl<C> Messages<C> {
    pub(super) fn clicksend(&self) -> &ClickSend {
        &self.clicksend
    }
}

impl<C: Channel> Messages<C> {
    /// Under an `Idempotency-Key` of its own: each call is a send of its own.
    pub async fn send(&self, request: &C::SendRequest) -> Result<Native<Sent<C::SendRow>>, Error> {
        self.send_with(request, SendOptions::default()).await
    }

    pub async fn send_with(
        &self,
        request: &C::SendRequest,
        options: SendOptions,
    ) -> Result<Native<Sent<C::SendRow>>, Error> {
        self.clicksend
            .send(&[C::PATH, "send"], request, options)
            .await
    }

    /// What a send would cost. Nothing is sent.
    pub async fn price(
        &self,
        request: &C::SendRequest,
    ) -> Result<Native<Priced<C::PriceRow>>, Error> {
        self.clicksend.ask(&[C::PATH, "price"], request).await
    }

    /// One page, newest first.
    pub async fn history(&self, query: &ListQuery) -> Result<Native<Page<C::HistoryRow>>, Error> {
        self.clicksend.page(&[C::PATH, "history"], query).await
    }

    /// Every row, page after page while it is read.
    pub fn history_rows(&self, query: &ListQuery) -> Rows<C::HistoryRow> {
        self.clicksend.rows(&[C::PATH, "history"], query)
    }

    /// Receipts that nobody has marked as read, one page.
    pub async fn receipts(&self, query: &ListQuery) -> Result<Native<Page<C::Receipt>>, Error> {
        self.clicksend.page(&[C::PATH, "receipts"], query).await
    }

    pub fn receipt_rows(&self, query: &ListQuery) -> Rows<C::Receipt> {
        self.clicksend.rows(&[C::PATH, "receipts"], query)
    }

    /// The receipt of one message; its shape differs from channel to channel.
    pub async fn receipt(&self, message_id: &str) -> Result<Native<serde_json::Value>, Error> {
        self.clicksend
            .get(&[C::PATH, "receipts", message_id], &ListQuery::default())
            .await
    }

    /// Receipts until then (unix seconds; `None`: all) are shown no more.
    pub async fn mark_receipts_read(
        &self,
        until: Option<i64>,
    ) -> Result<Native<serde_json::Value>, Error> {
        self.clicksend
            .change(Method::PUT, &[C::PATH, "receipts-read"], Some(&read(until)))
            .await
    }

    /// Of a message that waits for its time.
    pub async fn cancel(&self, message_id: &str) -> Result<Native<serde_json::Value>, Error> {
        self.clicksend
            .change(Method::PUT, &[C::PATH, message_id, "cancel"], None::<&()>)
            .await
    }

    pub async fn cancel_all(&self, request: &CancelAllRequest) -> Result<Native<Cancelled>, Error> {
        self.clicksend
            .change(Method::PUT, &[C::PATH, "cancel-all"], Some(request))
            .await
    }
}

impl Messages<Voice> {
    /// Languages and voices that texts are read in.
    pub async fn languages(&self) -> Result<Native<Vec<Lang>>, Error> {
        self.clicksend
            .get(&["voice", "lang"], &ListQuery::default())
            .await
    }
}

pub(super) fn read(until: Option<i64>) -> ReadRequest {
    use postern_wire::clicksend::lenient::Unix;
    ReadRequest {
        date_before: until.map_or(Unix::Absent, Unix::At),
    }
}
