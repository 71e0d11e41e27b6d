//! `GET /v3/lists/{list_id}/import/{import_id}`: how far an import is, and which rows were bad. Ours: ClickSend has nothing like it.

use axum::extract::{Path, State};
use axum::response::Response;
use postern_store::list_jobs::{self, Fault, Job, Kind, State as JobState};
use postern_wire::clicksend::list::{BadRow, ImportReport};

use crate::answer;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::state::PlatformState;

const NOT_FOUND: ApiError = ApiError::NotFound("Import record not found.");

pub(crate) async fn import_report(
    State(state): State<PlatformState>,
    Caller { account }: Caller,
    Path((list_id, import_id)): Path<(String, String)>,
) -> Result<Response, ApiError> {
    let list_id = list_id.parse::<i64>().map_err(|_| NOT_FOUND)?;
    let import_id = import_id.parse::<i64>().map_err(|_| NOT_FOUND)?;
    let id = account.id;
    let (job, faults) = state
        .store
        .read(move |tx| {
            let job = list_jobs::get(tx, import_id)?;
            let job = job.filter(|job| {
                job.account == id && job.list_id == list_id && job.kind == Kind::Import
            });
            Ok((job, list_jobs::faults(tx, import_id)?))
        })
        .await?;
    let job = job.ok_or(NOT_FOUND)?;
    Ok(answer::success("Here is your import.", report(job, faults)))
}

fn report(job: Job, faults: Vec<Fault>) -> ImportReport {
    let status = match job.state {
        JobState::Receiving => "Receiving",
        JobState::Running => "Running",
        JobState::Done => "Completed",
        JobState::Failed => "Failed",
    };
    ImportReport {
        id: job.job_id.to_string(),
        list_id: job.list_id,
        status: status.to_owned(),
        failure: job.failure,
        bytes_read: job.position,
        bytes_total: job.total,
        rows_read: job.rows_read,
        contacts_added: job.rows_done,
        rows_failed: job.rows_failed,
        bad_rows: faults
            .into_iter()
            .map(|fault| BadRow {
                row: fault.row,
                reason: fault.reason,
            })
            .collect(),
    }
}
