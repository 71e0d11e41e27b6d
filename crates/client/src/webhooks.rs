//! `/webhooks`: addresses of an account's own that are called, what they are told, and every try of it.

use postern_wire::control::{PushAnswer, PushList, WebhookList};

use crate::{Client, Error};

/// Which pushes of `GET /webhooks/pushes`.
#[derive(Clone, Debug, Default)]
pub struct PushFilter {
    /// `waiting`, `arrived` or `given_up`.
    pub state: Option<String>,
    /// Of this webhook, such as `inbound/7`.
    pub webhook: Option<String>,
    /// The `next` of the page before.
    pub before: Option<String>,
    /// At most 200.
    pub limit: Option<u32>,
    /// Of this connection's account.
    pub connection: Option<String>,
}

impl Client {
    /// Of the account of a connection; `None`: of the default one.
    pub async fn webhooks(&self, connection: Option<&str>) -> Result<WebhookList, Error> {
        self.get(self.with(&["webhooks"], &[("connection", connection)]))
            .await
    }

    /// One page, from the newest.
    pub async fn pushes(&self, filter: &PushFilter) -> Result<PushList, Error> {
        let limit = filter.limit.map(|limit| limit.to_string());
        let given = [
            ("state", filter.state.as_deref()),
            ("webhook", filter.webhook.as_deref()),
            ("before", filter.before.as_deref()),
            ("limit", limit.as_deref()),
            ("connection", filter.connection.as_deref()),
        ];
        self.get(self.with(&["webhooks", "pushes"], &given)).await
    }

    /// With every try.
    pub async fn push(&self, id: &str, connection: Option<&str>) -> Result<PushAnswer, Error> {
        let path = ["webhooks", "pushes", id];
        self.get(self.with(&path, &[("connection", connection)]))
            .await
    }

    /// Once more, now, with the same `webhook-id`.
    pub async fn replay_push(
        &self,
        id: &str,
        connection: Option<&str>,
    ) -> Result<PushAnswer, Error> {
        let path = ["webhooks", "pushes", id, "replay"];
        let url = self.with(&path, &[("connection", connection)]);
        self.post(url, &serde_json::json!({})).await
    }
}
