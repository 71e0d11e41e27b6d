//! `DELETE /v3/email/addresses/{email_address_id}`.

use axum::extract::{Path, State};
use axum::response::Response;
use postern_store::{Lane, email_addresses};

use super::{NOT_FOUND, number};
use crate::answer;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::state::PlatformState;

pub(crate) async fn delete(
    State(state): State<PlatformState>,
    Caller { account }: Caller,
    Path(address): Path<String>,
) -> Result<Response, ApiError> {
    let (id, address) = (account.id, number(&address)?);
    let deleted = state
        .store
        .write(Lane::of(id.0), move |tx| {
            email_addresses::delete(tx, id, address)
        })
        .await?;
    match deleted {
        true => Ok(answer::success("Email address deleted.", ())),
        false => Err(NOT_FOUND),
    }
}
