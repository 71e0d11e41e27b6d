//! `DELETE /v3/sms/templates/{template_id}`.

use axum::extract::{Path, State};
use axum::response::Response;
use postern_store::{Lane, templates};

use super::NOT_FOUND;
use crate::answer;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::state::PlatformState;

pub(crate) async fn delete(
    State(state): State<PlatformState>,
    Caller { account }: Caller,
    Path(template_id): Path<String>,
) -> Result<Response, ApiError> {
    let template_id = template_id.parse::<i64>().map_err(|_| NOT_FOUND)?;
    let id = account.id;
    let deleted = state
        .store
        .write(Lane::of(id.0), move |tx| {
            templates::delete(tx, id, template_id)
        })
        .await?;
    match deleted {
        true => Ok(answer::success("Your template has been deleted.", ())),
        false => Err(NOT_FOUND),
    }
}
