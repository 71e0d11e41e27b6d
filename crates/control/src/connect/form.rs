//! `GET /connect?session_token=…`: shows the form and spends nothing.

use axum::extract::{Query, State};
use axum::response::Response;
use http::StatusCode;

use super::page::{self, FormPage};
use super::visit::visit;
use crate::link::PARAMETER;
use crate::refusal::Refusal;
use crate::state::ControlState;

pub(super) async fn show_form(
    State(state): State<ControlState>,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Response, Refusal> {
    let token = pairs
        .iter()
        .find(|(name, _)| name == PARAMETER)
        .map(|(_, value)| value.as_str());
    match visit(&state, token).await? {
        Ok(open) => page::html(StatusCode::OK, &FormPage::new(&state, &open)),
        Err(gone) => page::gone(&state, &gone),
    }
}
