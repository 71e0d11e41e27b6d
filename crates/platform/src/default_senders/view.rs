//! `GET /v3/senders/default-senders/{default_sender_id}`.

use axum::extract::{Path, State};
use axum::response::Response;
use postern_store::default_senders;

use super::{DONE, NOT_FOUND, in_wire};
use crate::answer;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::newer::uuid;
use crate::state::PlatformState;

pub(crate) async fn view(
    State(state): State<PlatformState>,
    Caller { account }: Caller,
    Path(sender): Path<String>,
) -> Result<Response, ApiError> {
    let (id, sender) = (account.id, uuid(&sender).ok_or(NOT_FOUND)?);
    let found = state
        .store
        .read(move |tx| default_senders::get(tx, id, &sender))
        .await?
        .ok_or(NOT_FOUND)?;
    Ok(answer::success(DONE, in_wire(found, id)))
}
