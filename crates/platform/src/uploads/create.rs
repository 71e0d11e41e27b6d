//! `POST /v3/uploads`: takes a file, looks at what it is, keeps it for a week.

use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::response::Response;
use postern_domain::account::AccountId;
use postern_media::SOURCE_BYTES_MAX;
use postern_store::Lane;
use postern_store::files::{self, Complete, FileId, PART_BYTES};
use postern_wire::clicksend::upload::Upload;
use sha2::{Digest as _, Sha256};

use super::convert::{Purpose, convert};
use super::{file_name, form, link};
use crate::answer;
use crate::caller::Caller;
use crate::csv::begin;
use crate::error::ApiError;
use crate::pieces::{CUT_OFF, Pieces};
use crate::state::PlatformState;

/// BP21's example; V6 says ten minutes.
const LIFETIME_SECONDS: i64 = 7 * 24 * 3600;
/// For a file to arrive; then its pieces are swept.
const ARRIVAL_SECONDS: i64 = 3600;

pub(crate) async fn create(
    State(state): State<PlatformState>,
    Caller { account }: Caller,
    request: Request,
) -> Result<Response, ApiError> {
    let form = form::read(&state, request).await?;
    let purpose = Purpose::parse(&form.convert)?;
    let id = account.id;
    // A task of its own: a caller who hangs up leaves no half of a unit behind.
    let keeping = tokio::spawn(keep(state.clone(), id, purpose, form.file));
    let (upload_id, name) = keeping
        .await
        .unwrap_or_else(|_| Err(ApiError::Invalid(CUT_OFF.into())))?;
    let added = state.now().secs();
    let upload = Upload {
        upload_id,
        user_id: id.0,
        url: link(&state, &name),
        file_name: name,
        date_added: added,
        date_delete: added + LIFETIME_SECONDS,
    };
    Ok(answer::success("Your file has been uploaded.", upload))
}

/// A list of contacts may be long and is kept as it comes; everything else is looked at as a whole first.
async fn keep(
    state: PlatformState,
    account: AccountId,
    purpose: Purpose,
    file: Body,
) -> Result<(i64, String), ApiError> {
    if purpose == Purpose::Csv {
        let mut pieces = Pieces::of(file, state.config.import_bytes_max);
        let first = pieces.next().await?.unwrap_or_default();
        begin(&first).map_err(|why| ApiError::Invalid(why.into()))?;
        return put(&state, account, "csv", "text/csv", first, pieces).await;
    }
    let bytes = Pieces::of(file, SOURCE_BYTES_MAX).whole().await?;
    let converted = convert(&state, purpose, bytes).await?;
    let mut pieces = Pieces::of(Body::from(converted.bytes), SOURCE_BYTES_MAX);
    let first = pieces.next().await?.unwrap_or_default();
    let (extension, kind) = (converted.extension, converted.content_type);
    put(&state, account, extension, kind, first, pieces).await
}

/// Stores a file piece by piece; nobody sees it before its last one.
async fn put(
    state: &PlatformState,
    account: AccountId,
    extension: &'static str,
    content_type: &'static str,
    first: Bytes,
    mut pieces: Pieces,
) -> Result<(i64, String), ApiError> {
    debug_assert!(first.len() <= PART_BYTES);
    let file_id: FileId = postern_vault::random();
    let (now, lane) = (state.now(), Lane::of(account.0));
    let until = now.plus_secs(ARRIVAL_SECONDS);
    let upload_id = state
        .store
        .write(lane, move |tx| {
            files::begin(tx, &file_id, account, now, until)
        })
        .await?;
    let mut digest = Sha256::new();
    let (mut piece, mut part) = (Some(first), 0);
    while let Some(content) = piece {
        digest.update(&content);
        state
            .store
            .write(lane, move |tx| {
                files::put_part(tx, &file_id, part, &content)
            })
            .await?;
        part += 1;
        piece = pieces.next().await?;
    }
    let complete = Complete {
        name: file_name(&file_id, extension),
        content_type: content_type.to_owned(),
        bytes: pieces.taken() as i64,
        digest: digest.finalize().into(),
    };
    let name = complete.name.clone();
    let expires = state.now().plus_secs(LIFETIME_SECONDS);
    state
        .store
        .write(lane, move |tx| {
            files::complete(tx, &file_id, &complete, expires)
        })
        .await?;
    Ok((upload_id, name))
}
