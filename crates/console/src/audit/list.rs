//! `GET /console/audit`: from the newest backwards, by who did it, what it was about, what was done, and when.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use http::{Extensions, StatusCode};
use postern_domain::time::UnixMicros;
use postern_wire::control::{AuditChain, AuditList, AuditRecord};
use serde::Deserialize;

use super::{Named, named, outcome};
use crate::control::Control;
use crate::moment::Moment;
use crate::query::form_urlencoded;
use crate::session::Session;
use crate::shell::{Section, Shell, html};
use crate::state::ConsoleState;
use crate::trouble::Trouble;

const PAGE_ROWS: i64 = 50;
/// What is done with whom, to choose from; `key.*` is everything with keys.
const ACTIONS: [(&str, &str); 12] = [
    ("call", "Calls"),
    ("key.*", "Keys"),
    ("connection.*", "Connections"),
    ("approval.*", "Approvals"),
    ("freeze.*", "Freezes"),
    ("operator.*", "Operators"),
    ("account.*", "Accounts"),
    ("limits.*", "Limits"),
    ("alert_endpoint.*", "Alert endpoints"),
    ("push.*", "Webhooks"),
    ("inbox.*", "Phone"),
    ("vault.*", "Vault"),
];

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    actor: String,
    object: String,
    /// The same as `object`, from pages of connections.
    connection: String,
    action: String,
    decision: String,
    /// Days: `2026-11-23`. Both are meant whole.
    from: String,
    until: String,
    before: String,
}

#[derive(Template)]
#[template(path = "console/audit.html")]
pub(super) struct AuditPage {
    shell: Shell,
    asked: Asked,
    actions: Vec<(&'static str, &'static str, bool)>,
    rows: Vec<Row>,
    filtered: bool,
    older: Option<String>,
    chain: AuditChain,
    checkpoint: Option<Moment>,
    /// The class and the sentences of a verification that was just asked for.
    proof: Option<(&'static str, String)>,
    problem: String,
}

struct Row {
    href: String,
    at: Moment,
    actor_kind: String,
    actor: Named,
    action: String,
    what: String,
    object_kind: String,
    object: Named,
    tone: &'static str,
    outcome: String,
}

pub(crate) async fn list_audit(
    State(state): State<ConsoleState>,
    session: Session,
    extensions: Extensions,
    Query(asked): Query<Asked>,
) -> Result<Response, Trouble> {
    let control = Control::of(&state, &session, &extensions);
    let page = page(&state, &session, &control, asked, None).await?;
    Ok(html(StatusCode::OK, &page))
}

pub(super) async fn page(
    state: &ConsoleState,
    session: &Session,
    control: &Control,
    asked: Asked,
    proof: Option<(&'static str, String)>,
) -> Result<AuditPage, Trouble> {
    let chain: AuditChain = control.get("/audit/chain").await?;
    let object = [&asked.object, &asked.connection]
        .into_iter()
        .find(|id| !id.is_empty());
    let (from, until) = (day(&asked.from, 0), day(&asked.until, 1));
    let wrong = |text: &str, read: &Option<String>| !text.is_empty() && read.is_none();
    let problem = match wrong(&asked.from, &from) || wrong(&asked.until, &until) {
        true => "A day is written as 2026-11-23.".to_owned(),
        false => String::new(),
    };
    let query = form_urlencoded(&[
        ("limit", PAGE_ROWS.to_string()),
        ("actor_id", asked.actor.trim().to_owned()),
        (
            "object_id",
            object.map(|id| id.trim().to_owned()).unwrap_or_default(),
        ),
        ("action", asked.action.clone()),
        ("decision", asked.decision.clone()),
        ("since", from.unwrap_or_default()),
        ("until", until.unwrap_or_default()),
        ("before", asked.before.clone()),
    ]);
    let found: AuditList = control.get(&format!("/audit?{query}")).await?;
    let now = (state.clock)();
    let filtered = [
        &asked.actor,
        &asked.object,
        &asked.connection,
        &asked.action,
        &asked.decision,
        &asked.from,
        &asked.until,
    ]
    .into_iter()
    .any(|text| !text.is_empty());
    Ok(AuditPage {
        shell: Shell::of(state, session, Section::Audit),
        actions: ACTIONS
            .iter()
            .map(|(value, title)| (*value, *title, asked.action == *value))
            .collect(),
        rows: found
            .records
            .into_iter()
            .map(|record| row(state, record, now))
            .collect(),
        filtered,
        older: found.next.map(|next| link(&asked, next)),
        checkpoint: chain.signed_at.as_deref().map(|at| Moment::read(at, now)),
        chain,
        proof,
        problem,
        asked,
    })
}

/// The first moment of a day, or of the one `later` days after it, as the API takes it.
fn day(text: &str, later: i32) -> Option<String> {
    let date = text.trim().parse::<jiff::civil::Date>().ok()?;
    let date = date.checked_add(jiff::Span::new().days(later)).ok()?;
    Some(format!("{date}T00:00:00Z"))
}

fn link(asked: &Asked, before: String) -> String {
    let query = form_urlencoded(&[
        ("actor", asked.actor.clone()),
        ("object", asked.object.clone()),
        ("connection", asked.connection.clone()),
        ("action", asked.action.clone()),
        ("decision", asked.decision.clone()),
        ("from", asked.from.clone()),
        ("until", asked.until.clone()),
        ("before", before),
    ]);
    format!("/console/audit?{query}")
}

fn row(state: &ConsoleState, record: AuditRecord, now: UnixMicros) -> Row {
    let (tone, outcome) = outcome(&record);
    Row {
        href: format!("/console/audit/{}", record.audit_id),
        at: Moment::read(&record.at, now),
        actor: named(state, &record.actor_kind, &record.actor_id),
        what: match (&record.method, &record.path) {
            (Some(method), Some(path)) => format!("{method} {path}"),
            _ => String::new(),
        },
        object: named(state, &record.object_kind, &record.object_id),
        actor_kind: record.actor_kind,
        action: record.action,
        object_kind: record.object_kind,
        tone,
        outcome,
    }
}

#[cfg(test)]
mod tests {
    use super::day;

    #[test]
    fn days_are_meant_whole() {
        assert_eq!(
            day("2026-11-30", 0).as_deref(),
            Some("2026-11-30T00:00:00Z")
        );
        assert_eq!(
            day("2026-11-30", 1).as_deref(),
            Some("2026-12-01T00:00:00Z")
        );
        assert_eq!(day("yesterday", 0), None);
    }
}
