//! A record as the facts that are sealed: what is known when it is written, and what its answer adds.

use postern_audit::{Fact, Part};
use postern_store::audit::Entry;

/// Every field by its column's name; what the part does not cover is not in it.
pub(super) fn fact(entry: &Entry, part: Part) -> Fact {
    let mut fact = Fact::default().with("audit_id", entry.audit_id.clone());
    if part != Part::Closed {
        fact = opening(fact, entry);
    }
    if part != Part::Opened {
        fact = fact
            .with("outcome", entry.outcome.clone())
            .with("status", entry.status.map(|status| status.to_string()))
            .with("closed_at", entry.closed_at.map(|at| at.0.to_string()));
    }
    fact
}

fn opening(fact: Fact, entry: &Entry) -> Fact {
    fact.with("at", entry.at.0.to_string())
        .with("actor_kind", entry.actor_kind.clone())
        .with("actor_id", entry.actor_id.clone())
        .with("action", entry.action.clone())
        .with("object_kind", entry.object_kind.clone())
        .with("object_id", entry.object_id.clone())
        .with("request_id", entry.request_id.clone())
        .with("peer", entry.peer.clone())
        .with("app", entry.app.clone())
        .with("method", entry.method.clone())
        .with("path", entry.path.clone())
        .with("effect", entry.effect.clone())
        .with("decision", entry.decision.clone())
        .with("code", entry.code.clone())
        .with("send_id", entry.send_id.clone())
        .with("detail", entry.detail.clone())
}
