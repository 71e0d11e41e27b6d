//! `POST /v3/lists/{list_id}/import-csv-preview`: the first rows as they would be read.

use axum::extract::{Path, State};
use axum::response::Response;
use postern_store::lists;
use postern_wire::clicksend::list::{ImportRequest, Preview};

use super::{NOT_FOUND, upload};
use crate::answer;
use crate::caller::Caller;
use crate::csv::{begin, first_rows};
use crate::error::ApiError;
use crate::payload::Payload;
use crate::pieces::Pieces;
use crate::state::PlatformState;

const ROWS: usize = 10;

pub(crate) async fn import_preview(
    State(state): State<PlatformState>,
    Caller { account }: Caller,
    Path(list_id): Path<String>,
    Payload(request): Payload<ImportRequest>,
) -> Result<Response, ApiError> {
    let list_id = list_id.parse::<i64>().map_err(|_| NOT_FOUND)?;
    let id = account.id;
    state
        .store
        .read(move |tx| lists::get(tx, id, list_id))
        .await?
        .ok_or(NOT_FOUND)?;
    let file = upload::file(&state, id, &request).await?;
    // The first rows are in the first piece.
    let file = Pieces::of(file, state.config.import_bytes_max)
        .next()
        .await?
        .unwrap_or_default();
    let delimiter = begin(&file).map_err(|why| ApiError::Invalid(why.into()))?;
    let rows = first_rows(&file, delimiter, ROWS);
    let row = rows.first().cloned().unwrap_or_default();
    Ok(answer::success("Your file preview.", Preview { row, rows }))
}
