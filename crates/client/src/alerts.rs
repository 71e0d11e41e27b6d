//! `/alerts`.

use postern_wire::control::{
    AlertEndpointDeleted, AlertEndpointList, AlertList, AlertReplay, AlertTest, AlertTries,
    CreatedAlertEndpoint, NewAlertEndpoint,
};

use crate::{Client, Error};

impl Client {
    /// One page, from the newest or behind `before`.
    pub async fn alerts(
        &self,
        before: Option<&str>,
        limit: Option<u32>,
    ) -> Result<AlertList, Error> {
        let limit = limit.map(|limit| limit.to_string());
        let given = [("before", before), ("limit", limit.as_deref())];
        self.get(self.with(&["alerts"], &given)).await
    }

    pub async fn alert_endpoints(&self) -> Result<AlertEndpointList, Error> {
        self.get(self.at(&["alerts", "endpoints"])).await
    }

    /// The answer holds the secret: the only time it is shown.
    pub async fn create_alert_endpoint(
        &self,
        new: &NewAlertEndpoint,
    ) -> Result<CreatedAlertEndpoint, Error> {
        self.post(self.at(&["alerts", "endpoints"]), new).await
    }

    pub async fn delete_alert_endpoint(&self, id: &str) -> Result<AlertEndpointDeleted, Error> {
        self.delete(self.at(&["alerts", "endpoints", id])).await
    }

    pub async fn test_alert_endpoint(&self, id: &str) -> Result<AlertTest, Error> {
        let url = self.at(&["alerts", "endpoints", id, "test"]);
        self.post(url, &serde_json::json!({})).await
    }

    /// The calls that were made to an endpoint: one page, from the newest or behind `before`.
    pub async fn alert_tries(
        &self,
        id: &str,
        before: Option<&str>,
        limit: Option<u32>,
    ) -> Result<AlertTries, Error> {
        let limit = limit.map(|limit| limit.to_string());
        let given = [("before", before), ("limit", limit.as_deref())];
        let path = ["alerts", "endpoints", id, "tries"];
        self.get(self.with(&path, &given)).await
    }

    /// Tells an endpoint an alert once more, now, with the same `webhook-id`.
    pub async fn replay_alert(&self, id: &str, replay: &AlertReplay) -> Result<AlertTest, Error> {
        let url = self.at(&["alerts", "endpoints", id, "replay"]);
        self.post(url, replay).await
    }
}
