//! `/audit`: what was done and decided.

use postern_wire::control::{AuditChain, AuditKey, AuditList, AuditRecord};

use crate::{Client, Error, RawAnswer, RawRequest};

/// Which records of `GET /audit`; `None`: all.
#[derive(Clone, Debug, Default)]
pub struct AuditFilter {
    pub actor_id: Option<String>,
    pub action: Option<String>,
    pub decision: Option<String>,
    /// What was acted on.
    pub object_id: Option<String>,
    /// RFC 3339, inclusive.
    pub since: Option<String>,
    /// RFC 3339, exclusive.
    pub until: Option<String>,
    /// The `next` of the page before.
    pub before: Option<String>,
    pub limit: Option<u32>,
}

impl Client {
    pub async fn audit(&self, filter: &AuditFilter) -> Result<AuditList, Error> {
        let limit = filter.limit.map(|limit| limit.to_string());
        let given = [
            ("actor_id", filter.actor_id.as_deref()),
            ("action", filter.action.as_deref()),
            ("decision", filter.decision.as_deref()),
            ("object_id", filter.object_id.as_deref()),
            ("since", filter.since.as_deref()),
            ("until", filter.until.as_deref()),
            ("before", filter.before.as_deref()),
            ("limit", limit.as_deref()),
        ];
        self.get(self.with(&["audit"], &given)).await
    }

    pub async fn audit_record(&self, id: &str) -> Result<AuditRecord, Error> {
        self.get(self.at(&["audit", id])).await
    }

    /// How far the chain is, and how much of it is signed.
    pub async fn audit_chain(&self) -> Result<AuditChain, Error> {
        self.get(self.at(&["audit", "chain"])).await
    }

    pub async fn audit_key(&self) -> Result<AuditKey, Error> {
        self.get(self.at(&["audit", "key"])).await
    }

    /// Lines of JSON that prove themselves, piece by piece; a refusal is an answer with its status.
    pub async fn export_audit(&self, after: i64) -> Result<RawAnswer, Error> {
        self.raw(RawRequest::get(format!("/audit/export?after={after}")))
            .await
    }
}
