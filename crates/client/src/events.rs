//! `/events`: what webhooks would tell, without an address of one's own.

use std::time::Duration;

use postern_wire::control::EventList;

use crate::{Client, Error};

/// Which events of `GET /events`.
#[derive(Clone, Debug, Default)]
pub struct EventFilter {
    /// The `cursor` of an earlier answer; `None`: nothing yet, only the cursor of this moment.
    pub after: Option<String>,
    /// Wait so long, at most a minute, until something is there.
    pub wait: Option<Duration>,
    /// How texts are told: `post` (a form, the default) or `json`.
    pub webhook_type: Option<String>,
    /// Of this connection's account.
    pub connection: Option<String>,
}

impl Client {
    pub async fn events(&self, filter: &EventFilter) -> Result<EventList, Error> {
        let wait = filter.wait.map(|wait| format!("{}ms", wait.as_millis()));
        let given = [
            ("after", filter.after.as_deref()),
            ("wait", wait.as_deref()),
            ("webhook_type", filter.webhook_type.as_deref()),
            ("connection", filter.connection.as_deref()),
        ];
        self.get(self.with(&["events"], &given)).await
    }
}
