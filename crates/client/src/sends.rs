//! `/sends`: what was sent through the gateway, and what became of it.

use postern_wire::control::{SendAnswer, SendList, SendResolution};

use crate::{Client, Error};

/// Which sends of `GET /sends`; `None`: all.
#[derive(Clone, Debug, Default)]
pub struct SendFilter {
    pub state: Option<String>,
    pub key_id: Option<String>,
    pub connection_id: Option<String>,
    /// RFC 3339.
    pub since: Option<String>,
    /// The `next` of the page before.
    pub before: Option<String>,
    pub limit: Option<u32>,
}

impl Client {
    pub async fn sends(&self, filter: &SendFilter) -> Result<SendList, Error> {
        let limit = filter.limit.map(|limit| limit.to_string());
        let given = [
            ("state", filter.state.as_deref()),
            ("key_id", filter.key_id.as_deref()),
            ("connection_id", filter.connection_id.as_deref()),
            ("since", filter.since.as_deref()),
            ("before", filter.before.as_deref()),
            ("limit", limit.as_deref()),
        ];
        self.get(self.with(&["sends"], &given)).await
    }

    pub async fn read_send(&self, send_id: &str) -> Result<SendAnswer, Error> {
        self.get(self.at(&["sends", send_id])).await
    }

    /// `outcome` is `accepted` or `failed`.
    pub async fn resolve_send(&self, send_id: &str, outcome: &str) -> Result<SendAnswer, Error> {
        let wish = SendResolution {
            outcome: outcome.to_owned(),
        };
        self.post(self.at(&["sends", send_id, "resolve"]), &wish)
            .await
    }
}
