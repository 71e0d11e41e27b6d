//! `GET /v3/files/{file_id}`: the file behind a link, written piece by piece while it is read, so it may be of any length.

use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::response::Response;
use futures_util::stream;
use http::Uri;
use postern_store::accounts::{self, Account};
use postern_store::messages::{self, Search};
use postern_store::{Error, exports};
use postern_wire::clicksend::page::ListQuery;
use uuid::Uuid;

use super::csv;
use super::link::file_name;
use crate::error::ApiError;
use crate::signed_link;
use crate::sms::search::search;
use crate::state::PlatformState;

const NOT_FOUND: ApiError = ApiError::NotFound("The file does not exist, or its link has expired.");

/// Messages read and written at once.
const STEP_MAX: i64 = 500;

/// How far a file is written.
struct Progress {
    state: PlatformState,
    account: Account,
    search: Search,
    after: i64,
    header_written: bool,
    done: bool,
}

pub(crate) async fn file(
    State(state): State<PlatformState>,
    Path(file_id): Path<String>,
    uri: Uri,
) -> Result<Response, ApiError> {
    let id = Uuid::try_parse(&file_id).map_err(|_| NOT_FOUND)?;
    let (id, now) = (id.into_bytes(), state.now());
    let (export, account) = state
        .store
        .read(move |tx| {
            let Some(export) = exports::get(tx, &id, now)? else {
                return Ok(None);
            };
            let account = accounts::get(tx, export.account)?;
            Ok(account.map(|account| (export, account)))
        })
        .await?
        .filter(|(_, account)| account.active)
        .ok_or(NOT_FOUND)?;
    let query: ListQuery = serde_json::from_str(&export.query).map_err(|_| NOT_FOUND)?;
    let search = Search {
        channel: export.channel,
        ..search(&query, &account)?
    };
    let progress = Progress {
        state,
        account,
        search,
        after: 0,
        header_written: false,
        done: false,
    };
    let content = Body::from_stream(stream::unfold(progress, step));
    Ok(signed_link::csv(&file_name(&uri), content))
}

/// The next piece. A store that fails breaks the download off, so that half a file is not taken for a whole one.
async fn step(mut progress: Progress) -> Option<(Result<Bytes, Error>, Progress)> {
    if progress.done {
        return None;
    }
    let mut text = String::new();
    if !progress.header_written {
        csv::header(&mut text, progress.search.channel);
        progress.header_written = true;
    }
    match some(&progress).await {
        Ok(messages) => {
            progress.done = (messages.len() as i64) < STEP_MAX;
            progress.after = messages.last().map_or(progress.after, |m| m.key.seq);
            for message in &messages {
                csv::row(&mut text, &progress.state, message, &progress.account);
            }
            Some((Ok(text.into()), progress))
        }
        Err(error) => {
            tracing::error!(%error, "a download was broken off");
            progress.done = true;
            Some((Err(error), progress))
        }
    }
}

async fn some(progress: &Progress) -> postern_store::Result<Vec<messages::Message>> {
    let (account, search, after) = (progress.account.id, progress.search.clone(), progress.after);
    progress
        .state
        .store
        .read(move |tx| messages::walk(tx, account, &search, after, STEP_MAX))
        .await
}
