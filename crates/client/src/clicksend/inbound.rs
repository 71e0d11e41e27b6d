//! Texts that came in.

use postern_wire::clicksend::Page;
use postern_wire::clicksend::inbound::Inbound;
use reqwest::Method;

use super::messages::read;
use super::{ListQuery, Messages, Native, Sms};
use crate::Error;
use crate::pages::Rows;

impl Messages<Sms> {
    /// Those that nobody has marked as read, one page.
    pub async fn inbound(&self, query: &ListQuery) -> Result<Native<Page<Inbound>>, Error> {
        self.clicksend().page(&["sms", "inbound"], query).await
    }

    pub fn inbound_rows(&self, query: &ListQuery) -> Rows<Inbound> {
        self.clicksend().rows(&["sms", "inbound"], query)
    }

    /// The answer to one of our messages.
    pub async fn reply_to(&self, message_id: &str) -> Result<Native<serde_json::Value>, Error> {
        self.clicksend()
            .get(&["sms", "inbound", message_id], &ListQuery::default())
            .await
    }

    /// Texts until then (unix seconds; `None`: all) are shown no more.
    pub async fn mark_inbound_read(
        &self,
        until: Option<i64>,
    ) -> Result<Native<serde_json::Value>, Error> {
        self.clicksend()
            .change(Method::PUT, &["sms", "inbound-read"], Some(&read(until)))
            .await
    }
}
