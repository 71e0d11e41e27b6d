//! Rules: what happens when a text comes in or a receipt is reported; and the secret that webhooks are signed with.

use postern_wire::clicksend::Page;
use postern_wire::clicksend::automation::{
    InboundRule, InboundRuleRequest, ReceiptRule, ReceiptRuleRequest, WebhookSecret,
};
use reqwest::Method;

use super::{ClickSend, ListQuery, Native};
use crate::Error;

impl ClickSend {
    pub async fn inbound_rules(
        &self,
        query: &ListQuery,
    ) -> Result<Native<Page<InboundRule>>, Error> {
        self.page(&["automations", "sms", "inbound"], query).await
    }

    pub async fn create_inbound_rule(
        &self,
        rule: &InboundRuleRequest,
    ) -> Result<Native<InboundRule>, Error> {
        let path = ["automations", "sms", "inbound"];
        self.change(Method::POST, &path, Some(rule)).await
    }

    pub async fn delete_inbound_rule(&self, id: i64) -> Result<Native<serde_json::Value>, Error> {
        let path = ["automations", "sms", "inbound", &id.to_string()];
        self.change(Method::DELETE, &path, None::<&()>).await
    }

    /// `channel` is `sms`, `voice` or `email`.
    pub async fn receipt_rules(
        &self,
        channel: &str,
        query: &ListQuery,
    ) -> Result<Native<Page<ReceiptRule>>, Error> {
        self.page(&["automations", channel, "receipts"], query)
            .await
    }

    pub async fn create_receipt_rule(
        &self,
        channel: &str,
        rule: &ReceiptRuleRequest,
    ) -> Result<Native<ReceiptRule>, Error> {
        let path = ["automations", channel, "receipts"];
        self.change(Method::POST, &path, Some(rule)).await
    }

    pub async fn delete_receipt_rule(
        &self,
        channel: &str,
        id: i64,
    ) -> Result<Native<serde_json::Value>, Error> {
        let path = ["automations", channel, "receipts", &id.to_string()];
        self.change(Method::DELETE, &path, None::<&()>).await
    }

    /// Of the built-in platform only.
    pub async fn webhook_secret(&self) -> Result<Native<WebhookSecret>, Error> {
        let path = ["automations", "webhook-secret"];
        self.get(&path, &ListQuery::default()).await
    }

    /// From the next try on.
    pub async fn new_webhook_secret(&self) -> Result<Native<WebhookSecret>, Error> {
        let path = ["automations", "webhook-secret"];
        self.change(Method::PUT, &path, None::<&()>).await
    }
}
