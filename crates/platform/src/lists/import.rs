//! `POST /v3/lists/{list_id}/import`: takes the file piece by piece; the rows become contacts after the answer.

use axum::body::Body;
use axum::extract::{FromRequest, Path, Query, Request, State};
use axum::response::Response;
use bytes::Bytes;
use postern_domain::account::AccountId;
use postern_domain::contact::Field;
use postern_store::Lane;
use postern_store::accounts::Account;
use postern_store::list_jobs;
use postern_wire::clicksend::list::{ImportQueued, ImportRequest};

use super::{NOT_FOUND, upload};
use crate::answer;
use crate::caller::Caller;
use crate::csv::{Layout, begin};
use crate::error::ApiError;
use crate::jobs;
use crate::payload::Payload;
use crate::pieces::{CUT_OFF, Pieces};
use crate::state::PlatformState;

pub(crate) async fn import(
    State(state): State<PlatformState>,
    Caller { account }: Caller,
    Path(list_id): Path<String>,
    request: Request,
) -> Result<Response, ApiError> {
    let list_id = list_id.parse::<i64>().map_err(|_| NOT_FOUND)?;
    let (columns, file) = columns_and_file(&state, account.id, request).await?;
    let id = account.id;
    // A task of its own: when the caller hangs up the body ends in an error, and the job with it.
    let receiving = tokio::spawn(receive(state.clone(), account, list_id, columns, file));
    let job = receiving
        .await
        .unwrap_or_else(|_| Err(ApiError::Invalid(CUT_OFF.into())))?;
    jobs::start(&state, id, job);
    Ok(answer::success(
        "Your file is now queued.",
        ImportQueued {
            msg: "Messages put on queue.".to_owned(),
            ids: vec![job.to_string()],
            id: job.to_string(),
        },
    ))
}

async fn columns_and_file(
    state: &PlatformState,
    account: AccountId,
    request: Request,
) -> Result<(Vec<Option<Field>>, Body), ApiError> {
    if upload::is_csv(request.headers()) {
        let Query(query) = Query::<ImportRequest>::try_from_uri(request.uri())
            .map_err(|error| ApiError::Invalid(error.body_text().into()))?;
        return Ok((columns(&query.field_order)?, request.into_body()));
    }
    let Payload(request) = Payload::<ImportRequest>::from_request(request, state).await?;
    let columns = columns(&request.field_order)?;
    let file = upload::file(state, account, &request).await?;
    Ok((columns, file))
}

fn columns(names: &[String]) -> Result<Vec<Option<Field>>, ApiError> {
    let mut columns = Vec::with_capacity(names.len());
    for name in names {
        let column = match name.as_str() {
            "" => None,
            name => Some(Field::parse(name).ok_or_else(|| {
                ApiError::Invalid(format!("field_order: `{name}` is not one of the import fields; leave a column out with an empty name.").into())
            })?),
        };
        if column.is_some() && columns.contains(&column) {
            return Err(ApiError::Invalid(
                format!("field_order: `{name}` is there twice.").into(),
            ));
        }
        columns.push(column);
    }
    match columns.iter().any(Option::is_some) {
        true => Ok(columns),
        false => Err(ApiError::Invalid(
            "field_order: say what the columns are, for example [\"phone\", \"first_name\"]."
                .into(),
        )),
    }
}

/// Keeps the file; answers the job that will read it.
async fn receive(
    state: PlatformState,
    account: Account,
    list_id: i64,
    columns: Vec<Option<Field>>,
    file: Body,
) -> Result<i64, ApiError> {
    let mut file = Pieces::of(file, state.config.import_bytes_max);
    let first = file.next().await?.unwrap_or_default();
    let layout = Layout {
        delimiter: begin(&first).map_err(|why| ApiError::Invalid(why.into()))?,
        columns,
        country: account.country,
    };
    let (id, now, detail) = (account.id, state.now(), layout.to_text());
    let job = state
        .store
        .write(Lane::of(id.0), move |tx| {
            list_jobs::begin_import(tx, id, list_id, &detail, now)
        })
        .await?
        .ok_or(NOT_FOUND)?;
    let kept = keep(&state, id, job, first, &mut file).await;
    if kept.is_err() {
        jobs::fail(&state, id, job, CUT_OFF).await?;
    }
    kept.map(|()| job)
}

async fn keep(
    state: &PlatformState,
    account: AccountId,
    job: i64,
    first: Bytes,
    file: &mut Pieces,
) -> Result<(), ApiError> {
    let (mut piece, mut number) = (Some(first), 0);
    while let Some(content) = piece {
        state
            .store
            .write(Lane::of(account.0), move |tx| {
                list_jobs::put_part(tx, job, number, &content)
            })
            .await?;
        number += 1;
        piece = file.next().await?;
    }
    let (bytes, now) = (file.taken() as i64, state.now());
    state
        .store
        .write(Lane::of(account.0), move |tx| {
            list_jobs::start_import(tx, job, bytes, now)
        })
        .await?;
    Ok(())
}
