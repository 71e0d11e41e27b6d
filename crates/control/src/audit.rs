//! Audit records of the control plane.

use postern_access::time_ordered;
use postern_domain::time::UnixMicros;
use postern_store::audit::Entry;
use serde_json::Value;

use crate::guard::Context;

/// What a change is on record as. `detail` never holds a secret.
pub(crate) fn change(
    context: &Context,
    now: UnixMicros,
    action: &str,
    object: (&str, &str),
    detail: &Value,
) -> Entry {
    Entry {
        actor_kind: "key".to_owned(),
        actor_id: context.caller.id.clone(),
        object_kind: object.0.to_owned(),
        object_id: object.1.to_owned(),
        request_id: context.request_id.to_string(),
        peer: context.peer.to_string(),
        detail: detail.to_string(),
        outcome: Some("done".to_owned()),
        closed_at: Some(now),
        ..Entry::new(time_ordered(now), now, action)
    }
}

/// A change that a key tried and may not make.
pub(crate) fn refused(context: &Context, now: UnixMicros, code: &str) -> Entry {
    let action = format!("{:?}", context.route);
    Entry {
        decision: "refused".to_owned(),
        code: Some(code.to_owned()),
        outcome: None,
        ..change(
            context,
            now,
            &action,
            ("", ""),
            &Value::Object(serde_json::Map::new()),
        )
    }
}
