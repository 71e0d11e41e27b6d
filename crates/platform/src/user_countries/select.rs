//! `POST /v3/user-countries`: what is given becomes the selection.

use axum::extract::State;
use axum::response::Response;
use postern_store::{Lane, user_countries};
use postern_wire::clicksend::country::SelectionRequest;

use super::{SELECTION, in_wire, known};
use crate::answer;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::payload::Payload;
use crate::state::PlatformState;

pub(crate) async fn select(
    State(state): State<PlatformState>,
    Caller { account }: Caller,
    Payload(request): Payload<SelectionRequest>,
) -> Result<Response, ApiError> {
    let wanted = known(
        request
            .country_list_ids
            .ok_or(ApiError::Invalid("country_list_ids is missing.".into()))?,
    )?;
    let (id, now) = (account.id, state.now());
    let selected = state
        .store
        .write(Lane::of(id.0), move |tx| {
            user_countries::select(tx, id, &wanted, now)?;
            user_countries::list(tx, id)
        })
        .await?;
    Ok(answer::success(SELECTION, in_wire(&selected)))
}
