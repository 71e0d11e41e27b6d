//! `DELETE /v3/lists/{list_id}`. The list is gone with the answer; its contacts are erased in steps after it.

use axum::extract::{Path, State};
use axum::response::Response;
use postern_store::Lane;
use postern_store::lists::{self, Removed};

use super::NOT_FOUND;
use crate::answer;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::jobs;
use crate::state::PlatformState;

pub(crate) async fn delete(
    State(state): State<PlatformState>,
    Caller { account }: Caller,
    Path(list_id): Path<String>,
) -> Result<Response, ApiError> {
    let list_id = list_id.parse::<i64>().map_err(|_| NOT_FOUND)?;
    let (id, now) = (account.id, state.now());
    let removed = state
        .store
        .write(Lane::of(id.0), move |tx| {
            lists::remove(tx, id, list_id, now)
        })
        .await?;
    match removed {
        Removed::Done { job } => {
            jobs::start(&state, id, job);
            Ok(answer::success(
                format!("List #{list_id} has been deleted."),
                answer::NOTHING,
            ))
        }
        Removed::Unknown => Err(NOT_FOUND),
        Removed::OptOut => Err(ApiError::Invalid(
            "The Opt-Out List cannot be deleted: it is what keeps texts from people who do not want them.".into(),
        )),
    }
}
