//! `GET /v3/user-countries`.

use axum::extract::State;
use axum::response::Response;
use postern_store::user_countries;

use super::{SELECTION, in_wire};
use crate::answer;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::state::PlatformState;

pub(crate) async fn view(
    State(state): State<PlatformState>,
    Caller { account }: Caller,
) -> Result<Response, ApiError> {
    let id = account.id;
    let selected = state
        .store
        .read(move |tx| user_countries::list(tx, id))
        .await?;
    Ok(answer::success(SELECTION, in_wire(&selected)))
}
