//! `GET /console/approvals/{approval_id}`: everything that would be sent, before anybody decides. Looking changes nothing.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use postern_approvals::Approvals;
use postern_store::approvals::Approval;

use super::message::{Message, messages};
use super::{About, shown};
use crate::session::Session;
use crate::shell::{Section, Shell, html};
use crate::state::ConsoleState;
use crate::trouble::Trouble;

#[derive(Template)]
#[template(path = "console/approval.html")]
struct ApprovalPage {
    shell: Shell,
    about: About,
    digest: String,
    /// What became of the form that led here.
    problem: Option<&'static str>,
    request: Option<Shown>,
    decided_at: String,
    decided_by: String,
    ended_at: String,
    reason: String,
    send_id: String,
}

/// The request as it would be sent.
struct Shown {
    target: String,
    headers: Vec<(String, String)>,
    messages: Option<Vec<Message>>,
    body: String,
    /// The body is text, so that what is shown is all of it.
    is_text: bool,
}

pub(crate) async fn view_approval(
    State(state): State<ConsoleState>,
    session: Session,
    Path(approval_id): Path<String>,
) -> Result<Response, Trouble> {
    let found = state.approvals.get(&approval_id).await?;
    let approval = found.ok_or(Trouble::NoApproval)?;
    page(&state, &session, &approval, StatusCode::OK, None).await
}

pub(super) async fn page(
    state: &ConsoleState,
    session: &Session,
    approval: &Approval,
    status: StatusCode,
    problem: Option<&'static str>,
) -> Result<Response, Trouble> {
    let request = state.approvals.open(approval);
    let request = request.map_err(|_| Trouble::Unreadable)?;
    let names = state.operators.names().await?;
    let decided_by = approval.decided_by.clone().unwrap_or_default();
    let page = ApprovalPage {
        shell: Shell::of(state, session, Section::Approvals),
        about: About::of(state, approval),
        digest: Approvals::shown_digest(&approval.digest),
        problem,
        request: request.map(|request| Shown {
            messages: messages(&request.body),
            is_text: std::str::from_utf8(&request.body).is_ok(),
            body: String::from_utf8_lossy(&request.body).into_owned(),
            target: format!("{} {}", request.method, request.target),
            headers: request.headers,
        }),
        decided_at: approval.decided_at.map(shown).unwrap_or_default(),
        decided_by: names.get(&decided_by).cloned().unwrap_or(decided_by),
        ended_at: approval.ended_at.map(shown).unwrap_or_default(),
        reason: approval.reason.clone().unwrap_or_default(),
        send_id: approval.send_id.clone().unwrap_or_default(),
    };
    Ok(html(status, &page))
}
