//! `GET /console/audit/export`: the whole chain as a file that proves itself.

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::Extensions;
use http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};

use crate::control::Control;
use crate::session::Session;
use crate::state::ConsoleState;
use crate::trouble::Trouble;

pub(crate) async fn export(
    State(state): State<ConsoleState>,
    session: Session,
    extensions: Extensions,
) -> Result<Response, Trouble> {
    let control = Control::of(&state, &session, &extensions);
    let export = control.stream("/audit/export").await?;
    let headers = [
        (CONTENT_TYPE, "application/x-ndjson"),
        (
            CONTENT_DISPOSITION,
            "attachment; filename=\"postern-audit.ndjson\"",
        ),
        (CACHE_CONTROL, "no-store"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    Ok((headers, export.into_body()).into_response())
}
