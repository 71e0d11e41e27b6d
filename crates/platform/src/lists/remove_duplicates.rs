//! `PUT /v3/lists/{list_id}/remove-duplicates`: of contacts that are equal in all given fields the oldest stays.

use axum::extract::{Path, State};
use axum::response::Response;
use postern_domain::contact::Field;
use postern_store::{Lane, list_jobs};
use postern_wire::clicksend::list::{Deleted, RemoveDuplicatesRequest};

use super::NOT_FOUND;
use crate::answer;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::jobs;
use crate::payload::OptionalPayload;
use crate::state::PlatformState;

pub(crate) async fn remove_duplicates(
    State(state): State<PlatformState>,
    Caller { account }: Caller,
    Path(list_id): Path<String>,
    OptionalPayload(request): OptionalPayload<RemoveDuplicatesRequest>,
) -> Result<Response, ApiError> {
    let list_id = list_id.parse::<i64>().map_err(|_| NOT_FOUND)?;
    let fields = fields(&request.fields)?;
    let (id, now) = (account.id, state.now());
    let job = state
        .store
        .write(Lane::of(id.0), move |tx| {
            list_jobs::open_duplicates(tx, id, list_id, &fields, now)
        })
        .await?
        .ok_or(NOT_FOUND)?;
    let job = jobs::finish(&state, id, job).await?;
    Ok(answer::success(
        "Your list duplicate contacts has been deleted.",
        Deleted {
            deleted: job.rows_done,
        },
    ))
}

fn fields(names: &[String]) -> Result<Vec<Field>, ApiError> {
    let mut fields = Vec::new();
    for name in names.iter().filter(|name| !name.is_empty()) {
        let field = Field::parse(name).ok_or_else(|| {
            ApiError::Invalid(format!("fields: `{name}` is not a field of a contact.").into())
        })?;
        if !fields.contains(&field) {
            fields.push(field);
        }
    }
    match fields.is_empty() {
        true => Err(ApiError::Invalid(
            "fields: name at least one field to compare, such as phone_number.".into(),
        )),
        false => Ok(fields),
    }
}
