//! `GET /v3/email/addresses/{email_address_id}`.

use axum::extract::{Path, State};
use axum::response::Response;
use postern_store::email_addresses;

use super::{NOT_FOUND, in_wire, number};
use crate::answer;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::state::PlatformState;

pub(crate) async fn view(
    State(state): State<PlatformState>,
    Caller { account }: Caller,
    Path(address): Path<String>,
) -> Result<Response, ApiError> {
    let (id, address) = (account.id, number(&address)?);
    let found = state
        .store
        .read(move |tx| email_addresses::get(tx, id, address))
        .await?
        .ok_or(NOT_FOUND)?;
    Ok(answer::success(
        "Here is your email address.",
        in_wire(found),
    ))
}
