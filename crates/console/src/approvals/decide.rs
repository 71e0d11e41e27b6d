//! `POST /console/approvals/{approval_id}/approve` and `…/deny`.

use axum::extract::{Path, Request, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use postern_approvals::{Choice, Verdict};

use super::view::page;
use crate::form::Typed;
use crate::session::{Session, visitor};
use crate::state::ConsoleState;
use crate::trouble::Trouble;

pub(crate) async fn approve(
    state: State<ConsoleState>,
    session: Session,
    id: Path<String>,
    request: Request,
) -> Result<Response, Trouble> {
    decide(state, session, id, request, true).await
}

pub(crate) async fn deny(
    state: State<ConsoleState>,
    session: Session,
    id: Path<String>,
    request: Request,
) -> Result<Response, Trouble> {
    decide(state, session, id, request, false).await
}

async fn decide(
    State(state): State<ConsoleState>,
    session: Session,
    Path(approval_id): Path<String>,
    request: Request,
    approved: bool,
) -> Result<Response, Trouble> {
    let visitor = visitor(request.extensions());
    let typed = Typed::of_session(&state, &session, request).await?;
    let Session(acting) = &session;
    let choice = Choice {
        approved,
        digest: typed.text("digest").to_owned(),
        reason: Some(typed.text("reason").to_owned()),
    };
    let decided = state
        .approvals
        .decide(&approval_id, choice, acting, &visitor)
        .await?;
    let problem = match decided {
        Verdict::Done => {
            let leads = format!("/console/approvals/{approval_id}");
            return Ok(Redirect::to(&leads).into_response());
        }
        Verdict::Missing => return Err(Trouble::NoApproval),
        Verdict::OtherDigest => {
            "What you looked at is not what waits here. Look again, then decide."
        }
        Verdict::Stands(_) => {
            "Somebody else was faster, or it was too late: your decision changed nothing."
        }
    };
    let found = state.approvals.get(&approval_id).await?;
    let approval = found.ok_or(Trouble::NoApproval)?;
    page(
        &state,
        &session,
        &approval,
        StatusCode::CONFLICT,
        Some(problem),
    )
    .await
}
