//! `GET /audit`: records from the newest backwards, page by page, and `GET /audit/{audit_id}`.

use axum::extract::{Path, Query, State};
use axum::{Extension, Json};
use postern_domain::time::UnixMicros;
use postern_store::audit::{self, Entry, Search};
use postern_wire::control::{AuditList, AuditRecord};

use crate::accounts::unnarrowed;
use crate::guard::Context;
use crate::instant::{self, written};
use crate::query::Parameters;
use crate::refusal::Refusal;
use crate::state::ControlState;

const LIMIT_MAX: i64 = 200;
/// What a record may say; another word would find nothing and look like an empty record.
const DECISIONS: [&str; 2] = ["allowed", "refused"];

pub(crate) async fn list_audit(
    State(state): State<ControlState>,
    Extension(context): Extension<Context>,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Json<AuditList>, Refusal> {
    unnarrowed(&context.caller)?;
    let known = [
        "actor_id",
        "object_id",
        "action",
        "decision",
        "since",
        "until",
        "before",
        "limit",
    ];
    let parameters = Parameters::new(pairs, &known)?;
    let text = |name| parameters.text(name).map(str::to_owned);
    if text("decision").is_some_and(|word| !DECISIONS.contains(&word.as_str())) {
        return Err(Refusal::invalid("decision", "`decision` is not known")
            .hint(format!("it is one of {}", DECISIONS.join(", "))));
    }
    let id_at = |name| {
        let at = parameters.text(name).map(|text| instant::read(name, text));
        at.transpose().map(|at| at.map(UnixMicros::first_uuid))
    };
    let (since, until) = (id_at("since")?, id_at("until")?);
    let search = Search {
        actor_id: text("actor_id"),
        object_id: text("object_id"),
        action: text("action"),
        decision: text("decision"),
        from: since,
        before: [text("before"), until].into_iter().flatten().min(),
    };
    let limit = parameters.up_to("limit", LIMIT_MAX)?;
    let page = state
        .store
        .read(move |tx| audit::search(tx, &search, limit))
        .await?;
    Ok(Json(AuditList {
        records: page.rows.into_iter().map(shown).collect(),
        next: page.next,
    }))
}

pub(crate) async fn read_record(
    State(state): State<ControlState>,
    Extension(context): Extension<Context>,
    Path(audit_id): Path<String>,
) -> Result<Json<AuditRecord>, Refusal> {
    unnarrowed(&context.caller)?;
    let found = state.store.read(move |tx| audit::get(tx, &audit_id));
    let entry = found.await?.ok_or_else(|| {
        Refusal::not_found(
            "record_not_found",
            "there is no such record, or its time is over",
        )
    })?;
    Ok(Json(shown(entry)))
}

fn shown(entry: Entry) -> AuditRecord {
    AuditRecord {
        audit_id: entry.audit_id,
        at: written(entry.at),
        actor_kind: entry.actor_kind,
        actor_id: entry.actor_id,
        action: entry.action,
        object_kind: entry.object_kind,
        object_id: entry.object_id,
        request_id: entry.request_id,
        peer: entry.peer,
        app: entry.app,
        method: entry.method,
        path: entry.path,
        effect: entry.effect,
        decision: entry.decision,
        code: entry.code,
        send_id: entry.send_id,
        outcome: entry.outcome,
        status: entry.status,
        closed_at: entry.closed_at.map(written),
        detail: serde_json::from_str(&entry.detail).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use postern_access::time_ordered;

    #[test]
    fn ids_of_a_moment_begin_with_it() {
        let at = UnixMicros(1_795_392_000_123_456);
        let earlier = UnixMicros(at.0 - 1_000);
        assert!(at.first_uuid() <= time_ordered(at));
        assert!(at.first_uuid() > time_ordered(earlier));
    }
}
