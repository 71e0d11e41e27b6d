//! `GET /console/approvals`: those that wait first, then the newest of the others.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use postern_store::approvals::{self, Filter};

use super::About;
use crate::session::Session;
use crate::shell::{Section, Shell, html};
use crate::state::ConsoleState;
use crate::trouble::Trouble;

/// Of each list. More wait only when nobody has looked for long; deciding brings the others up.
const ROWS_MAX: i64 = 100;
const PAST_MAX: i64 = 30;

#[derive(Template)]
#[template(path = "console/approvals.html")]
struct ApprovalsPage {
    shell: Shell,
    waiting: Vec<About>,
    past: Vec<About>,
}

pub(crate) async fn list_approvals(
    State(state): State<ConsoleState>,
    session: Session,
) -> Result<Response, Trouble> {
    let pending = Filter {
        state: Some(approvals::State::Pending),
        ..Filter::default()
    };
    let waiting = state.approvals.page(pending, None, ROWS_MAX).await?;
    let newest = state
        .approvals
        .page(Filter::default(), None, ROWS_MAX)
        .await?;
    let about = |approval| About::of(&state, approval);
    let (waiting, late): (Vec<_>, Vec<_>) = waiting
        .iter()
        .map(about)
        .partition(|about| about.is_pending);
    let decided = newest
        .iter()
        .filter(|approval| approval.state != approvals::State::Pending);
    let past = late.into_iter().chain(decided.map(about));
    let page = ApprovalsPage {
        shell: Shell::of(&state, &session, Section::Approvals),
        waiting,
        past: past.take(PAST_MAX as usize).collect(),
    };
    Ok(html(StatusCode::OK, &page))
}
