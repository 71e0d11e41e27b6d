//! What an operator did, as it goes on record.

use postern_domain::time::UnixMicros;
use postern_store::audit::Entry;

use super::Visitor;
use crate::id::time_ordered;

/// Done by the operator, about the operator; whoever decides about something else names that as the object.
pub fn operator_entry(
    operator_id: &str,
    visitor: &Visitor,
    now: UnixMicros,
    action: &str,
) -> Entry {
    Entry {
        actor_kind: "operator".to_owned(),
        actor_id: operator_id.to_owned(),
        object_kind: "operator".to_owned(),
        object_id: operator_id.to_owned(),
        request_id: visitor.request_id.clone(),
        peer: visitor.peer.to_string(),
        outcome: Some("done".to_owned()),
        closed_at: Some(now),
        ..Entry::new(time_ordered(now), now, action)
    }
}
