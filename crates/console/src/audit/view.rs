//! `GET /console/audit/{audit_id}`: one record whole.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use http::{Extensions, StatusCode};
use postern_wire::control::AuditRecord;

use super::{Named, named, outcome};
use crate::control::Control;
use crate::moment::Moment;
use crate::session::Session;
use crate::shell::{Section, Shell, html};
use crate::state::ConsoleState;
use crate::trouble::Trouble;

#[derive(Template)]
#[template(path = "console/audit_record.html")]
struct RecordPage {
    shell: Shell,
    at: Moment,
    closed: Option<Moment>,
    actor: Named,
    object: Named,
    tone: &'static str,
    outcome: String,
    /// JSON, indented.
    detail: String,
    record: AuditRecord,
}

pub(crate) async fn view_record(
    State(state): State<ConsoleState>,
    session: Session,
    extensions: Extensions,
    Path(audit_id): Path<String>,
) -> Result<Response, Trouble> {
    let control = Control::of(&state, &session, &extensions);
    let record: AuditRecord = control.get(&format!("/audit/{audit_id}")).await?;
    let now = (state.clock)();
    let (tone, outcome) = outcome(&record);
    let page = RecordPage {
        shell: Shell::of(&state, &session, Section::Audit),
        at: Moment::read(&record.at, now),
        closed: record.closed_at.as_deref().map(|at| Moment::read(at, now)),
        actor: named(&state, &record.actor_kind, &record.actor_id),
        object: named(&state, &record.object_kind, &record.object_id),
        tone,
        outcome,
        detail: match record
            .detail
            .as_object()
            .is_none_or(serde_json::Map::is_empty)
        {
            true => String::new(),
            false => serde_json::to_string_pretty(&record.detail).unwrap_or_default(),
        },
        record,
    };
    Ok(html(StatusCode::OK, &page))
}
