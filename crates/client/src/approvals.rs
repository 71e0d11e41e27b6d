//! `/approvals`: sends that wait for a person.

use postern_wire::control::{Approval, ApprovalDecision, ApprovalList};

use crate::retry::Repeat;
use crate::{Client, Error};

impl Client {
    /// Newest first; `state` such as `pending`, `before` from an earlier answer's `next`.
    pub async fn approvals(
        &self,
        state: Option<&str>,
        before: Option<&str>,
        limit: u32,
    ) -> Result<ApprovalList, Error> {
        let mut url = self.at(&["approvals"]);
        {
            let mut pairs = url.query_pairs_mut();
            pairs.append_pair("limit", &limit.to_string());
            for (name, value) in [("state", state), ("before", before)] {
                if let Some(value) = value {
                    pairs.append_pair(name, value);
                }
            }
        }
        self.get(url).await
    }

    /// How it stands, at its end or after `wait_seconds` (60 at most).
    pub async fn approval(&self, id: &str, wait_seconds: u32) -> Result<Approval, Error> {
        let mut url = self.at(&["approvals", id]);
        if wait_seconds > 0 {
            url.query_pairs_mut()
                .append_pair("wait", &wait_seconds.to_string());
        }
        self.get(url).await
    }

    /// For a client that carries an operator's session.
    pub async fn decide_approval(
        &self,
        id: &str,
        approve: bool,
        decision: &ApprovalDecision,
    ) -> Result<Approval, Error> {
        let verb = if approve { "approve" } else { "deny" };
        self.post(self.at(&["approvals", id, verb]), decision).await
    }

    /// Ends the operator's session that this client carries.
    pub async fn sign_out(&self) -> Result<(), Error> {
        let method = reqwest::Method::DELETE;
        let url = self.at(&["console", "session"]);
        let request = self.http.request(method.clone(), url);
        self.answer(&method, request, Repeat::Never).await.map(drop)
    }
}
