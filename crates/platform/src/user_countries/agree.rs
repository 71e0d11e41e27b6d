//! `POST /v3/user-countries/agree`: agrees to the rules of the countries that are given, or of all selected ones.

use axum::extract::State;
use axum::response::Response;
use postern_store::{Lane, user_countries};
use postern_wire::clicksend::country::SelectionRequest;

use super::{SELECTION, in_wire, known};
use crate::answer;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::payload::OptionalPayload;
use crate::state::PlatformState;

pub(crate) async fn agree(
    State(state): State<PlatformState>,
    Caller { account }: Caller,
    OptionalPayload(request): OptionalPayload<SelectionRequest>,
) -> Result<Response, ApiError> {
    let to = request.country_list_ids.map(known).transpose()?;
    let (id, now) = (account.id, state.now());
    let selected = state
        .store
        .write(Lane::of(id.0), move |tx| {
            user_countries::agree(tx, id, to.as_deref(), now)?;
            user_countries::list(tx, id)
        })
        .await?;
    Ok(answer::success(SELECTION, in_wire(&selected)))
}
