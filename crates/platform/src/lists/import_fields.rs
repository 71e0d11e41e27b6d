//! `GET /v3/lists/{list_id}/import-fields`.

use axum::extract::{Path, State};
use axum::response::Response;
use postern_domain::contact::Field;
use postern_store::lists;
use postern_wire::clicksend::list::ImportField;

use super::NOT_FOUND;
use crate::answer;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::state::PlatformState;

pub(crate) async fn import_fields(
    State(state): State<PlatformState>,
    Caller { account }: Caller,
    Path(list_id): Path<String>,
) -> Result<Response, ApiError> {
    let list_id = list_id.parse::<i64>().map_err(|_| NOT_FOUND)?;
    let id = account.id;
    state
        .store
        .read(move |tx| lists::get(tx, id, list_id))
        .await?
        .ok_or(NOT_FOUND)?;
    let fields = Field::ALL.map(|field| ImportField {
        field: field.import_name().to_owned(),
        label: field.label().to_owned(),
    });
    Ok(answer::success("List of acceptable import fields.", fields))
}
