//! `/inbox`: what arrived at the simulator's handsets, and answering with them.

use std::time::Duration;

use postern_wire::control::{Emptied, Inbox, NewReply, Reply};

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
        let mut url = self.at(&["inbox"]);
        let wait = filter.wait.map(|wait| format!("{}ms", wait.as_millis()));
        let limit = filter.limit.map(|limit| limit.to_string());
        let given = [
            ("to", &filter.to),
            ("after", &filter.after),
            ("wait", &wait),
            ("limit", &limit),
            ("connection", &filter.connection),
        ];
        for (name, value) in given {
            if let Some(value) = value {
                url.query_pairs_mut().append_pair(name, value);
            }
        }
        self.get(url).await
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
        let mut url = self.at(path);
        if let Some(connection) = connection {
            url.query_pairs_mut().append_pair("connection", connection);
        }
        url
    }
}
