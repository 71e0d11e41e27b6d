//! `GET /v3/sms/templates/{template_id}`.

use axum::extract::{Path, State};
use axum::response::Response;
use postern_store::templates;

use super::{NOT_FOUND, in_wire};
use crate::answer;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::state::PlatformState;

pub(crate) async fn view(
    State(state): State<PlatformState>,
    Caller { account }: Caller,
    Path(template_id): Path<String>,
) -> Result<Response, ApiError> {
    let template_id = template_id.parse::<i64>().map_err(|_| NOT_FOUND)?;
    let id = account.id;
    let template = state
        .store
        .read(move |tx| templates::get(tx, id, template_id))
        .await?
        .ok_or(NOT_FOUND)?;
    Ok(answer::success("Here is your template.", in_wire(template)))
}
