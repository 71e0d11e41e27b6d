//! `/console/approvals`: what waits for a decision.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;

use crate::session::Session;
use crate::shell::{Section, Shell, html};
use crate::state::ConsoleState;

#[derive(Template)]
#[template(path = "console/approvals.html")]
struct ApprovalsPage {
    shell: Shell,
}

pub(crate) async fn list_approvals(
    State(state): State<ConsoleState>,
    session: Session,
) -> Response {
    let shell = Shell::of(&state, &session, Section::Approvals);
    html(StatusCode::OK, &ApprovalsPage { shell })
}
