//! `GET /audit`: records from the newest backwards, page by page.

use axum::extract::{Query, State};
use axum::{Extension, Json};
use postern_store::audit::{self, Entry, Filter};
use postern_wire::control::{AuditList, AuditRecord};

use crate::accounts::unnarrowed;
use crate::guard::Context;
use crate::instant::written;
use crate::query::Parameters;
use crate::refusal::Refusal;
use crate::state::ControlState;

const LIMIT_MAX: i64 = 200;

pub(crate) async fn list_audit(
    State(state): State<ControlState>,
    Extension(context): Extension<Context>,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Json<AuditList>, Refusal> {
    unnarrowed(&context.caller)?;
    let known = ["actor_id", "action", "decision", "before", "limit"];
    let parameters = Parameters::new(pairs, &known)?;
    let text = |name| parameters.text(name).map(str::to_owned);
    let filter = Filter {
        actor_id: text("actor_id"),
        action: text("action"),
        decision: text("decision"),
    };
    let (before, limit) = (text("before"), parameters.up_to("limit", LIMIT_MAX)?);
    let page = state
        .store
        .read(move |tx| audit::page(tx, &filter, before.as_deref(), limit))
        .await?;
    let next = (page.len() as i64 == limit)
        .then(|| page.last().map(|entry| entry.audit_id.clone()))
        .flatten();
    Ok(Json(AuditList {
        records: page.into_iter().map(shown).collect(),
        next,
    }))
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
