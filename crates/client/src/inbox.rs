//! `/inbox`: what arrived at the simulator's handsets, and answering with them.

use std::time::Duration;

use postern_wire::control::{Arrived, Emptied, Inbox, NewReply, Reply};

use crate::{Client, Error};

/// Which arrivals of `GET /inbox`; `None`: all.
#[derive(Clone, Debug, Default)]
pub struct InboxFilter {
    /// A number in E.164 or an e-mail address.
    pub to: Option<String>,
    /// The `cursor` of an earlier answer: only what came later.
    pub after: Option<String>,
    /// Wait so long, at most a minute, until something is there.
    pub wait: Option<Duration>,
    pub limit: Option<u32>,
    /// Of this connection's account.
    pub connection: Option<String>,
}

impl Client {
    pub async fn inbox(&self, filter: &InboxFilter) -> Result<Inbox, Error> {
        let wait = filter.wait.map(|wait| format!("{}ms", wait.as_millis()));
        let limit = filter.limit.map(|limit| limit.to_string());
        let given = [
            ("to", filter.to.as_deref()),
            ("after", filter.after.as_deref()),
            ("wait", wait.as_deref()),
            ("limit", limit.as_deref()),
            ("connection", filter.connection.as_deref()),
        ];
        self.get(self.with(&["inbox"], &given)).await
    }

    /// The next message to a number or an address, as a test waits for it; `None`: nothing came within a minute at most.
    pub async fn wait_for(&self, to: &str, within: Duration) -> Result<Option<Arrived>, Error> {
        let filter = InboxFilter {
            to: Some(to.to_owned()),
            wait: Some(within),
            limit: Some(1),
            ..InboxFilter::default()
        };
        Ok(self.inbox(&filter).await?.messages.into_iter().next())
    }

    /// Nothing that arrived until now is shown any more.
    pub async fn empty_inbox(&self, connection: Option<&str>) -> Result<Emptied, Error> {
        self.delete(self.of(&["inbox"], connection)).await
    }

    /// Somebody writes with a handset of the simulator.
    pub async fn reply(&self, connection: Option<&str>, reply: &NewReply) -> Result<Reply, Error> {
        self.post(self.of(&["inbox", "replies"], connection), reply)
            .await
    }

    fn of(&self, path: &[&str], connection: Option<&str>) -> reqwest::Url {
        self.with(path, &[("connection", connection)])
    }
}
