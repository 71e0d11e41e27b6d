//! `PUT /v3/lists/{list_id}/remove-opted-out-contacts/{opt_out_list_id}`.

use axum::extract::{Path, State};
use axum::response::Response;
use postern_store::{Lane, list_jobs};
use postern_wire::clicksend::list::Deleted;

use super::NOT_FOUND;
use crate::answer;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::jobs;
use crate::state::PlatformState;

pub(crate) async fn remove_opted_out(
    State(state): State<PlatformState>,
    Caller { account }: Caller,
    Path((list_id, opt_out_list_id)): Path<(String, String)>,
) -> Result<Response, ApiError> {
    let list_id = list_id.parse::<i64>().map_err(|_| NOT_FOUND)?;
    let opt_out_list = opt_out_list_id.parse::<i64>().map_err(|_| NOT_FOUND)?;
    if list_id == opt_out_list {
        return Err(ApiError::Invalid(
            "list_id and opt_out_list_id are the same list: nothing would be left of it.".into(),
        ));
    }
    let (id, now) = (account.id, state.now());
    let job = state
        .store
        .write(Lane::of(id.0), move |tx| {
            list_jobs::open_opt_outs(tx, id, list_id, opt_out_list, now)
        })
        .await?
        .ok_or(NOT_FOUND)?;
    let job = jobs::finish(&state, id, job).await?;
    Ok(answer::success(
        "Optout contacts has been deleted.",
        Deleted {
            deleted: job.rows_done,
        },
    ))
}
